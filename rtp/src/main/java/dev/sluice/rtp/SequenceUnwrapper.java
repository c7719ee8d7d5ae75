package dev.sluice.rtp;

/**
 * Extends 16-bit sequence numbers to 64 bits by their signed distance to the highest seen. The
 * first number starts at one cycle above zero, so that earlier packets that arrive late stay
 * positive.
 */
public final class SequenceUnwrapper {
    private long highest = -1;

    /**
     * @param sequence 0…65,535
     * @return the extended number; the highest one moves with it
     */
    public long unwrap(int sequence) {
        long extended = peek(sequence);
        if (extended > highest) {
            highest = extended;
        }
        return extended;
    }

    /**
     * @return the extended number that {@link #unwrap} would give, without moving anything
     */
    public long peek(int sequence) {
        if (highest < 0) {
            return SequenceNumbers.MODULUS + (long) sequence;
        }
        return highest + SequenceNumbers.distance((int) (highest & 0xFFFF), sequence);
    }

    /**
     * @return the highest extended number, −1 before the first
     */
    public long highest() {
        return highest;
    }

    /**
     * The sender began anew: the next cycle starts at {@code sequence}, above all numbers so far.
     *
     * @return the extended number
     */
    public long restart(int sequence) {
        highest =
                highest < 0
                        ? peek(sequence)
                        : ((highest >>> 16) + 1) * SequenceNumbers.MODULUS + sequence;
        return highest;
    }
}
