package dev.sluice.core.media;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which encoding of a track one subscriber gets: the highest live one not above its wish. A switch
 * happens at the first packet of a key frame; until then the old encoding goes on.
 */
final class LayerSelector {
    /** No wish yet: the highest layer. */
    static final int HIGHEST = Integer.MAX_VALUE;

    /** How long a new subscription waits for the wished layer before it takes any lower one. */
    private static final long PATIENCE_NANOS = 1_000_000_000L;

    private final List<Encoding> encodings;
    private int wish = HIGHEST;
    private int limit = HIGHEST;
    private boolean disabled;
    private boolean paused;
    private @Nullable Encoding current;
    private int currentEpoch;
    private boolean switched;
    private int before = -1;
    private @Nullable Encoding target;
    private long waitingSinceNanos = Long.MIN_VALUE;

    LayerSelector(List<Encoding> encodings) {
        this.encodings = encodings;
    }

    /** Sets the highest layer wanted. */
    void wish(int layer) {
        wish = layer;
    }

    int wish() {
        return wish;
    }

    /** Sets the highest layer that the subscriber's network takes. */
    void limit(int layer) {
        limit = layer;
    }

    private int highest() {
        return Math.min(wish, limit);
    }

    /** Pauses or resumes because of the subscriber's network; it resumes at a key frame. */
    void paused(boolean paused) {
        this.paused = paused;
        if (paused) {
            stop();
        }
    }

    boolean isPaused() {
        return paused;
    }

    private void stop() {
        current = null;
        waitingSinceNanos = Long.MIN_VALUE;
    }

    /** Pauses ({@code true}) or resumes forwarding; it resumes at a key frame. */
    void disabled(boolean disabled) {
        this.disabled = disabled;
        if (disabled) {
            stop();
        }
    }

    /**
     * Chooses the target anew.
     *
     * @return the encoding that a key frame is needed of, null when none is
     */
    @Nullable Encoding review(long nowNanos) {
        if (disabled || paused) {
            return null;
        }
        if (current == null && waitingSinceNanos == Long.MIN_VALUE) {
            waitingSinceNanos = nowNanos;
        }
        Encoding best = null;
        for (int i = 0; i < encodings.size(); i++) {
            Encoding encoding = encodings.get(i);
            if (encoding.isAlive(nowNanos) && (best == null || i <= highest())) {
                best = encoding;
            }
        }
        target = best;
        boolean settled = best == null || (best == current && best.epoch() == currentEpoch);
        return settled ? null : best;
    }

    /**
     * @return whether this packet is to be forwarded; {@link #hasSwitched} tells whether it is a
     *     first
     */
    boolean accepts(long nowNanos, Encoding encoding, boolean keyFrame) {
        switched = false;
        if (disabled || paused) {
            return false;
        }
        if (encoding == current && encoding.epoch() == currentEpoch) {
            return true;
        }
        if (!keyFrame || !mayTake(nowNanos, encoding)) {
            return false;
        }
        before = current == null ? -1 : current.layer();
        current = encoding;
        currentEpoch = encoding.epoch();
        switched = true;
        return true;
    }

    /** Takes the target without waiting for its key frame, which is replayed. */
    void take(Encoding encoding) {
        before = current == null ? -1 : current.layer();
        current = encoding;
        currentEpoch = encoding.epoch();
    }

    private boolean mayTake(long nowNanos, Encoding encoding) {
        if (encoding == target || encoding == current) {
            return true;
        }
        boolean impatient =
                waitingSinceNanos != Long.MIN_VALUE
                        && nowNanos - waitingSinceNanos > PATIENCE_NANOS;
        return current == null && (target == null || impatient) && encoding.layer() <= highest();
    }

    boolean hasSwitched() {
        return switched;
    }

    /**
     * @return the layer before the last switch, −1 when it was the first
     */
    int layerBefore() {
        return before;
    }

    @Nullable Encoding current() {
        return current;
    }

    boolean isDisabled() {
        return disabled;
    }
}
