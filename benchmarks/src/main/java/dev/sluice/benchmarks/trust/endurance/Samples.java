package dev.sluice.benchmarks.trust.endurance;

import dev.sluice.benchmarks.load.ServerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a server holds, looked at again and again, and whether that grows. */
final class Samples {
    /**
     * One look.
     *
     * @param hours since the beginning
     * @param heap bytes in use after a collection; that of the sample before where none was made
     * @param buffers live buffers of media
     * @param bufferBytes that the media allocator holds
     * @param participants in all rooms
     */
    record Sample(
            double hours,
            double rss,
            double heap,
            double threads,
            double files,
            double buffers,
            double bufferBytes,
            double code,
            double participants) {}

    /** Something that may grow. */
    enum Kind {
        RSS("resident memory, MiB"),
        HEAP("heap after a collection, MiB"),
        BUFFER_BYTES("memory of media, MiB"),
        BUFFERS("live buffers"),
        THREADS("threads"),
        FILES("file descriptors"),
        CODE("compiled code, a part of resident memory, MiB"),
        PARTICIPANTS("participants");

        private static final double MIB = 1 << 20;

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }

        /**
         * @return whether growth of it is a fault: people come and go, and the compiler goes on for
         *     hours, ever slower
         */
        boolean isToStay() {
            return this != PARTICIPANTS && this != CODE;
        }

        double of(Sample sample) {
            return switch (this) {
                case RSS -> sample.rss() / MIB;
                case HEAP -> sample.heap() / MIB;
                case BUFFER_BYTES -> sample.bufferBytes() / MIB;
                case BUFFERS -> sample.buffers();
                case THREADS -> sample.threads();
                case FILES -> sample.files();
                case CODE -> sample.code() / MIB;
                case PARTICIPANTS -> sample.participants();
            };
        }
    }

    private static final int SAMPLES_A_COLLECTION = 12;

    private final ServerProcess server;
    private final long beganNanos = System.nanoTime();
    private final List<Sample> all = new ArrayList<>();
    private double heap;

    Samples(ServerProcess server) {
        this.server = server;
    }

    /** Looks once more. */
    Sample take() throws IOException, InterruptedException {
        if (all.size() % SAMPLES_A_COLLECTION == 0) {
            heap = server.heapBytes();
        }
        return look();
    }

    /** The same, with a collection before. */
    Sample settled() throws IOException, InterruptedException {
        heap = server.heapBytes();
        return look();
    }

    private Sample look() {
        Sample sample =
                new Sample(
                        (System.nanoTime() - beganNanos) / 3.6e12,
                        server.rssBytes(),
                        heap,
                        server.threads(),
                        server.files(),
                        server.metric("sluice_buffers_active"),
                        server.metric("sluice_buffers_bytes"),
                        server.metric("sluice_compiled_code_bytes"),
                        server.metric("sluice_participants"));
        all.add(sample);
        return sample;
    }

    List<Sample> all() {
        return all;
    }

    /**
     * @return growth in the second half, percent of its median an hour
     */
    double percentAnHour(Kind kind) {
        List<Sample> half = all.subList(all.size() / 2, all.size());
        double[] hours = half.stream().mapToDouble(Sample::hours).toArray();
        double[] values = half.stream().mapToDouble(kind::of).toArray();
        double base = Slope.median(values);
        return base == 0 ? 0 : 100 * Slope.of(hours, values) / base;
    }

    /**
     * @return a line for each sample
     */
    String csv() {
        StringBuilder csv = new StringBuilder("seconds");
        for (Kind kind : Kind.values()) {
            csv.append(',').append(kind.name().toLowerCase(Locale.ROOT));
        }
        for (Sample sample : all) {
            csv.append(String.format(Locale.ROOT, "%n%.0f", sample.hours() * 3600));
            for (Kind kind : Kind.values()) {
                csv.append(String.format(Locale.ROOT, ",%.2f", kind.of(sample)));
            }
        }
        return csv.append('\n').toString();
    }
}
