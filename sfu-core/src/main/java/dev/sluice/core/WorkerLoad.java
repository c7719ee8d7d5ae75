package dev.sluice.core;

import dev.sluice.core.load.LoadLevel;
import dev.sluice.core.load.LoopLoad;
import dev.sluice.core.load.OverloadControl;
import dev.sluice.core.load.SocketBacklog;
import dev.sluice.core.media.Shedding;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.Counters;
import dev.sluice.core.stats.DropReason;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How busy a worker is and what it no longer does for that reason. Written on its loop, stalls by
 * the {@link Watchdog}; read from any thread.
 */
final class WorkerLoad {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerLoad.class);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final int index;
    private final boolean limited;
    private final Counters counters;
    private final Shedding shedding;
    private final OverloadControl control;
    private final SocketBacklog backlog = new SocketBacklog();
    private final AtomicLong stalls = new AtomicLong();
    private @Nullable LoopLoad loop;
    private long refused;
    private boolean readsPast;
    private volatile @Nullable Thread thread;
    private volatile double load;
    private volatile double lag;
    private volatile LoadLevel level = LoadLevel.NORMAL;
    private volatile boolean stalled;

    /**
     * @param limit as {@link OverloadControl} takes it
     */
    WorkerLoad(int index, Counters counters, Shedding shedding, double limit) {
        this.index = index;
        this.counters = counters;
        this.shedding = shedding;
        limited = limit > 0;
        control = new OverloadControl(limit);
    }

    /** The loop begins; on it. */
    void begin(long nowNanos) {
        thread = Thread.currentThread();
        loop = new LoopLoad(nowNanos, THREADS.getCurrentThreadCpuTime());
    }

    /** The loop ticks now, and was to at {@code dueNanos}; on it. */
    void onTick(long nowNanos, long dueNanos) {
        LoopLoad measured = loop;
        if (measured == null) {
            return;
        }
        measured.onTick(nowNanos, dueNanos);
        backlog.review(nowNanos);
        readPast(nowNanos, measured);
        sample(nowNanos, measured);
    }

    /**
     * So many datagrams were read; on the loop.
     *
     * @param more whether something was left in the socket
     */
    void onBurst(long nowNanos, Object socket, int datagrams, boolean more) {
        LoopLoad measured = loop;
        if (measured != null) {
            measured.onBurst(datagrams, more);
            backlog.onBurst(nowNanos, socket, more);
            readPast(nowNanos, measured);
            sample(nowNanos, measured); // ticks are rare where there is too much to do
        }
    }

    private void readPast(long nowNanos, LoopLoad measured) {
        boolean past = limited && backlog.isReadPast();
        if (past && !readsPast && level != LoadLevel.NORMAL) { // a step back was too early
            shed(control.onLoad(nowNanos, load, true));
        }
        readsPast = past;
        shedding.readPast(past);
        if (past) {
            measured.onReadPast();
        }
    }

    private void sample(long nowNanos, LoopLoad measured) {
        if (measured.isDue(nowNanos)) {
            long refusals = counters.get(DropReason.SEND_BLOCKED);
            measured.sample(nowNanos, THREADS.getCurrentThreadCpuTime(), refusals != refused);
            refused = refusals;
            load = measured.load();
            lag = measured.lag();
            shed(control.onLoad(nowNanos, load, measured.isBehind()));
        }
    }

    private void shed(LoadLevel next) {
        LoadLevel before = level;
        if (next != before) {
            boolean up = next.compareTo(before) > 0;
            counters.add(up ? Counter.LOAD_LEVEL_UP : Counter.LOAD_LEVEL_DOWN);
            LOG.warn("worker {}: {} % busy: {} -> {}", index, Math.round(100 * load), before, next);
            level = next;
            backlog.warned(next != LoadLevel.NORMAL);
            shedding.level(next);
        }
    }

    int index() {
        return index;
    }

    /**
     * @return how busy the loop is, 0 to 1
     */
    double load() {
        return load;
    }

    /**
     * @return the share of time by which the loop's ticks are late, 0 to 1
     */
    double lag() {
        return lag;
    }

    /**
     * @return what is no longer done here
     */
    LoadLevel level() {
        return level;
    }

    /** The loop stands still, or goes on; told by the watchdog. */
    void stalled(boolean stands) {
        stalled = stands;
        if (stands) {
            stalls.incrementAndGet();
        }
    }

    /**
     * @return whether the watchdog has noticed that the loop stands still
     */
    boolean isToldStalled() {
        return stalled;
    }

    /**
     * @return how often the loop stood still
     */
    long stallCount() {
        return stalls.get();
    }

    /**
     * @return what the loop is doing now, for who wonders why it stands still
     */
    StackTraceElement[] stack() {
        Thread of = thread;
        return of == null ? new StackTraceElement[0] : of.getStackTrace();
    }
}
