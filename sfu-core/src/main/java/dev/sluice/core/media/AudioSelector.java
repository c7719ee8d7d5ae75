package dev.sluice.core.media;

import java.util.ArrayList;
import java.util.List;

/**
 * Which audio tracks of a room are forwarded: all while it is small; in a large one those who
 * speak, the loudest first, up to a number. Who begins to speak gets in at once; who falls silent
 * stays until somebody needs the place.
 */
public final class AudioSelector {
    /** Levels in −dBov (RFC 6464): at most this is speech. */
    private static final int SPEECH = 45;

    private static final long SILENCE_NANOS = 2_000_000_000L;
    private static final double SMOOTHING = 0.1;

    /** How much louder a newcomer must be than somebody who speaks. */
    private static final double LEAD_DB = 6;

    private static final int MAX_LEVEL = 127;

    /** One track's standing. */
    static final class Standing {
        private boolean in;
        private long spokeNanos = Long.MIN_VALUE;
        private double loudness;

        boolean isIn() {
            return in;
        }
    }

    private final int most;
    private final int small;
    private final List<Standing> all = new ArrayList<>();

    /**
     * @param most tracks forwarded at a time, at least 1
     * @param small up to so many tracks all are forwarded
     */
    public AudioSelector(int most, int small) {
        this.most = most;
        this.small = small;
    }

    Standing join() {
        Standing standing = new Standing();
        all.add(standing);
        return standing;
    }

    void leave(Standing standing) {
        all.remove(standing);
    }

    /**
     * A packet came.
     *
     * @param level 0 for the loudest to 127 for silence
     * @return whether it is forwarded
     */
    boolean passes(long nowNanos, Standing standing, int level) {
        boolean speaks = level <= SPEECH;
        standing.loudness += SMOOTHING * (MAX_LEVEL - level - standing.loudness);
        if (speaks) {
            standing.spokeNanos = nowNanos;
        }
        if (all.size() <= small) {
            standing.in = true;
        } else if (standing.in) {
            standing.in = !isCrowdedOut(nowNanos, standing);
        } else if (speaks && hasRoom(nowNanos, standing, level)) {
            standing.in = true;
        }
        return standing.in;
    }

    /** When a room has just become large, the least of those who are in leave. */
    private boolean isCrowdedOut(long nowNanos, Standing standing) {
        int in = 0;
        int less = 0;
        for (int i = 0; i < all.size(); i++) {
            Standing each = all.get(i);
            in += each.in ? 1 : 0;
            less += each.in && isLess(nowNanos, each, standing) ? 1 : 0;
        }
        return in > most && less < in - most;
    }

    private boolean hasRoom(long nowNanos, Standing newcomer, int level) {
        int in = 0;
        Standing least = newcomer;
        for (int i = 0; i < all.size(); i++) {
            Standing each = all.get(i);
            if (each.in) {
                in++;
                if (least == newcomer || isLess(nowNanos, each, least)) {
                    least = each;
                }
            }
        }
        if (in < most) {
            return true;
        }
        boolean silent = isSilent(nowNanos, least);
        if (silent || MAX_LEVEL - level > least.loudness + LEAD_DB) {
            least.in = false;
            return true;
        }
        return false;
    }

    private static boolean isSilent(long nowNanos, Standing standing) {
        return nowNanos - standing.spokeNanos >= SILENCE_NANOS;
    }

    /** Silent ones go first, then the quietest. */
    private static boolean isLess(long nowNanos, Standing one, Standing other) {
        boolean silent = isSilent(nowNanos, one);
        return silent != isSilent(nowNanos, other) ? silent : one.loudness < other.loudness;
    }
}
