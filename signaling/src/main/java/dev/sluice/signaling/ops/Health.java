package dev.sluice.signaling.ops;

import dev.sluice.core.Sfu;

/** Whether the server is alive, and whether it wants more work. */
public final class Health {
    private static final long RESPONSIVE_MILLIS = 2000;

    private final Sfu sfu;
    private volatile boolean warm;
    private volatile boolean draining;

    public Health(Sfu sfu) {
        this.sfu = sfu;
    }

    /**
     * @return whether every worker's loop turns
     */
    public boolean isAlive() {
        return sfu.isResponsive(RESPONSIVE_MILLIS);
    }

    /**
     * @return one word that says why not, or {@code ready}
     */
    public String readiness() {
        if (draining) {
            return "draining";
        }
        if (!warm) {
            return "warming up";
        }
        return isAlive() ? "ready" : "stalled";
    }

    /** Work is wanted from now on. */
    public void ready() {
        warm = true;
    }

    /** No more work is wanted. */
    public void drain() {
        draining = true;
    }
}
