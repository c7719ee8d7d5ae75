package dev.sluice.core.media;

import dev.sluice.core.loop.Deadlines;
import dev.sluice.core.loop.Timed;

/**
 * How many layers of a video track anybody wants, so that its publisher need not encode the others.
 * What is wanted counts, not what a network takes at the moment: else nobody could climb. More is
 * asked for at once, less after five seconds.
 */
public final class Demand implements Timed {
    /** Who tells the publisher. */
    public interface Listener {
        /**
         * @param layer highest spatial layer wanted, −1 when nobody wants any
         */
        void onDemand(String trackId, int layer);
    }

    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private final PublishedTrack track;
    private final Listener listener;
    private final Deadlines.Timer timer;
    private int told;
    private int lower = Integer.MAX_VALUE;
    private long lowerAtNanos = NEVER;
    private long raisedNanos = Long.MIN_VALUE;

    public Demand(long nowNanos, PublishedTrack track, Listener listener, Deadlines deadlines) {
        this.track = track;
        this.listener = listener;
        this.told = track.encodings().size() - 1; // publishers begin with everything
        this.timer = deadlines.add(this);
        changed(nowNanos);
    }

    /** Somebody's wish changed, or somebody came or went. */
    void changed(long nowNanos) {
        int wanted = track.wanted();
        if (wanted > told) {
            tell(wanted);
            raisedNanos = nowNanos;
        } else if (wanted < told && wanted != lower) {
            lower = wanted;
            lowerAtNanos = nowNanos + PATIENCE_NANOS;
            timer.update();
        }
        if (wanted >= told) {
            lower = Integer.MAX_VALUE;
            lowerAtNanos = NEVER;
        }
    }

    private void tell(int layer) {
        told = layer;
        listener.onDemand(track.id(), layer);
    }

    /**
     * @return whether the publisher was asked for more less than five seconds ago
     */
    boolean isStarting(long nowNanos) {
        return raisedNanos != Long.MIN_VALUE && nowNanos - raisedNanos < PATIENCE_NANOS;
    }

    @Override
    public long nextTimeout() {
        return lowerAtNanos;
    }

    @Override
    public void onTimeout(long nowNanos) {
        lowerAtNanos = NEVER;
        if (lower < told) {
            tell(lower);
        }
        lower = Integer.MAX_VALUE;
    }

    void close() {
        timer.cancel();
    }
}
