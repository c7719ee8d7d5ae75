package dev.sluice.ice;

/** A token bucket: so many events a second, with a burst. */
public final class RateLimit {
    private static final long SECOND = 1_000_000_000L;

    private final long spacingNanos;
    private final long burstNanos;
    private long usedUntilNanos = Long.MIN_VALUE;

    /**
     * @param perSecond events a second, at least 1
     * @param burst events at once, at least 1
     */
    public RateLimit(int perSecond, int burst) {
        this.spacingNanos = SECOND / perSecond;
        this.burstNanos = burst * spacingNanos;
    }

    /**
     * @return whether one more event is within the limit
     */
    public boolean take(long nowNanos) {
        if (usedUntilNanos == Long.MIN_VALUE || usedUntilNanos - nowNanos < 0) {
            usedUntilNanos = nowNanos;
        }
        if (usedUntilNanos - nowNanos + spacingNanos > burstNanos) {
            return false;
        }
        usedUntilNanos += spacingNanos;
        return true;
    }
}
