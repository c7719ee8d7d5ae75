package dev.sluice.benchmarks.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.benchmarks.load.ServerProcess.Pause;
import dev.sluice.benchmarks.load.ServerProcess.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What a run found.
 *
 * @param options what was measured
 * @param seconds of measurement
 * @param sent packets by publishers
 * @param received packets by viewers
 * @param lost gaps in what viewers received
 * @param before usage of the server at the start of the measurement
 * @param after and at its end
 * @param joins how the viewers came in
 * @param lateJoins how further ones came in after the measurement
 * @param latency from sending to receiving, nanoseconds
 * @param slices the same over time
 * @param pauses of the server's JVM
 * @param startMillis when the measurement began, since 1970
 * @param readyMillis how long the server took to start, 0 when it ran already
 * @param steps on the way to all viewers, in a fan-out
 */
record Result(
        LoadOptions options,
        double seconds,
        long sent,
        long received,
        long lost,
        Usage before,
        Usage after,
        Joins joins,
        Joins lateJoins,
        Histogram latency,
        List<Latencies.Slice> slices,
        List<Pause> pauses,
        long startMillis,
        long readyMillis,
        List<Step> steps) {
    /**
     * @param count viewers that came in
     * @param millis how long it took
     * @param before usage of the server before them
     * @param after and after them
     */
    record Joins(int count, long millis, Usage before, Usage after) {
        /** What a join costs, without the packets forwarded meanwhile at their later price. */
        double cpuMillis(double nanosPerPacket) {
            double cpu = after.cpuNanos() - before.cpuNanos();
            double media = (after.forwarded() - before.forwarded()) * nanosPerPacket;
            return count == 0 ? 0 : (cpu - media) / count / 1e6;
        }
    }

    long forwarded() {
        return after.forwarded() - before.forwarded();
    }

    double cpuNanosPerPacket() {
        return forwarded() == 0 ? 0 : (double) (after.cpuNanos() - before.cpuNanos()) / forwarded();
    }

    /** Share of one core. */
    double cores() {
        return (after.cpuNanos() - before.cpuNanos()) / seconds / 1e9;
    }

    double allocatedPerPacket() {
        return forwarded() == 0
                ? 0
                : (double) (after.allocated() - before.allocated()) / forwarded();
    }

    private double joinCpuMillis(Joins which) {
        return which.cpuMillis(cpuNanosPerPacket());
    }

    double rssKibPerViewer() {
        return joins.count == 0
                ? 0
                : (after.rssBytes() - joins.before.rssBytes()) / 1024.0 / joins.count;
    }

    private double pauseAt(double percentile) {
        List<Long> sorted = pauses.stream().map(Pause::nanos).sorted().toList();
        int at = (int) Math.ceil(percentile * sorted.size()) - 1;
        return sorted.isEmpty() ? 0 : sorted.get(Math.max(0, at)) / 1e6;
    }

    private double latencyMicros(double percentile) {
        return latency.getValueAtPercentile(percentile) / 1e3;
    }

    String table() {
        Locale plain = Locale.ROOT;
        String[][] lines = {
            {
                "forwarded packets",
                String.format(plain, "%,d (%,.0f/s)", forwarded(), forwarded() / seconds)
            },
            {"received by viewers", String.format(plain, "%,d, lost %,d", received, lost)},
            {"dropped by the server", Long.toString(after.dropped() - before.dropped())},
            {"CPU per forwarded packet", String.format(plain, "%,.0f ns", cpuNanosPerPacket())},
            {"CPU of the server", String.format(plain, "%.1f %% of a core", 100 * cores())},
            {
                "CPU a second and session",
                String.format(plain, "%.3f ms", 1000 * cores() / Math.max(1, joins.count))
            },
            {"packets per system call", String.format(plain, "%.1f", perCall())},
            {
                "latency p50 / p99 / p99.9",
                String.format(
                        plain,
                        "%,.0f / %,.0f / %,.0f µs",
                        latencyMicros(50),
                        latencyMicros(99),
                        latencyMicros(99.9))
            },
            {
                "JVM pauses p99 / longest",
                String.format(plain, "%.2f / %.2f ms", pauseAt(0.99), pauseAt(1))
            },
            {"heap allocated per packet", String.format(plain, "%.1f B", allocatedPerPacket())},
            {"memory", (after.rssBytes() >> 20) + " MiB"},
            {"memory per viewer", String.format(plain, "%.1f KiB", rssKibPerViewer())},
            {
                "CPU per join, first / later",
                String.format(
                        plain, "%.2f / %.2f ms", joinCpuMillis(joins), joinCpuMillis(lateJoins))
            },
            {"viewers came in", joins.millis + " ms"},
            {"server ready after", readyMillis + " ms"}
        };
        StringBuilder table = new StringBuilder();
        for (String[] line : lines) {
            table.append(String.format(plain, "%-28s%s%n", line[0], line[1]));
        }
        return table.append(steps.isEmpty() ? "" : "\n" + Step.table(allSteps())).toString();
    }

    private List<Step> allSteps() {
        List<Step> all = new ArrayList<>(steps);
        all.add(Step.of(options.viewers(), seconds, before, after, latency));
        return all;
    }

    private double perCall() {
        long calls = after.sendCalls() - before.sendCalls();
        return calls == 0 ? 0 : (double) forwarded() / calls;
    }

    String json() {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode json = mapper.createObjectNode();
        json.put("scenario", options.scenario().name().toLowerCase(Locale.ROOT));
        json.put("publishers", options.publishers()).put("viewers", options.viewers());
        json.put("bitrate", options.bitrate()).put("seconds", seconds);
        json.put("sent", sent).put("forwarded", forwarded()).put("received", received);
        json.put("lost", lost).put("dropped", after.dropped() - before.dropped());
        json.put("cpuNanosPerPacket", cpuNanosPerPacket()).put("cores", cores());
        json.put("packetsPerSendCall", perCall());
        json.put("latencyMicrosP50", latencyMicros(50));
        json.put("latencyMicrosP99", latencyMicros(99));
        json.put("latencyMicrosP999", latencyMicros(99.9));
        json.put("pauseMillisP99", pauseAt(0.99)).put("pauseMillisMax", pauseAt(1));
        json.put("allocatedBytesPerPacket", allocatedPerPacket());
        json.put("rssBytes", after.rssBytes()).put("rssKibPerViewer", rssKibPerViewer());
        json.put("joinCpuMillis", joinCpuMillis(joins));
        json.put("lateJoinCpuMillis", joinCpuMillis(lateJoins)).put("readyMillis", readyMillis);
        ArrayNode growth = json.putArray("growth");
        for (Step step : steps.isEmpty() ? steps : allSteps()) {
            growth.addObject()
                    .put("viewers", step.viewers())
                    .put("packetsPerSecond", step.packetsPerSecond())
                    .put("cpuNanosPerPacket", step.cpuNanosPerPacket())
                    .put("latencyMicrosP50", step.medianMicros())
                    .put("latencyMicrosP99", step.p99Micros())
                    .put("rssBytes", step.after().rssBytes());
        }
        ArrayNode over = json.putArray("latencyOverTime");
        for (Latencies.Slice slice : slices) {
            over.addObject()
                    .put("atMillis", slice.atMillis())
                    .put("medianMicros", slice.medianNanos() / 1000)
                    .put("highestMicros", slice.highestNanos() / 1000);
        }
        ArrayNode still = json.putArray("pauses");
        for (Pause pause : pauses) {
            still.addObject()
                    .put("atMillis", pause.atMillis() - startMillis)
                    .put("micros", pause.nanos() / 1000);
        }
        return json.toPrettyString();
    }
}
