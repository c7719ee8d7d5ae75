package dev.sluice.rtp;

/** Conversion between ticks of a media clock and nanoseconds. */
public final class MediaClock {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private MediaClock() {}

    /**
     * @return ticks of a clock of {@code rate} Hz in {@code nanos}; spans below a day do not
     *     overflow
     */
    public static long ticks(long nanos, int rate) {
        long seconds = nanos / NANOS_PER_SECOND;
        return seconds * rate + (nanos % NANOS_PER_SECOND) * rate / NANOS_PER_SECOND;
    }

    /**
     * @return nanoseconds in {@code ticks} of a clock of {@code rate} Hz
     */
    public static long nanos(long ticks, int rate) {
        long seconds = ticks / rate;
        return seconds * NANOS_PER_SECOND + (ticks % rate) * NANOS_PER_SECOND / rate;
    }
}
