package dev.sluice.core.media;

/**
 * Gap arithmetic of one outgoing stream: sequence numbers run on without a gap where packets were
 * left out on purpose, and keep their gap where packets were lost, so that a late one still finds
 * its number. Extended numbers throughout.
 *
 * <p>A range maps incoming numbers from its start on by one offset. A switch of the source or a
 * skipped packet begins a new range; the last {@value #RANGES} are kept for late packets.
 */
final class Rewriter {
    /** The packet has no outgoing number: skipped, of another source, or too old. */
    static final long NONE = -1;

    private static final int RANGES = 16;

    private final long[] starts = new long[RANGES];
    private final long[] offsets = new long[RANGES];
    private final long first;
    private long start; // of the newest range, and its offset
    private long offset;
    private int ranges;
    private int newest = -1;
    private long highestIn = NONE;
    private long highestOut = NONE;

    /**
     * @param first the first outgoing number
     */
    Rewriter(long first) {
        this.first = first;
    }

    /** The next packets come from another source, beginning with number {@code in}. */
    void switchSource(long in) {
        ranges = 0; // late packets of the old source are never sent: never both
        highestIn = in - 1;
        begin(in, (highestOut == NONE ? first : highestOut + 1) - in);
    }

    /** The first source: its numbers, from {@code in} on, are kept as they are from {@code out}. */
    void continueAs(long in, long out) {
        ranges = 0;
        highestIn = in - 1;
        begin(in, out - in);
    }

    /** The packet {@code in} is known and will not be sent: those behind it close up. */
    void skip(long in) {
        if (ranges == 0 || in <= highestIn) {
            return; // a late one keeps its hole: numbers behind it are out already
        }
        highestIn = in;
        begin(in + 1, offset - 1);
    }

    private void begin(long start, long offset) {
        newest = (newest + 1) % RANGES;
        this.start = start;
        this.offset = offset;
        starts[newest] = start;
        offsets[newest] = offset;
        ranges = Math.min(RANGES, ranges + 1);
    }

    /**
     * @return the outgoing number of {@code in}, or {@link #NONE}
     */
    long rewrite(long in) {
        if (ranges > 0 && in >= start) { // nearly always
            highestIn = Math.max(highestIn, in);
            highestOut = Math.max(highestOut, in + offset);
            return in + offset;
        }
        return rewriteLate(in);
    }

    private long rewriteLate(long in) {
        for (int i = 1; i < ranges; i++) {
            int at = Math.floorMod(newest - i, RANGES);
            if (in >= starts[at]) {
                long out = in + offsets[at];
                if (out >= starts[(at + 1) % RANGES] + offsets[(at + 1) % RANGES]) {
                    return NONE; // it was skipped: its number belongs to the next range
                }
                highestIn = Math.max(highestIn, in);
                highestOut = Math.max(highestOut, out);
                return out;
            }
        }
        return NONE;
    }

    /**
     * @return the highest outgoing number so far, {@link #NONE} before the first
     */
    long highest() {
        return highestOut;
    }
}
