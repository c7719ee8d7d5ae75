package dev.sluice.srtp;

/** The 48-bit index of a received packet (RFC 3711 §3.3.1, appendix A). */
final class PacketIndex {
    /** The guess would lie before the first cycle. */
    static final long NONE = -1;

    private static final int HALF = 1 << 15;

    private PacketIndex() {}

    /**
     * @param highest the highest index authenticated so far, −1 before the first packet
     * @param sequence 0…65,535
     * @return ROC · 2^16 + sequence, or {@link #NONE}
     */
    static long guess(long highest, int sequence) {
        if (highest < 0) {
            return sequence;
        }
        int last = (int) (highest & 0xFFFF);
        long roc = highest >>> 16;
        if (last < HALF) {
            if (sequence - last > HALF) {
                roc--;
            }
        } else if (last - HALF > sequence) {
            roc++;
        }
        return roc < 0 ? NONE : roc << 16 | sequence;
    }
}
