package dev.sluice.core.loop;

/** A machine driven by a worker: it wants to be called at {@link #nextTimeout()}. */
public interface Timed {
    /** No deadline. */
    long NEVER = Long.MAX_VALUE;

    /**
     * @return {@code nowNanos} of the next call, or {@link #NEVER}
     */
    long nextTimeout();

    /** Called when the deadline has passed, a tick late at most. */
    void onTimeout(long nowNanos);
}
