package dev.sluice.core.congestion;

import java.util.Arrays;

/**
 * The packets that one feedback reports as arrived, in order of arrival. One for each worker, since
 * feedbacks are worked off one after the other. Times in µs.
 */
public final class ArrivedPackets {
    long[] sent = new long[256];
    long[] arrived = new long[256];
    int[] bytes = new int[256];
    int[] clusters = new int[256];
    int size;

    void clear() {
        size = 0;
    }

    void add(long sentMicros, long arrivedMicros, int length, int cluster) {
        if (size == sent.length) {
            sent = Arrays.copyOf(sent, 2 * size);
            arrived = Arrays.copyOf(arrived, 2 * size);
            bytes = Arrays.copyOf(bytes, 2 * size);
            clusters = Arrays.copyOf(clusters, 2 * size);
        }
        int at = size++;
        while (at > 0 && arrived[at - 1] > arrivedMicros) { // nearly sorted
            sent[at] = sent[at - 1];
            arrived[at] = arrived[at - 1];
            bytes[at] = bytes[at - 1];
            clusters[at] = clusters[at - 1];
            at--;
        }
        sent[at] = sentMicros;
        arrived[at] = arrivedMicros;
        bytes[at] = length;
        clusters[at] = cluster;
    }
}
