package dev.sluice.core.media;

import java.util.Arrays;

/**
 * Packets of one subscription that wait for the pacer: references into the packet cache, oldest
 * first. Takes memory only from its first packet on.
 */
final class PacedPackets {
    private static final int INITIAL = 64;
    private static final int MAX = 1024;

    private long[] numbers = {};
    private int[] marks = {};
    private byte[] layers = {};
    private int head;
    private int size;
    private long sinceNanos;

    boolean isEmpty() {
        return size == 0;
    }

    /**
     * @return false when there is no room: the queue is to be let go
     */
    boolean add(long nowNanos, int layer, long extended, int mark) {
        if (size == numbers.length) {
            if (size == MAX) {
                return false;
            }
            grow();
        }
        if (size == 0) {
            sinceNanos = nowNanos;
        }
        int at = (head + size++) & (numbers.length - 1);
        numbers[at] = extended;
        marks[at] = mark;
        layers[at] = (byte) layer;
        return true;
    }

    private void grow() {
        int length = Math.max(INITIAL, 2 * numbers.length);
        long[] newNumbers = Arrays.copyOf(numbers, length);
        int[] newMarks = Arrays.copyOf(marks, length);
        byte[] newLayers = Arrays.copyOf(layers, length);
        for (int i = 0; i < size; i++) {
            int from = (head + i) & (numbers.length - 1);
            newNumbers[i] = numbers[from];
            newMarks[i] = marks[from];
            newLayers[i] = layers[from];
        }
        numbers = newNumbers;
        marks = newMarks;
        layers = newLayers;
        head = 0;
    }

    long number() {
        return numbers[head];
    }

    int mark() {
        return marks[head];
    }

    int layer() {
        return layers[head];
    }

    void remove() {
        head = (head + 1) & (numbers.length - 1);
        size--;
    }

    /**
     * @return when the queue began
     */
    long sinceNanos() {
        return sinceNanos;
    }

    void clear() {
        size = 0;
    }
}
