package dev.sluice.signaling.selftest;

/**
 * How a call to ourselves went. Immutable.
 *
 * @param outcome whether it is what a client would want
 * @param error one word for what was missing, empty when nothing was
 * @param openMillis until the worker knew both peers
 * @param connectMillis from there until ICE and DTLS were up at both
 * @param mediaMillis from there until everything sent had come back
 */
public record CallResult(
        Outcome outcome, String error, long openMillis, long connectMillis, long mediaMillis) {
    /** What a call was worth. */
    public enum Outcome {
        /** Everything came back in time. */
        GOOD,
        /** Everything came back, late: a busy server is no broken one. */
        LATE,
        /** Something was wrong, or missing. */
        FAILED
    }

    /** From there on a good call is late. */
    static final long LATE_MILLIS = 3_000;

    /** Everything came back. */
    static CallResult whole(long openMillis, long connectMillis, long mediaMillis) {
        boolean late = openMillis + connectMillis + mediaMillis > LATE_MILLIS;
        return new CallResult(
                late ? Outcome.LATE : Outcome.GOOD, "", openMillis, connectMillis, mediaMillis);
    }

    /** It did not. */
    static CallResult failed(String error) {
        return new CallResult(Outcome.FAILED, error, 0, 0, 0);
    }
}
