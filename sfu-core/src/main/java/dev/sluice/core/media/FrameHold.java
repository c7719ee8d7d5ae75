package dev.sluice.core.media;

/**
 * Packets of a frame that wait for the rest of it. A frame's packets come within microseconds of
 * each other, yet often in several wake-ups of the loop; forwarded together they leave as runs, at
 * less than half the cost, and no decoder could have begun with half a frame. Who paces packets
 * apart is noticed, and not held.
 *
 * <p>Costs no wake-up of its own unless the rest stays away: then the hold ends after {@value
 * #MAX_HOLD_NANOS} ns.
 */
final class FrameHold {
    static final long MAX_HOLD_NANOS = 200_000L;

    /** Packets further apart than this are paced. */
    private static final long CLOSE_NANOS = 100_000L;

    static final int CAPACITY = 32;
    private static final int MAX_TRUST = 16;
    private static final int DISTRUST = 4;

    private final int[] slots = new int[CAPACITY];
    private final long[] numbers = new long[CAPACITY];
    private final int[] marks = new int[CAPACITY];
    private int size;
    private long sinceNanos;
    private long lastNanos;
    private long lastTimestamp = -1;
    private int trust = MAX_TRUST;

    /**
     * Takes note of a packet's arrival.
     *
     * @return whether it may wait for the rest of its frame
     */
    boolean mayWait(long nowNanos, long timestamp, boolean last) {
        if (timestamp == lastTimestamp) {
            boolean close = nowNanos - lastNanos < CLOSE_NANOS;
            trust = close ? Math.min(MAX_TRUST, trust + 1) : Math.max(0, trust - DISTRUST);
        }
        lastTimestamp = timestamp;
        lastNanos = nowNanos;
        return trust > 0 && !last && size < CAPACITY - 1;
    }

    /**
     * @return whether it is the first to wait
     */
    boolean add(long nowNanos, int slot, long extended, int mark) {
        slots[size] = slot;
        numbers[size] = extended;
        marks[size] = mark;
        if (size == 0) {
            sinceNanos = nowNanos;
        }
        return size++ == 0;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /**
     * @return when what waits is to leave at the latest
     */
    long deadlineNanos() {
        return sinceNanos + MAX_HOLD_NANOS;
    }

    int slot(int i) {
        return slots[i];
    }

    long number(int i) {
        return numbers[i];
    }

    int mark(int i) {
        return marks[i];
    }

    void clear() {
        size = 0;
    }
}
