package dev.sluice.core.congestion;

/**
 * What a network did not take a moment ago: other tracks are not to try the same sum in turn. The
 * rest doubles with each step up that had to be undone.
 */
final class FailedTotals {
    private static final double FIRST_REST_MS = 2_000;
    private static final double LONGEST_REST_MS = 32_000;
    private static final double UNDONE_MS = 10_000;
    private static final double FORGIVEN_MS = 60_000;
    private static final double SAME = 0.95;

    private double failed;
    private double untilMs = Double.NEGATIVE_INFINITY;
    private double restMs = FIRST_REST_MS;
    private double lastUpMs = Double.NEGATIVE_INFINITY;
    private double lastFailureMs = Double.NEGATIVE_INFINITY;

    /** A track was lifted. */
    void onUp(double nowMs) {
        lastUpMs = nowMs;
    }

    /** So much was too much. */
    void onDown(double total, double nowMs) {
        if (nowMs - lastUpMs > UNDONE_MS) {
            return; // it fitted long enough: the network changed
        }
        double since = nowMs - lastFailureMs;
        if (since > FORGIVEN_MS) {
            restMs = FIRST_REST_MS;
        } else if (since > FIRST_REST_MS) { // two steps down in a row are one failure
            restMs = Math.min(LONGEST_REST_MS, 2 * restMs);
        }
        lastFailureMs = nowMs;
        failed = total;
        untilMs = nowMs + restMs;
    }

    /**
     * @return whether a sum is one that failed lately
     */
    boolean forbids(double total, double nowMs) {
        return nowMs < untilMs && total >= SAME * failed;
    }
}
