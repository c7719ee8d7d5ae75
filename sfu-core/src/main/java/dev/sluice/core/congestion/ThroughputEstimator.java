package dev.sluice.core.congestion;

import java.util.Arrays;

/**
 * How much arrived a second, and how much of the same packets was sent a second, over half a second
 * or what it takes to have twenty packets.
 */
final class ThroughputEstimator {
    private static final int MAX_PACKETS = 500;
    private static final int MIN_PACKETS = 10;
    private static final int SHORT_PACKETS = 20;
    private static final long SHORT_MICROS = 500_000L;
    private static final long LONG_MICROS = 1_000_000L;
    private static final long RECENT_MICROS = 200_000L;
    private static final double SOURCE_LIMITED = 0.95;

    // rings, in order of arrival
    private long[] sent = new long[64];
    private long[] arrived = new long[64];
    private int[] bytes = new int[64];
    private int head;
    private int size;
    private double received;
    private double sending;
    private double latest;
    private boolean known;

    /** Takes a packet that arrived, times in µs. */
    void add(long sentMicros, long arrivedMicros, int length) {
        if (size == sent.length) {
            grow();
        }
        int at = size++;
        while (at > 0 && arrived[place(at - 1)] > arrivedMicros) { // a late one: rare
            copy(place(at - 1), place(at));
            at--;
        }
        sent[place(at)] = sentMicros;
        arrived[place(at)] = arrivedMicros;
        bytes[place(at)] = length;
        while (size > MAX_PACKETS
                || span() > LONG_MICROS
                || (size > SHORT_PACKETS && span() > SHORT_MICROS)) {
            head = (head + 1) & (sent.length - 1);
            size--;
        }
    }

    private int place(int i) {
        return (head + i) & (sent.length - 1);
    }

    private long span() {
        return arrived[place(size - 1)] - arrived[head];
    }

    private void copy(int from, int to) {
        sent[to] = sent[from];
        arrived[to] = arrived[from];
        bytes[to] = bytes[from];
    }

    private void grow() {
        int length = sent.length;
        long[] newSent = Arrays.copyOf(sent, 2 * length);
        long[] newArrived = Arrays.copyOf(arrived, 2 * length);
        int[] newBytes = Arrays.copyOf(bytes, 2 * length);
        for (int i = 0; i < size; i++) {
            newSent[i] = sent[place(i)];
            newArrived[i] = arrived[place(i)];
            newBytes[i] = bytes[place(i)];
        }
        sent = newSent;
        arrived = newArrived;
        bytes = newBytes;
        head = 0;
    }

    /** Computes the rates anew, once for each feedback. */
    void update() {
        if (size < MIN_PACKETS) {
            known = false;
            return;
        }
        long total = bytes[head];
        long largest = 0;
        long second = 0;
        long firstSent = sent[head];
        long lastSent = sent[head];
        int lastSentBytes = bytes[head];
        for (int i = 1; i < size; i++) {
            int at = place(i);
            total += bytes[at];
            long gap = arrived[at] - arrived[place(i - 1)];
            if (gap > largest) {
                second = largest;
                largest = gap;
            } else {
                second = Math.max(second, gap);
            }
            firstSent = Math.min(firstSent, sent[at]);
            if (sent[at] >= lastSent) {
                lastSent = sent[at];
                lastSentBytes = bytes[at];
            }
        }
        long receiveSpan = Math.max(1000, span() - largest + second);
        long sendSpan = Math.max(1000, lastSent - firstSent);
        received = (total - bytes[head]) * 8e6 / receiveSpan;
        sending = (total - lastSentBytes) * 8e6 / sendSpan;
        latest = recent();
        known = true;
    }

    /** What arrived a second of the last packets only: the path's capacity while a queue grows. */
    private double recent() {
        long from = arrived[place(size - 1)] - RECENT_MICROS;
        int first = size - 1;
        long total = 0;
        while (first > 0 && arrived[place(first - 1)] >= from) {
            total += bytes[place(first)];
            first--;
        }
        long span = arrived[place(size - 1)] - arrived[place(first)];
        return size - first < MIN_PACKETS || span < RECENT_MICROS / 2 ? 0 : total * 8e6 / span;
    }

    boolean isKnown() {
        return known;
    }

    /**
     * @return bits a second that arrived; only when {@link #isKnown}
     */
    double received() {
        return received;
    }

    /**
     * @return bits a second at which what arrived was sent; only when {@link #isKnown}
     */
    double sending() {
        return sending;
    }

    /**
     * @return acknowledged bits a second; only when {@link #isKnown}
     */
    double acknowledged() {
        return Math.min(received, sending);
    }

    /**
     * What the path carried when its queue grew: half a second may still hold what was sent before
     * a step up.
     *
     * @return bits a second, at least {@link #acknowledged}
     */
    double capacity() {
        return Math.max(acknowledged(), latest);
    }

    /**
     * @return whether the path delivered all that it was given, so that the acknowledged rate says
     *     nothing about its capacity
     */
    boolean isSourceLimited() {
        return received > SOURCE_LIMITED * sending;
    }
}
