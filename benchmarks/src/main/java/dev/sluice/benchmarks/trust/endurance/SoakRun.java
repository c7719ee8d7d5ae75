package dev.sluice.benchmarks.trust.endurance;

import dev.sluice.benchmarks.load.ServerProcess;
import dev.sluice.benchmarks.trust.endurance.Samples.Kind;
import dev.sluice.benchmarks.trust.endurance.Samples.Sample;
import dev.sluice.benchmarks.trust.lab.Witness;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hours of churn beside a call that must not notice; what the server holds must not grow. */
public final class SoakRun {
    private static final int SAMPLE_SECONDS = 10;
    private static final int WARM_UP_SECONDS = 60;

    /** Who is gone without a word is waited for so long, and its room, too. */
    private static final int SETTLE_SECONDS = 90;

    private static final double MOST_PERCENT_AN_HOUR = 1;
    private static final long SEED = 1;

    private final int seconds;
    private final @Nullable Path out;
    private final List<String> options;
    private final Consumer<String> progress;
    private final StringBuilder table = new StringBuilder();

    /**
     * @param seconds of churn, after a minute to warm up
     * @param out where the report goes, null for nowhere
     * @param options for the server
     */
    public SoakRun(
            int seconds, @Nullable Path out, List<String> options, Consumer<String> progress) {
        this.seconds = seconds;
        this.out = out;
        this.options = options;
        this.progress = progress;
    }

    /** Runs to the end. @return a table of what was found */
    public String run() throws IOException, InterruptedException {
        EventLoopGroup sockets = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try (ServerProcess server = ServerProcess.start(options)) {
            TimeUnit.SECONDS.sleep(SAMPLE_SECONDS);
            Sample empty = new Samples(server).settled();
            Samples samples = new Samples(server);
            soak(server, sockets, samples);
            TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
            Sample after = new Samples(server).settled();
            row("before and after", "");
            for (Kind kind : Kind.values()) {
                row("  " + kind.title(), number(kind.of(empty)) + " -> " + number(kind.of(after)));
            }
            row("rooms left", Long.toString(server.metric("sluice_rooms")));
            row("lines of errors", Long.toString(errors(server)));
            row("faults", Long.toString(server.metric("sluice_peers_total\\{event=\"fault\"")));
            write(samples);
        } finally {
            sockets.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
        return table.toString();
    }

    private void soak(ServerProcess server, EventLoopGroup sockets, Samples samples)
            throws IOException, InterruptedException {
        try (Witness witness = new Witness(server.url(), "witness");
                Churn churn = new Churn(server.url(), sockets, SEED)) {
            TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
            witness.begin();
            long cpu = server.cpuNanos();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            while (System.nanoTime() < end) {
                Sample sample = samples.take();
                write(samples); // hours are not to be lost to a full disk or a power cut
                progress.accept(
                        String.format(
                                Locale.ROOT, "%.0f s: %s", sample.hours() * 3600, churn.report()));
                TimeUnit.SECONDS.sleep(SAMPLE_SECONDS);
            }
            row("seconds", Integer.toString(seconds));
            row("churn", churn.report());
            row("witness", witness.report().toString());
            row("server's CPU", number(100.0 * (server.cpuNanos() - cpu) / 1e9 / seconds) + " %");
            for (Kind kind : Kind.values()) {
                double slope = samples.percentAnHour(kind);
                boolean grows = kind.isToStay() && slope > MOST_PERCENT_AN_HOUR;
                String verdict = grows ? "   GROWS" : "";
                row("slope of " + kind.title(), number(slope) + " % an hour" + verdict);
            }
        }
    }

    private static long errors(ServerProcess server) throws IOException {
        return server.output().stream().filter(line -> line.contains(" ERROR ")).count();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private void row(String what, String found) {
        table.append(String.format(Locale.ROOT, "%-44s%s%n", what, found));
        progress.accept(what + ": " + found);
    }

    private void write(Samples samples) throws IOException {
        if (out != null) {
            Files.createDirectories(out);
            Files.writeString(out.resolve("soak.csv"), samples.csv());
            Files.writeString(out.resolve("soak.html"), SoakPage.html(table.toString(), samples));
        }
    }
}
