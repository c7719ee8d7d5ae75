package dev.sluice.core.stats;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counters with one writer, the worker, and any number of readers. */
@SuppressWarnings("EnumOrdinal") // an index into tables made from the same enums
public final class Counters {
    private final AtomicLongArray counts = new AtomicLongArray(Counter.values().length);
    private final AtomicLongArray drops = new AtomicLongArray(DropReason.values().length);

    /** Adds one; by the worker only. */
    public void add(Counter counter) {
        add(counter, 1);
    }

    /** Adds {@code count}; by the worker only. */
    public void add(Counter counter, long count) {
        int at = counter.ordinal();
        counts.setOpaque(at, counts.getPlain(at) + count);
    }

    /** Counts a drop; by the worker only. */
    public void drop(DropReason reason) {
        drop(reason, 1);
    }

    /** Counts so many drops; by the worker only. */
    public void drop(DropReason reason, int count) {
        int at = reason.ordinal();
        drops.setOpaque(at, drops.getPlain(at) + count);
    }

    /**
     * @return the present value, from any thread
     */
    public long get(Counter counter) {
        return counts.getOpaque(counter.ordinal());
    }

    /**
     * @return the present value, from any thread
     */
    public long get(DropReason reason) {
        return drops.getOpaque(reason.ordinal());
    }
}
