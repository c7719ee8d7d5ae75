package dev.sluice.core.data;

import dev.sluice.core.loop.Timed;
import org.jspecify.annotations.Nullable;

/**
 * When packets of one peer may leave. Less than a packet waits for more when something left just
 * before: where many send small messages, a packet each would cost several times what the messages
 * do. What shares the network with media also waits for its budget.
 */
final class Departure {
    private static final long GAP_NANOS = 5_000_000L;

    /** Bytes of messages that nearly fill a packet. */
    private static final int PACKET = 1_000;

    private @Nullable DataBudget budget;
    private long leftAt = Long.MIN_VALUE / 2;
    private long dueAt = Timed.NEVER;
    private long allowedAt = Timed.NEVER;

    void budget(DataBudget limits) {
        budget = limits;
    }

    /**
     * @param queued bytes of messages
     * @return whether they are to wait until {@link #dueAt}
     */
    boolean mayWait(long nowNanos, long queued) {
        if (queued >= PACKET || nowNanos - leftAt >= GAP_NANOS) {
            return false;
        }
        dueAt = leftAt + GAP_NANOS;
        return true;
    }

    /**
     * @return bytes that may leave now
     */
    long allowance(long nowNanos) {
        return budget == null ? Long.MAX_VALUE : budget.available(nowNanos);
    }

    void onPacket(long nowNanos, int length) {
        if (budget != null) {
            budget.spend(nowNanos, length);
        }
    }

    /** What could leave has left. */
    void onLeft(long nowNanos, long queued) {
        leftAt = nowNanos;
        dueAt = Timed.NEVER;
        allowedAt = Timed.NEVER;
        if (budget != null && queued > 0 && budget.available(nowNanos) <= 0) {
            budget.want();
            allowedAt = nowNanos + GAP_NANOS;
        }
    }

    /**
     * @return when the next look is due
     */
    long dueAt() {
        return Math.min(dueAt, allowedAt);
    }
}
