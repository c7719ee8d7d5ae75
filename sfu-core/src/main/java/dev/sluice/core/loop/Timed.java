package dev.sluice.core.loop;

/** A machine driven by a worker: it wants to be called at {@link #nextTimeout()}. */
public interface Timed {
    /** No deadline. */
    long NEVER = Long.MAX_VALUE;

    /**
     * @return {@code nowNanos} of the next call, or {@link #NEVER}
     */
    long nextTimeout();

    /**
     * Rounds a deadline that is not urgent up to a tenth of a second, so that hundreds of peers
     * share one wake-up of the loop: it costs more than what most of them want done.
     *
     * @return the rounded deadline; {@link #NEVER} stays
     */
    static long coarse(long nanos) {
        long grid = 100_000_000L;
        return nanos > NEVER - grid ? NEVER : nanos + grid - 1 - Math.floorMod(nanos - 1, grid);
    }

    /** Called when the deadline has passed, a tick late at most. */
    void onTimeout(long nowNanos);
}
