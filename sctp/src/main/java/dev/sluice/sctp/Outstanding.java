package dev.sluice.sctp;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Fragments with numbers, from the first that is not acknowledged to the last: a ring. */
final class Outstanding {
    /** More are not sent before the first is acknowledged. */
    static final int MAX = 4096;

    private static final int FIRST_CAPACITY = 16;

    /** Where a fragment is. */
    enum State {
        ON_ITS_WAY,
        /** Overtaken or timed out: to be sent again. */
        LOST,
        /** Acknowledged out of the row; the row has not come so far. */
        ARRIVED,
        /** Nobody waits for it any more. */
        ABANDONED
    }

    /** One fragment. Reused. */
    static final class Fragment {
        @Nullable OutgoingMessage message;
        int offset;
        int length;
        State state = State.ABANDONED;
        long sentAtNanos;
        int transmissions;
        int misses;

        boolean begins() {
            return offset == 0;
        }

        boolean ends() {
            OutgoingMessage of = message;
            return of != null && offset + length == of.length;
        }
    }

    private Fragment[] ring = fragments(FIRST_CAPACITY);
    private long first;
    private long next;

    Outstanding(long initialTsn) {
        first = initialTsn;
        next = initialTsn;
    }

    private static Fragment[] fragments(int count) {
        Fragment[] fragments = new Fragment[count];
        Arrays.setAll(fragments, _ -> new Fragment());
        return fragments;
    }

    /**
     * @return number of the first that is not acknowledged
     */
    long first() {
        return first;
    }

    /**
     * @return number that the next one gets
     */
    long next() {
        return next;
    }

    boolean isEmpty() {
        return first == next;
    }

    boolean isFull() {
        return next - first == MAX;
    }

    Fragment get(long tsn) {
        return ring[(int) (tsn & (ring.length - 1))];
    }

    /** Adds a fragment at the end. */
    Fragment add(@Nullable OutgoingMessage message, int offset, int length) {
        if (next - first == ring.length) {
            grow();
        }
        Fragment fragment = get(next++);
        fragment.message = message;
        fragment.offset = offset;
        fragment.length = length;
        fragment.state = State.ON_ITS_WAY;
        fragment.transmissions = 0;
        fragment.misses = 0;
        return fragment;
    }

    private void grow() {
        Fragment[] larger = fragments(2 * ring.length);
        for (long tsn = first; tsn < next; tsn++) {
            larger[(int) (tsn & (larger.length - 1))] = get(tsn);
        }
        ring = larger;
    }

    /** Takes the first one out. */
    Fragment removeFirst() {
        return get(first++);
    }
}
