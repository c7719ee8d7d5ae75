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
        boolean within = readyAt(nowNanos) <= nowNanos;
        if (within) {
            spend(nowNanos, 1);
        }
        return within;
    }

    /** Counts events that happen within the limit or not: those after them wait the longer. */
    public void spend(long nowNanos, long events) {
        usedUntilNanos = usedUntil(nowNanos) + events * spacingNanos;
    }

    /**
     * @return when one more event is within the limit, now or later
     */
    public long readyAt(long nowNanos) {
        return nowNanos + Math.max(0, usedUntil(nowNanos) + spacingNanos - burstNanos - nowNanos);
    }

    private long usedUntil(long nowNanos) {
        boolean idle = usedUntilNanos == Long.MIN_VALUE || usedUntilNanos - nowNanos < 0;
        return idle ? nowNanos : usedUntilNanos;
    }
}
