package dev.sluice.core.congestion;

import java.util.Arrays;

/**
 * What was sent under which transport-wide number, and whether it arrived. One word a packet;
 * begins small, since hundreds of viewers have one each, and grows with the rate.
 *
 * <pre>
 *  time of sending in µs (40)  bytes (12)  probe cluster (8)  state (2)  unused (2)
 * </pre>
 */
final class SendHistory {
    static final int UNKNOWN = 0;
    static final int IN_FLIGHT = 1;
    static final int RECEIVED = 2;
    static final int LOST = 3;

    private static final int INITIAL = 256;
    private static final int MAX = 8192;
    private static final long SPAN_MICROS = 1_000_000L;
    private static final int TIME_SHIFT = 24;
    private static final long TIME_MASK = (1L << 40) - 1;
    private static final int BYTES_SHIFT = 12;
    private static final int CLUSTER_SHIFT = 4;
    private static final int STATE_SHIFT = 2;
    private static final int STATE_MASK = 3;

    private long[] words = new long[INITIAL];
    private long next = 1;
    private long acknowledged; // highest number that feedback spoke of

    /** Notes a packet under the {@link #next} number. */
    void put(long nowMicros, int bytes, int cluster) {
        int at = (int) next & (words.length - 1);
        if (state(words[at]) == IN_FLIGHT
                && words.length < MAX
                && age(words[at], nowMicros) < SPAN_MICROS) {
            grow();
            at = (int) next & (words.length - 1);
        }
        words[at] =
                (nowMicros & TIME_MASK) << TIME_SHIFT
                        | (long) (bytes & 0xFFF) << BYTES_SHIFT
                        | (long) (cluster & 0xFF) << CLUSTER_SHIFT
                        | (long) IN_FLIGHT << STATE_SHIFT;
        next++;
    }

    private void grow() {
        long[] old = words;
        words = Arrays.copyOf(old, 2 * old.length);
        Arrays.fill(words, 0);
        for (long number = next - old.length; number < next; number++) {
            if (number > 0) {
                words[(int) number & (words.length - 1)] = old[(int) number & (old.length - 1)];
            }
        }
    }

    /**
     * The sent packet that a 16-bit number of a feedback means.
     *
     * @return the extended number, −1 when no packet in memory has it
     */
    long find(int sequence) {
        int back = (((int) (next - 1)) - sequence) & 0xFFFF;
        long number = next - 1 - back;
        return number > 0 && back < words.length ? number : -1;
    }

    int state(long number, long nowMicros) {
        long word = words[(int) number & (words.length - 1)];
        return age(word, nowMicros) > 5 * SPAN_MICROS ? UNKNOWN : state(word);
    }

    void state(long number, int state) {
        int at = (int) number & (words.length - 1);
        words[at] = (words[at] & ~((long) STATE_MASK << STATE_SHIFT)) | (long) state << STATE_SHIFT;
        acknowledged = Math.max(acknowledged, number);
    }

    private static int state(long word) {
        return (int) (word >>> STATE_SHIFT) & STATE_MASK;
    }

    private static long age(long word, long nowMicros) {
        return (nowMicros - (word >>> TIME_SHIFT)) & TIME_MASK;
    }

    /**
     * @return when it was sent, on the clock of {@code nowMicros}
     */
    long sentMicros(long number, long nowMicros) {
        return nowMicros - age(words[(int) number & (words.length - 1)], nowMicros);
    }

    int bytes(long number) {
        return (int) (words[(int) number & (words.length - 1)] >>> BYTES_SHIFT) & 0xFFF;
    }

    int cluster(long number) {
        return (int) (words[(int) number & (words.length - 1)] >>> CLUSTER_SHIFT) & 0xFF;
    }

    /**
     * @return the next number, extended
     */
    long next() {
        return next;
    }

    /**
     * @return when the oldest packet that no feedback spoke of was sent, −1 when there is none
     */
    long oldestUnheardMicros(long nowMicros) {
        long number = Math.max(acknowledged + 1, next - words.length);
        return number >= next || number < 1 ? -1 : sentMicros(number, nowMicros);
    }
}
