package dev.sluice.srtp;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Session keys from a master key and salt with the AES-CM pseudo-random function, key derivation
 * rate 0 (RFC 3711 §4.3; RFC 6188 for 256-bit keys; a 12-byte salt is padded with zeros on the
 * right, RFC 7714 §11).
 */
final class KeyDerivation {
    private static final int SALT_LENGTH = 14;
    private static final int LABEL_AT = 7;
    private static final int AUTHENTICATION_KEY_LENGTH = 20;
    private static final int RTCP_LABELS = 3;

    private KeyDerivation() {}

    static SessionKeys derive(
            SrtpProfile profile, byte[] masterKey, byte[] masterSalt, boolean rtcp) {
        int base = rtcp ? RTCP_LABELS : 0;
        byte[] encryption = stream(masterKey, masterSalt, base, profile.keyLength());
        byte[] authentication =
                profile.isAead()
                        ? new byte[0]
                        : stream(masterKey, masterSalt, base + 1, AUTHENTICATION_KEY_LENGTH);
        byte[] salt = stream(masterKey, masterSalt, base + 2, profile.saltLength());
        return new SessionKeys(encryption, authentication, salt);
    }

    /**
     * @param label 0 encryption, 1 authentication, 2 salt; plus 3 for SRTCP (RFC 3711 §4.3.1,
     *     §4.3.2)
     */
    static byte[] stream(byte[] masterKey, byte[] masterSalt, int label, int length) {
        byte[] iv = Arrays.copyOf(Arrays.copyOf(masterSalt, SALT_LENGTH), 16);
        iv[LABEL_AT] ^= (byte) label;
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(masterKey, "AES"),
                    new IvParameterSpec(iv));
            return cipher.doFinal(new byte[length]);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no AES in counter mode", e);
        }
    }
}
