package dev.sluice.core.media;

/**
 * Maps a publisher's NTP time to ours by one offset for all its tracks, so that audio and video
 * stay together: the least (arrival − NTP) seen, which is the packet that waited least on the way.
 */
final class SenderClock {
    private boolean known;
    private long offsetNanos;
    private long setAtNanos;

    /** How fast the offset may grow again: clocks drift, paths change. */
    private static final long RISE_PER_SECOND = 1_000_000L;

    void onSenderReport(long nowNanos, long ntpNanos) {
        long offset = nowNanos - ntpNanos;
        if (!known || offset < offsetNanos) {
            known = true;
            offsetNanos = offset;
        } else {
            long elapsed = Math.min(nowNanos - setAtNanos, 10_000_000_000L);
            long rise = elapsed * RISE_PER_SECOND / 1_000_000_000L;
            offsetNanos = Math.min(offset, offsetNanos + rise);
        }
        setAtNanos = nowNanos;
    }

    /**
     * @return our time of a moment on the publisher's clock
     */
    long toLocal(long ntpNanos) {
        return ntpNanos + offsetNanos;
    }
}
