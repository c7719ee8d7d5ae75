package dev.sluice.srtp;

import org.jspecify.annotations.Nullable;

/**
 * The protection profiles Sluice accepts, in its order of preference (RFC 5764 §4.1.2, RFC 7714
 * §14).
 */
public enum SrtpProfile {
    AEAD_AES_128_GCM(0x0007, 16, 12, 16),
    AEAD_AES_256_GCM(0x0008, 32, 12, 16),
    AES128_CM_HMAC_SHA1_80(0x0001, 16, 14, 10);

    private final int id;
    private final int keyLength;
    private final int saltLength;
    private final int tagLength;

    SrtpProfile(int id, int keyLength, int saltLength, int tagLength) {
        this.id = id;
        this.keyLength = keyLength;
        this.saltLength = saltLength;
        this.tagLength = tagLength;
    }

    /**
     * @return the id in the use_srtp extension
     */
    public int id() {
        return id;
    }

    /**
     * @return bytes of the master key, and of the session key
     */
    public int keyLength() {
        return keyLength;
    }

    /**
     * @return bytes of the master salt
     */
    public int saltLength() {
        return saltLength;
    }

    /**
     * @return bytes of the authentication tag
     */
    public int tagLength() {
        return tagLength;
    }

    /**
     * @return bytes that the DTLS exporter must give: two keys and two salts
     */
    public int exportLength() {
        return 2 * (keyLength + saltLength);
    }

    public boolean isAead() {
        return this != AES128_CM_HMAC_SHA1_80;
    }

    /**
     * @return the profile with this id, or null
     */
    public static @Nullable SrtpProfile of(int id) {
        for (SrtpProfile profile : values()) {
            if (profile.id == id) {
                return profile;
            }
        }
        return null;
    }
}
