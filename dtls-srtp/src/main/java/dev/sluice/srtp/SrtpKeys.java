package dev.sluice.srtp;

import java.util.Arrays;

/**
 * The master keys of one DTLS session, split from the exporter's output (RFC 5764 §4.2):
 *
 * <pre>
 *  client key | server key | client salt | server salt
 * </pre>
 *
 * The arrays are the owner's to erase with {@link #erase}.
 */
public final class SrtpKeys {
    private final SrtpProfile profile;
    private final byte[] clientKey;
    private final byte[] serverKey;
    private final byte[] clientSalt;
    private final byte[] serverSalt;

    /**
     * @param exported {@link SrtpProfile#exportLength} bytes; copied, the caller erases its own
     */
    public SrtpKeys(SrtpProfile profile, byte[] exported) {
        if (exported.length != profile.exportLength()) {
            throw new IllegalArgumentException(
                    "expected " + profile.exportLength() + " bytes, got " + exported.length);
        }
        int key = profile.keyLength();
        int salt = profile.saltLength();
        this.profile = profile;
        clientKey = Arrays.copyOfRange(exported, 0, key);
        serverKey = Arrays.copyOfRange(exported, key, 2 * key);
        clientSalt = Arrays.copyOfRange(exported, 2 * key, 2 * key + salt);
        serverSalt = Arrays.copyOfRange(exported, 2 * key + salt, 2 * (key + salt));
    }

    public SrtpProfile profile() {
        return profile;
    }

    /**
     * @return session keys for what the DTLS client ({@code true}) or server sends
     */
    SessionKeys session(boolean client, boolean rtcp) {
        return KeyDerivation.derive(
                profile, client ? clientKey : serverKey, client ? clientSalt : serverSalt, rtcp);
    }

    /** Overwrites the keys with zeros. */
    public void erase() {
        Arrays.fill(clientKey, (byte) 0);
        Arrays.fill(serverKey, (byte) 0);
        Arrays.fill(clientSalt, (byte) 0);
        Arrays.fill(serverSalt, (byte) 0);
    }
}
