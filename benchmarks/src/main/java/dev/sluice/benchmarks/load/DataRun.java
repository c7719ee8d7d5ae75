package dev.sluice.benchmarks.load;

import dev.sluice.sctp.Reliability;
import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.client.DataPeer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/** Participants of one room that send each other small messages which may be lost. */
final class DataRun implements AutoCloseable {
    private static final int SIZE = 100;
    private static final int PER_SECOND = 30;
    private static final int OPEN_SECONDS = 30;

    private final LoadOptions options;
    private final ServerProcess server;
    private final Consumer<String> progress;
    private final ClientLoop loop = new ClientLoop("load-data");
    private final Latencies latencies = new Latencies();
    private final List<DataPeer> peers = new ArrayList<>();
    private final StringBuilder table = new StringBuilder();
    private volatile boolean running = true;
    private long sent; // on the loop, as the rest
    private long received;
    private boolean measuring;

    DataRun(LoadOptions options, ServerProcess server, Consumer<String> progress) {
        this.options = options;
        this.server = server;
        this.progress = progress;
    }

    /**
     * @return a table of what was found
     */
    String run() throws InterruptedException, IOException {
        long heapBefore = server.heapBytes();
        connect();
        TimeUnit.SECONDS.sleep(2);
        double kib = (server.heapBytes() - heapBefore) / 1024.0 / options.publishers();
        row("heap per participant that is idle", String.format(Locale.ROOT, "%.1f KiB", kib));
        Thread pacer = Thread.ofPlatform().name("load-pace").start(this::pace);
        TimeUnit.SECONDS.sleep(options.warmUpSeconds());
        measure();
        running = false;
        pacer.join();
        return table.toString();
    }

    private void connect() {
        WhipClient http = new WhipClient(server.url());
        List<CompletableFuture<Void>> open = new ArrayList<>();
        for (int i = 0; i < options.publishers(); i++) {
            DataPeer peer = new DataPeer(loop, "state", Reliability.LOSSY, this::onMessage);
            peers.add(peer);
            peer.connect(http.post("/dev/whip/data/member-" + i, peer.offer()));
            open.add(peer.opened());
        }
        CompletableFuture.allOf(open.toArray(CompletableFuture<?>[]::new))
                .orTimeout(OPEN_SECONDS, TimeUnit.SECONDS)
                .join();
        progress.accept(peers.size() + " participants");
        if (options.stuck() > 0) {
            loop.post(() ->
                    peers.subList(0, options.stuck())
                            .forEach(peer -> peer.read(DataPeer.Reading.NOTHING)));
        }
    }

    private void onMessage(long nowNanos, ByteBuf message) {
        if (measuring && message.readableBytes() >= 8) {
            received++;
            latencies.add(nowNanos, message.getLong(message.readerIndex()));
        }
    }

    /** Participants send one after the other, each at its time. */
    private void pace() {
        long spacing = 1_000_000_000L / (PER_SECOND * (long) peers.size());
        long next = System.nanoTime();
        for (int i = 0; running; i++) {
            DataPeer peer = peers.get(i % peers.size());
            loop.post(() -> say(peer));
            next += spacing;
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    private void say(DataPeer peer) {
        long nowNanos = System.nanoTime();
        ByteBuf message = PooledByteBufAllocator.DEFAULT.buffer(SIZE).writeZero(SIZE);
        message.setLong(0, nowNanos);
        peer.say(nowNanos, message);
        peer.flush(nowNanos);
        sent += measuring ? 1 : 0;
    }

    private void measure() throws InterruptedException {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        loop.post(() -> {
            measuring = true;
            latencies.start(System.nanoTime());
            begun.complete(null);
        });
        begun.join();
        ServerProcess.Usage before = server.usage(true);
        TimeUnit.SECONDS.sleep(options.seconds());
        ServerProcess.Usage after = server.usage(false);
        CompletableFuture<Void> ended = new CompletableFuture<>();
        loop.post(() -> {
            measuring = false;
            latencies.stop();
            ended.complete(null);
        });
        ended.join();
        long cpu = after.cpuNanos() - before.cpuNanos();
        long wanted = sent * (peers.size() - 1 - options.stuck());
        Histogram all = latencies.all();
        row("messages sent / to be delivered a second", rate(sent) + " / " + rate(wanted));
        row("delivered", String.format(Locale.ROOT, "%.3f %%", 100.0 * received / wanted));
        row(
                "latency p50 / p99 / most",
                millis(all.getValueAtPercentile(50))
                        + " / "
                        + millis(all.getValueAtPercentile(99))
                        + " / "
                        + millis(all.getMaxValue())
                        + " ms");
        row(
                "server CPU per delivered message",
                String.format(Locale.ROOT, "%.2f µs", cpu / 1e3 / received));
        row("server CPU", String.format(Locale.ROOT, "%.2f cores", cpu / 1e9 / options.seconds()));
        row(
                "heap allocated per delivered message",
                (after.allocated() - before.allocated()) / Math.max(1, received) + " bytes");
    }

    private String rate(long count) {
        return Long.toString(count / options.seconds());
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.2f", nanos / 1e6);
    }

    private void row(String what, String found) {
        table.append(String.format(Locale.ROOT, "%-48s%s%n", what, found));
        progress.accept(what + ": " + found);
    }

    @Override
    public void close() {
        running = false;
        loop.close();
        peers.forEach(DataPeer::close);
        server.close();
    }
}
