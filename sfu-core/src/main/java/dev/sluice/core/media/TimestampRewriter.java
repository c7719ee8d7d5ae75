package dev.sluice.core.media;

import dev.sluice.rtp.MediaClock;
import org.jspecify.annotations.Nullable;

/**
 * Outgoing RTP timestamps. Within an encoding the offset never moves; at a switch the two encodings
 * are laid over each other by their sender reports, or by arrival while a report is missing.
 */
final class TimestampRewriter {
    /** A switch that would step back takes one tick instead: time never runs backwards. */
    private static final long MIN_STEP = 1;

    /** Between replayed frames at least: a third of a millisecond of video. */
    private static final long REPLAY_STEP = 30;

    private final long first;
    private @Nullable IncomingStream source;
    private long offset;
    private long lastIn;
    private long lastOut = -1;
    private long lastNanos;

    /**
     * @param first the first outgoing timestamp, 32 bits
     */
    TimestampRewriter(long first) {
        this.first = first;
    }

    /** The next packet, with timestamp {@code in}, comes from another encoding. */
    void switchSource(long nowNanos, Encoding encoding, long in) {
        IncomingStream next = encoding.stream();
        if (next == null) {
            return;
        }
        long out = first;
        if (lastOut >= 0) {
            long step = MediaClock.ticks(nowNanos - lastNanos, next.clockRate());
            IncomingStream before = source;
            if (before != null && before != next && before.isReported() && next.isReported()) {
                long captured = next.captureNanos(in) - before.captureNanos(lastIn);
                long exact = MediaClock.ticks(captured, next.clockRate());
                if (Math.abs(exact - step) < next.clockRate()) { // a second apart: reports disagree
                    step = exact;
                }
            }
            out = lastOut + Math.max(MIN_STEP, step);
        }
        source = next;
        offset = out - in;
    }

    /**
     * While packets of before are replayed: frames are stamped by when they leave, so that the
     * receiver neither waits between them nor takes them for late, and what follows live goes on
     * from there.
     */
    void replay(long nowNanos, long in, int clockRate) {
        if (lastOut >= 0 && in != lastIn) {
            long step = MediaClock.ticks(nowNanos - lastNanos, clockRate);
            offset = lastOut + Math.max(REPLAY_STEP, step) - in;
        }
    }

    /**
     * @return the outgoing timestamp, 32 bits
     */
    long rewrite(long nowNanos, long in) {
        long out = map(in);
        if (lastOut < 0 || (int) (out - lastOut) >= 0) {
            lastOut = out;
            lastIn = in;
            lastNanos = nowNanos;
        }
        return out;
    }

    /**
     * @return the outgoing timestamp of {@code in}, without taking note of it
     */
    long map(long in) {
        return (in + offset) & 0xFFFF_FFFFL;
    }
}
