package dev.sluice.core.congestion;

/** What a network did not take a moment ago: other tracks are not to try the same sum in turn. */
final class FailedTotals {
    private static final double SAME = 0.95;

    private final Rest rest = new Rest();
    private double failed;

    /** A track was lifted. */
    void onUp(double nowMs) {
        rest.onUp(nowMs);
    }

    /** So much was too much. */
    void onDown(double total, double nowMs) {
        if (rest.isUndone(nowMs)) { // else it fitted long enough: the network changed
            failed = total;
            rest.onDown(true, nowMs);
        }
    }

    /**
     * @param shared whether somebody else fills the queue
     * @return whether a sum is one that failed lately
     */
    boolean forbids(double total, boolean shared, double nowMs) {
        return rest.isOn(shared, nowMs) && total >= SAME * failed;
    }
}
