package dev.sluice.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Times from a publisher's sending to a viewer's receiving, and how they went over time. */
public final class Latencies {
    private static final long HIGHEST_NANOS = 10_000_000_000L;
    private static final long SLICE_NANOS = 100_000_000L;

    /**
     * A tenth of a second.
     *
     * @param atMillis since the measurement began
     * @param medianNanos of that slice
     * @param highestNanos of that slice
     */
    public record Slice(long atMillis, long medianNanos, long highestNanos) {}

    private final Histogram all = new Histogram(HIGHEST_NANOS, 3);
    private final Histogram slice = new Histogram(HIGHEST_NANOS, 2);
    private final List<Slice> slices = new ArrayList<>();
    private boolean measuring;
    private long startedNanos;
    private long sliceNanos;

    /** Begins anew; on the loop. */
    public void start(long nowNanos) {
        all.reset();
        slice.reset();
        slices.clear();
        measuring = true;
        startedNanos = nowNanos;
        sliceNanos = nowNanos;
    }

    public void stop() {
        measuring = false;
    }

    public void add(long nowNanos, long sentNanos) {
        long latency = nowNanos - sentNanos;
        if (!measuring || latency < 0 || latency > HIGHEST_NANOS) {
            return;
        }
        all.recordValue(latency);
        slice.recordValue(latency);
        if (nowNanos - sliceNanos >= SLICE_NANOS) {
            slices.add(
                    new Slice(
                            (sliceNanos - startedNanos) / 1_000_000L,
                            slice.getValueAtPercentile(50),
                            slice.getMaxValue()));
            slice.reset();
            sliceNanos = nowNanos;
        }
    }

    public Histogram all() {
        return all;
    }

    public List<Slice> slices() {
        return slices;
    }
}
