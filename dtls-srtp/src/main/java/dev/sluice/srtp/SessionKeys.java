package dev.sluice.srtp;

import java.util.Arrays;

/**
 * Session keys of one direction, for RTP or for RTCP (RFC 3711 §4.3).
 *
 * @param encryption 16 or 32 bytes
 * @param authentication 20 bytes for HMAC-SHA1; empty for AEAD
 * @param salt 12 or 14 bytes
 */
@SuppressWarnings(
        "ArrayRecordComponent") // carried from the derivation to the cipher, never compared
record SessionKeys(byte[] encryption, byte[] authentication, byte[] salt) {
    SessionKeys copy() {
        return new SessionKeys(encryption.clone(), authentication.clone(), salt.clone());
    }

    void erase() {
        Arrays.fill(encryption, (byte) 0);
        Arrays.fill(authentication, (byte) 0);
        Arrays.fill(salt, (byte) 0);
    }
}
