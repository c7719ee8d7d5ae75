package dev.sluice.sctp;

/** The retransmission timeout from measured round trips (RFC 9260 §6.3.1). */
final class RetransmissionTimeout {
    private static final long MILLISECOND = 1_000_000L;
    private static final long INITIAL_NANOS = 500 * MILLISECOND;
    private static final long MIN_NANOS = 400 * MILLISECOND;
    private static final long MAX_NANOS = 10_000 * MILLISECOND;

    /** While data waits, a dead network is asked at least so often. */
    private static final long MAX_BACKOFF_NANOS = 3_000 * MILLISECOND;

    private static final long VARIANCE_FLOOR_NANOS = 27_500_000L;
    private static final long ABSURD_NANOS = 60_000 * MILLISECOND;

    private double smoothed = -1;
    private double variance;
    private long timeout = INITIAL_NANOS;

    /** A fragment that was sent once is acknowledged. */
    void onRoundTrip(long nanos) {
        if (nanos < 0 || nanos > ABSURD_NANOS) {
            return;
        }
        if (smoothed < 0) {
            smoothed = nanos;
            variance = nanos / 2.0;
        } else {
            variance += (Math.abs(smoothed - nanos) - variance) / 4;
            smoothed += (nanos - smoothed) / 8;
        }
        measured();
    }

    private void measured() {
        double spread = Math.max(4 * variance, 4 * VARIANCE_FLOOR_NANOS);
        timeout = Math.min(MAX_NANOS, Math.max(MIN_NANOS, (long) (smoothed + spread)));
    }

    /** What was sent is acknowledged again: the patience that was for silence is over. */
    void onProgress() {
        if (smoothed >= 0) {
            measured();
        }
    }

    /** Nothing was acknowledged in time. */
    void backOff() {
        timeout = Math.max(timeout, Math.min(MAX_BACKOFF_NANOS, 2 * timeout));
    }

    long nanos() {
        return timeout;
    }
}
