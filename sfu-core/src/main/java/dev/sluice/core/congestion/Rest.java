package dev.sluice.core.congestion;

/**
 * How long to wait after a step up that had to be undone: doubled each time, until nothing failed
 * for a minute.
 */
final class Rest {
    private static final double FIRST_MS = 2_000;
    private static final double LONGEST_MS = 32_000;

    /** Where somebody else fills the queue, a failure says little about the path. */
    private static final double LONGEST_SHARED_MS = 4_000;

    private static final double UNDONE_MS = 10_000;
    private static final double FORGIVEN_MS = 60_000;

    private double restMs = FIRST_MS;
    private double sinceMs = Double.NEGATIVE_INFINITY;
    private double untilMs = Double.NEGATIVE_INFINITY;
    private double lastUpMs = Double.NEGATIVE_INFINITY;
    private double lastFailureMs = Double.NEGATIVE_INFINITY;

    /** A step up is made. */
    void onUp(double nowMs) {
        lastUpMs = nowMs;
    }

    /**
     * @return whether a step up is so recent that a step down undoes it
     */
    boolean isUndone(double nowMs) {
        return nowMs - lastUpMs < UNDONE_MS;
    }

    boolean hasRisenWithin(double withinMs, double nowMs) {
        return nowMs - lastUpMs < withinMs;
    }

    /**
     * A step down is made.
     *
     * @param undone whether it takes back a step up
     */
    void onDown(boolean undone, double nowMs) {
        double since = nowMs - lastFailureMs;
        restMs = since > FORGIVEN_MS ? FIRST_MS : restMs;
        if (undone && since > FIRST_MS) { // two steps down in a row are one failure
            restMs = Math.min(LONGEST_MS, 2 * restMs);
        }
        lastFailureMs = undone ? nowMs : lastFailureMs;
        sinceMs = nowMs;
        untilMs = nowMs + restMs;
    }

    /**
     * @param shared whether somebody else fills the queue
     */
    boolean isOn(boolean shared, double nowMs) {
        double most = shared ? sinceMs + LONGEST_SHARED_MS : untilMs;
        return nowMs < Math.min(untilMs, most);
    }
}
