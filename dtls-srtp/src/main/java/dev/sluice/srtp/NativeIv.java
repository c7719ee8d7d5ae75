package dev.sluice.srtp;

import dev.sluice.srtp.ffi.NativeMemory;

/**
 * The IVs of one session key, from words computed once. An SRTCP index stands where the lower 31
 * bits of an RTP index do, so both are written the same way.
 *
 * <pre>
 *  GCM (RFC 7714 §8.1, §9.1):   0(2)  SSRC(4)  index(6)        xor salt(12)
 *  AES-CM (RFC 3711 §4.1.1):    0(4)  SSRC(4)  index(6)  0(2)  xor salt(14) 0(2)
 * </pre>
 */
final class NativeIv {
    private final long first;
    private final long second;
    private final boolean gcm;

    NativeIv(byte[] salt, boolean gcm) {
        this.gcm = gcm;
        this.first = gcm ? word(salt, 0, 4) : word(salt, 0, 8);
        this.second = gcm ? word(salt, 4, 8) : word(salt, 8, 6) << 16;
    }

    private static long word(byte[] bytes, int from, int count) {
        long word = 0;
        for (int i = from; i < from + count; i++) {
            word = word << 8 | (bytes[i] & 0xFF);
        }
        return word;
    }

    /** Writes the IV of a packet: 12 bytes for GCM, 16 for counter mode. */
    void write(long address, int ssrc, long index) {
        long high = Integer.toUnsignedLong(ssrc);
        if (gcm) {
            NativeMemory.putInt(address, Integer.reverseBytes((int) (first ^ high >>> 16)));
            NativeMemory.putLong(address + 4, Long.reverseBytes(second ^ (high << 48 | index)));
        } else {
            NativeMemory.putLong(address, Long.reverseBytes(first ^ high));
            NativeMemory.putLong(address + 8, Long.reverseBytes(second ^ index << 16));
        }
    }
}
