package dev.sluice.core.feedback;

/**
 * How much later than their successors packets of one sender come that were only overtaken: as long
 * is worth waiting before a gap is taken for a loss. All its streams take the same way, so what one
 * of them shows holds for all.
 */
public final class ReorderDelay {
    /** Later than this is lost and found again, not overtaken. */
    private static final long MAX_NANOS = 20_000_000L;

    private static final long FORGET_NANOS = 10_000_000_000L;

    /** The next one may be a little later than the latest so far. */
    private static final double MARGIN = 1.25;

    private long nanos;
    private long seenNanos;

    /** A packet that was missing for so long came by itself. */
    void learn(long nowNanos, long lateNanos) {
        if (lateNanos <= MAX_NANOS) {
            nanos = Math.max(nanos, Math.min(MAX_NANOS, (long) (MARGIN * lateNanos)));
            seenNanos = nowNanos;
        }
    }

    /** Forgets by halves what was not seen for long. */
    void review(long nowNanos) {
        if (nanos > 0 && nowNanos - seenNanos > FORGET_NANOS) {
            nanos /= 2;
            seenNanos = nowNanos;
        }
    }

    /**
     * @return 0…20 ms, in ns
     */
    long nanos() {
        return nanos;
    }
}
