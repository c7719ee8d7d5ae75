package dev.sluice.core.loop;

import java.util.Arrays;

/**
 * Binary heap of who wants to be called when. A machine whose deadline is far away costs one
 * comparison a tick in all, not one each.
 */
public final class Deadlines {
    /** A machine's place in the heap. */
    public final class Timer {
        private final Timed machine;
        private long atNanos;
        private int position = -1;

        private Timer(Timed machine) {
            this.machine = machine;
        }

        /**
         * Asks the machine for its deadline again; needed only when it moved to an earlier time.
         */
        public void update() {
            if (position >= 0) {
                atNanos = machine.nextTimeout();
                siftDown(siftUp(position));
            }
        }

        /** Leaves the heap; the machine is not called any more. */
        public void cancel() {
            if (position >= 0) {
                remove(position);
            }
        }
    }

    private Timer[] heap = new Timer[64];
    private int size;

    /** Enters a machine. */
    public Timer add(Timed machine) {
        Timer timer = new Timer(machine);
        timer.atNanos = machine.nextTimeout();
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        place(timer, size++);
        siftUp(timer.position);
        return timer;
    }

    /** Calls every machine whose deadline has passed, each at most once. */
    public void runDue(long nowNanos) {
        for (int calls = size; calls > 0 && size > 0 && heap[0].atNanos <= nowNanos; calls--) {
            Timer timer = heap[0];
            timer.machine.onTimeout(nowNanos);
            if (timer.position >= 0) { // it may have left in its own call
                timer.atNanos = Math.max(timer.machine.nextTimeout(), nowNanos + 1);
                siftDown(siftUp(timer.position));
            }
        }
    }

    /**
     * @return when the next machine wants to be called at the earliest, {@link Timed#NEVER} for
     *     never
     */
    public long next() {
        return size == 0 ? Timed.NEVER : heap[0].atNanos;
    }

    /**
     * @return machines in the heap
     */
    public int size() {
        return size;
    }

    private void remove(int position) {
        Timer timer = heap[position];
        timer.position = -1;
        Timer last = heap[--size];
        if (last != timer) {
            place(last, position);
            siftDown(siftUp(position));
        }
        Arrays.fill(heap, size, size + 1, null);
    }

    private void place(Timer timer, int position) {
        heap[position] = timer;
        timer.position = position;
    }

    private int siftUp(int from) {
        int at = from;
        Timer timer = heap[at];
        while (at > 0 && heap[(at - 1) >>> 1].atNanos > timer.atNanos) {
            place(heap[(at - 1) >>> 1], at);
            at = (at - 1) >>> 1;
        }
        place(timer, at);
        return at;
    }

    private void siftDown(int from) {
        int at = from;
        Timer timer = heap[at];
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && heap[child + 1].atNanos < heap[child].atNanos) {
                child++;
            }
            if (heap[child].atNanos >= timer.atNanos) {
                break;
            }
            place(heap[child], at);
            at = child;
        }
        place(timer, at);
    }
}
