package dev.sluice.rtp;

/** Arithmetic modulo 2^16 on RTP sequence numbers (RFC 3550 §5.1, RFC 1982). */
public final class SequenceNumbers {
    /** Numbers in the sequence space. */
    public static final int MODULUS = 1 << 16;

    private static final int MASK = MODULUS - 1;

    private SequenceNumbers() {}

    /**
     * @return the signed distance from {@code from} to {@code to}, −32,768…32,767; positive when
     *     {@code to} is newer
     */
    public static int distance(int from, int to) {
        return (short) (to - from);
    }

    /**
     * @return whether {@code a} is newer than {@code b}
     */
    public static boolean isNewer(int a, int b) {
        return distance(b, a) > 0;
    }

    /**
     * @return {@code sequence + count} within 0…65,535
     */
    public static int add(int sequence, int count) {
        return (sequence + count) & MASK;
    }
}
