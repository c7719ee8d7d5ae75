package dev.sluice.signaling.ops;

import dev.sluice.core.Sfu;
import dev.sluice.signaling.selftest.SelfTest;
import org.jspecify.annotations.Nullable;

/** Whether the server is alive, and whether it wants more work. */
public final class Health {
    private static final long RESPONSIVE_MILLIS = 2000;

    private final Sfu sfu;
    private volatile boolean warm;
    private volatile boolean draining;
    private volatile @Nullable SelfTest selfTest;

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
     * @return one word or two that say why not, or {@code ready}
     */
    public String readiness() {
        if (draining) {
            return "draining";
        }
        if (!warm) {
            return "warming up";
        }
        if (!isAlive()) {
            return "stalled";
        }
        SelfTest calls = selfTest;
        if (calls != null && !calls.isGood()) {
            return "self-test";
        }
        return sfu.takesRooms() ? "ready" : "overloaded";
    }

    /** Work is wanted from now on. */
    public void ready() {
        warm = true;
    }

    /** Readiness depends on these calls, too. */
    public void believe(SelfTest calls) {
        selfTest = calls;
    }

    /**
     * @return the calls that readiness depends on, null when none are made
     */
    public @Nullable SelfTest selfTest() {
        return selfTest;
    }

    /** No more work is wanted. */
    public void drain() {
        draining = true;
    }
}
