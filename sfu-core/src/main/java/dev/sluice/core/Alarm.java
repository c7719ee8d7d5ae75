package dev.sluice.core;

import dev.sluice.core.loop.Timed;
import io.netty.channel.EventLoop;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** What a loop does at a time that moves. Confined to the loop. */
final class Alarm {
    private final EventLoop loop;
    private final LongConsumer action;
    private final Runnable ring = this::ring;
    private @Nullable ScheduledFuture<?> pending;
    private long atNanos = Timed.NEVER;
    private boolean ended;

    /**
     * @param action takes the time for which it was set
     */
    Alarm(EventLoop loop, LongConsumer action) {
        this.loop = loop;
        this.action = action;
    }

    /**
     * @return when it will ring, {@link Timed#NEVER} when it is not set
     */
    long atNanos() {
        return atNanos;
    }

    /** Sets it to another time, or to {@link Timed#NEVER}. */
    void set(long nowNanos, long nanos) {
        if (nanos == atNanos || ended) {
            return;
        }
        clear();
        atNanos = nanos;
        if (nanos != Timed.NEVER) {
            pending = loop.schedule(ring, Math.max(0, nanos - nowNanos), TimeUnit.NANOSECONDS);
        }
    }

    private void ring() {
        long due = atNanos;
        pending = null;
        atNanos = Timed.NEVER;
        action.accept(due);
    }

    private void clear() {
        if (pending != null) {
            pending.cancel(false);
            pending = null;
        }
        atNanos = Timed.NEVER;
    }

    /** It does not ring any more, whatever it is set to. */
    void end() {
        clear();
        ended = true;
    }
}
