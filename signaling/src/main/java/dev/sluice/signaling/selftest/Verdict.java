package dev.sluice.signaling.selftest;

/**
 * What a row of calls says of a worker: two failures in a row, and it is not ready; three calls
 * that were whole, and it is again. Late calls are whole. Not sticky, and not hasty either way.
 * Confined to the caller's thread.
 */
final class Verdict {
    private static final int FAILURES = 2;
    private static final int SUCCESSES = 3;

    private boolean good = true;
    private int inARow;

    /** One more call. */
    void on(CallResult.Outcome outcome) {
        boolean whole = outcome != CallResult.Outcome.FAILED;
        if (whole == good) {
            inARow = 0;
            return;
        }
        inARow++;
        if (inARow >= (good ? FAILURES : SUCCESSES)) {
            good = !good;
            inARow = 0;
        }
    }

    /**
     * @return whether calls can be made
     */
    boolean isGood() {
        return good;
    }

    /**
     * @return whether the latest calls say otherwise than the verdict: the next should come soon
     */
    boolean isInDoubt() {
        return !good || inARow > 0;
    }
}
