package dev.sluice.benchmarks.load;

import dev.sluice.benchmarks.load.ServerProcess.Usage;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What so many viewers cost, on the way to more.
 *
 * @param viewers there at that time
 * @param seconds measured
 * @param before usage of the server at its start
 * @param after and at its end
 * @param medianMicros latency
 * @param p99Micros latency
 */
record Step(
        int viewers,
        double seconds,
        Usage before,
        Usage after,
        double medianMicros,
        double p99Micros) {
    static Step of(int viewers, double seconds, Usage before, Usage after, Histogram latency) {
        return new Step(
                viewers,
                seconds,
                before,
                after,
                latency.getValueAtPercentile(50) / 1e3,
                latency.getValueAtPercentile(99) / 1e3);
    }

    double packetsPerSecond() {
        return (after.forwarded() - before.forwarded()) / seconds;
    }

    double cpuNanosPerPacket() {
        long forwarded = after.forwarded() - before.forwarded();
        return forwarded == 0 ? 0 : (double) (after.cpuNanos() - before.cpuNanos()) / forwarded;
    }

    static String table(List<Step> steps) {
        StringBuilder table = new StringBuilder("viewers  packets/s  CPU a packet  of a core");
        table.append("  latency p50 / p99      memory\n");
        for (Step step : steps) {
            table.append(
                    String.format(
                            Locale.ROOT,
                            "%7d %,10.0f %,10.0f ns %8.1f %% %,8.0f / %,7.0f µs %,7d MiB%n",
                            step.viewers,
                            step.packetsPerSecond(),
                            step.cpuNanosPerPacket(),
                            step.packetsPerSecond() * step.cpuNanosPerPacket() / 1e7,
                            step.medianMicros,
                            step.p99Micros,
                            step.after.rssBytes() >> 20));
        }
        return table.toString();
    }
}
