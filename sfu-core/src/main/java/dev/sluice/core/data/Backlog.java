package dev.sluice.core.data;

/**
 * Whether the receiver of a reliable channel keeps up. Above a mark those who send to it wait, for
 * as long as it takes in a little every second; a receiver that does not is given up, so that one
 * that stands still does not hold the others.
 */
final class Backlog {
    /** Bytes that wait: beyond that, senders wait. */
    static final int HIGH = 256 << 10;

    private static final int LOW = 128 << 10;

    /** What senders have under way when they are told to wait may still come. */
    private static final int MAX = 768 << 10;

    /**
     * Least bytes in an {@link #INTERVAL_NANOS interval}: below what a {@link DataBudget} gives
     * even where the network has hardly room for video.
     */
    private static final int LEAST = 8 << 10;

    private static final long INTERVAL_NANOS = 1_000_000_000L;

    /** What a look at it found. */
    enum Verdict {
        UNCHANGED,
        FULL,
        DRAINED,
        /** Too slow for the others to wait any longer. */
        SLOW
    }

    private boolean full;
    private long added;
    private long takenBefore;
    private long reviewAtNanos;

    /** A message was queued. */
    void add(int bytes) {
        added += bytes;
    }

    boolean isFull() {
        return full;
    }

    /**
     * Looks at the queue after something changed, or at {@link #reviewAt}.
     *
     * @param waiting bytes in the queue
     */
    Verdict review(long nowNanos, int waiting) {
        long taken = added - waiting;
        if (waiting > MAX) {
            return Verdict.SLOW;
        }
        if (!full && waiting > HIGH) {
            full = true;
            begin(nowNanos, taken);
            return Verdict.FULL;
        }
        if (full && waiting <= LOW) {
            full = false;
            return Verdict.DRAINED;
        }
        if (full && nowNanos >= reviewAtNanos) {
            if (taken - takenBefore < LEAST) {
                return Verdict.SLOW;
            }
            begin(nowNanos, taken);
        }
        return Verdict.UNCHANGED;
    }

    private void begin(long nowNanos, long taken) {
        takenBefore = taken;
        reviewAtNanos = nowNanos + INTERVAL_NANOS;
    }

    /** Its queue was emptied. */
    void clear() {
        full = false;
        added = 0;
    }

    /**
     * @return when the next look is due, {@link Long#MAX_VALUE} for never
     */
    long reviewAt() {
        return full ? reviewAtNanos : Long.MAX_VALUE;
    }
}
