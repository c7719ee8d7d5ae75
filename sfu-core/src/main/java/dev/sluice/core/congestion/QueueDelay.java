package dev.sluice.core.congestion;

/**
 * How long packets wait on the way: their time above the shortest of the last half to whole minute.
 */
final class QueueDelay {
    private static final double GENERATION_MS = 30_000;

    private double youngLeast = Double.POSITIVE_INFINITY;
    private double oldLeast = Double.POSITIVE_INFINITY;
    private double startedMs = Double.NEGATIVE_INFINITY;
    private double last;

    /** Takes the time a packet took, by two clocks that need not agree. */
    void add(double tookMs, double nowMs) {
        if (nowMs - startedMs > GENERATION_MS) {
            startedMs = nowMs;
            oldLeast = youngLeast;
            youngLeast = Double.POSITIVE_INFINITY;
        }
        youngLeast = Math.min(youngLeast, tookMs);
        last = tookMs;
    }

    double millis() {
        double least = Math.min(youngLeast, oldLeast);
        return Double.isInfinite(least) ? 0 : last - least;
    }
}
