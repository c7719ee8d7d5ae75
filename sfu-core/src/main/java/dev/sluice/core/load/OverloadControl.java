package dev.sluice.core.load;

/**
 * Decides what a worker stops doing, from how busy it is: one {@link LoadLevel} after the other on
 * the way up, and back in the same order.
 *
 * <p>Shedding lowers the load that is measured, and what was shed must not come back for that
 * reason alone. So it is remembered by how much each step lowered the load, and a step is taken
 * back only if the load will stay well below the limit then. That is a guess: where a step up
 * follows one back, the way back begins later the next time. Once it has begun it goes on at its
 * usual pace, so that all is back soon after the load is gone.
 */
public final class OverloadControl {
    /** Where each level begins, as a multiple of the first limit. */
    private static final double[] BEGINS = {1, 1, 1.035, 1.06, 1.12, 1.14, 1.15};

    /** No limit is higher: a smoothed load hardly reaches 1. */
    private static final double CEILING = 0.98;

    /** The load must be below this share of the first limit for a step back. */
    private static final double BACK_BELOW = 0.7;

    /** After a step back it is to be expected below this share of the first limit. */
    private static final double STAYS_BELOW = 0.88;

    /** What was shed shows in the load only after a while. */
    private static final long EFFECT_NANOS = 1_000_000_000L;

    /**
     * No step lowers the load by more. What is measured may say so where somebody else took the
     * core for a moment: the load is low then, however much was to be done.
     */
    private static final double MOST_LOWERED = 4;

    /** After so long a step back is tried whatever was learnt; longer after each that was vain. */
    private static final long FORGET_NANOS = 5_000_000_000L;

    private static final long LONGEST_FORGET_NANOS = 80_000_000_000L;

    private static final long REST_NANOS = 500_000_000L;
    private static final long LONGEST_REST_NANOS = 1_500_000_000L;

    /** A step up so soon after one back means that it was too early. */
    private static final long TOO_EARLY_NANOS = 5_000_000_000L;

    private final double limit;
    private final double[] before = new double[BEGINS.length];
    private final double[] ratio = new double[BEGINS.length];
    private LoadLevel level = LoadLevel.NORMAL;
    private long steppedNanos;
    private long backNanos;
    private boolean goingBack;
    private boolean settling;
    private long restNanos = REST_NANOS;
    private long forgetNanos = FORGET_NANOS;

    /**
     * @param limit load from which no new rooms are taken, above 0 to 1; 0 to do nothing ever
     */
    public OverloadControl(double limit) {
        this.limit = limit;
    }

    /**
     * Looks at the load.
     *
     * @param behind whether more comes in than is done: nobody may wait for effects then
     * @return the level from now on
     */
    public LoadLevel onLoad(long nowNanos, double load, boolean behind) {
        if (limit == 0) {
            return level;
        }
        learn(nowNanos, load);
        boolean above = behind || load >= beginOf(Math.min(BEGINS.length - 1, level.number() + 1));
        if (level != LoadLevel.AUDIO_ONLY && above) {
            if (behind || mayShedMore(nowNanos)) {
                up(nowNanos, load, behind);
            }
        } else if (level != LoadLevel.NORMAL && !behind && mayGoBack(nowNanos, load)) {
            back(nowNanos);
        }
        return level;
    }

    /** By how much the last step lowered the load, once that shows. */
    private void learn(long nowNanos, double load) {
        if (settling && nowNanos - steppedNanos >= EFFECT_NANOS) {
            settling = false;
            int at = level.number();
            double lowered = before[at] / Math.max(0.01, load);
            ratio[at] = level.thins() ? Math.clamp(lowered, 1, MOST_LOWERED) : 1;
        }
    }

    private double beginOf(int number) {
        return Math.min(CEILING, limit * BEGINS[number]);
    }

    /** Who is kept out costs nothing; what is thinned takes its time to show. */
    private boolean mayShedMore(long nowNanos) {
        return !level.thins() || nowNanos - steppedNanos >= EFFECT_NANOS;
    }

    private void up(long nowNanos, double load, boolean behind) {
        if (goingBack) {
            boolean early = nowNanos - backNanos < TOO_EARLY_NANOS;
            restNanos = early ? Math.min(LONGEST_REST_NANOS, 2 * restNanos) : REST_NANOS;
            forgetNanos = early ? Math.min(LONGEST_FORGET_NANOS, 2 * forgetNanos) : FORGET_NANOS;
            goingBack = false;
        }
        level = level.next();
        int at = level.number();
        steppedNanos = nowNanos;
        before[at] = load;
        ratio[at] = 1;
        settling = level.thins() && !behind; // how much more there was to do nobody knows then
    }

    private boolean mayGoBack(long nowNanos, double load) {
        long rest = goingBack ? REST_NANOS : restNanos;
        return nowNanos - Math.max(steppedNanos, backNanos) >= rest
                && !settling
                && load < BACK_BELOW * limit
                && (load * ratio[level.number()] < STAYS_BELOW * limit
                        || nowNanos - steppedNanos >= forgetNanos);
    }

    private void back(long nowNanos) {
        level = level.previous();
        backNanos = nowNanos;
        goingBack = true;
    }

    /**
     * @return what is done and not done now
     */
    public LoadLevel level() {
        return level;
    }
}
