package dev.sluice.signaling.http;

/** How long a client that sends too fast has to wait before it is read again. */
final class InboundRate {
    private final long costNanos;
    private final long burstNanos;
    private long paidUntilNanos;
    private boolean started;

    InboundRate(int perSecond, int burst) {
        costNanos = 1_000_000_000L / perSecond;
        burstNanos = burst * costNanos;
    }

    /** Counts one message. @return milliseconds to wait, 0 when it was within the limit */
    long delayMillis(long nowNanos) {
        if (!started || paidUntilNanos - nowNanos < 0) {
            started = true;
            paidUntilNanos = nowNanos;
        }
        paidUntilNanos += costNanos;
        long over = paidUntilNanos - nowNanos - burstNanos;
        return over <= 0 ? 0 : over / 1_000_000L + 1;
    }
}
