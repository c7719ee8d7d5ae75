package dev.sluice.core.media;

import java.util.ArrayList;
import java.util.List;

/**
 * Which audio tracks of a large room are forwarded: those who speak, the loudest first, up to a
 * number. Who begins to speak gets in at once; who falls silent stays until somebody needs the
 * place.
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
    private final List<Standing> all = new ArrayList<>();

    /**
     * @param most tracks forwarded at a time, at least 1
     */
    public AudioSelector(int most) {
        this.most = most;
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
        if (!standing.in && speaks && hasRoom(nowNanos, standing, level)) {
            standing.in = true;
        }
        return standing.in;
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
