package dev.sluice.benchmarks.trust.lab;

import dev.sluice.benchmarks.load.Latencies;
import dev.sluice.benchmarks.load.ViewingPeer;
import dev.sluice.benchmarks.load.WhipClient;
import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.client.SyntheticPublisher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * A call of three, each with sound and simulcast video, that takes part in nothing else: whoever
 * else suffers, it must not.
 */
public final class Witness implements AutoCloseable {
    /**
     * What it saw since the last report.
     *
     * @param received packets of media
     * @param lost packets that were missing among them
     * @param p50 median time from sender to receiver, milliseconds
     * @param p99 of which one in a hundred is above, milliseconds
     * @param p999 of which one in a thousand is above, milliseconds
     * @param gap longest time without any packet at one of them, milliseconds
     */
    public record Report(
            long received, long lost, double p50, double p99, double p999, double gap) {
        public double lossPercent() {
            return 100.0 * lost / Math.max(1, received + lost);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d packets, lost %d (%.3f %%), p50 %.2f p99 %.2f p99.9 %.2f ms, gap %.0f ms",
                    received,
                    lost,
                    lossPercent(),
                    p50,
                    p99,
                    p999,
                    gap);
        }
    }

    private static final int PARTIES = 3;
    private static final int BITRATE = 1_500_000;
    private static final long FIRST_SSRC = 900_000;
    private static final int JOIN_SECONDS = 15;

    private final ClientLoop sending = new ClientLoop("witness-send");
    private final ClientLoop receiving = new ClientLoop("witness-receive");
    private final Latencies latencies = new Latencies();
    private final List<SyntheticPublisher> publishers = new ArrayList<>();
    private final List<ViewingPeer> viewers = new ArrayList<>();
    private long lostBefore;
    private long receivedBefore;

    /** Joins; back when everybody receives. */
    public Witness(String url, String room) {
        this(url, room, PARTIES);
    }

    /** The same with so many. */
    public Witness(String url, String room, int parties) {
        WhipClient http = new WhipClient(url);
        for (int i = 0; i < parties; i++) {
            long ssrc = FIRST_SSRC + 10L * i;
            long phase = i * 33_000_000L / parties;
            SyntheticPublisher peer = new SyntheticPublisher(sending, BITRATE, ssrc, phase, true);
            String offer = peer.offer(true, 1, 1, ssrc, true);
            join(peer.connect(http.post("/dev/whip/" + room + "/w" + i, offer)));
            publishers.add(peer);
        }
        for (int i = 0; i < parties; i++) {
            ViewingPeer viewer = new ViewingPeer(receiving, latencies, true);
            String offer = viewer.offer(false, parties - 1, parties - 1, 0);
            join(viewer.connect(http.post("/dev/whep-room/" + room + "/w" + i, offer)));
            viewers.add(viewer);
        }
    }

    private static void join(CompletableFuture<Void> connecting) {
        connecting.orTimeout(JOIN_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Begins to measure anew. */
    public void begin() {
        onReceiving(() -> {
            lostBefore = lost();
            receivedBefore = received();
            viewers.forEach(ViewingPeer::takeLongestGap);
            latencies.start(System.nanoTime());
            return true;
        });
    }

    /**
     * @return what happened since {@link #begin}
     */
    public Report report() {
        return onReceiving(() -> {
            Histogram all = latencies.all();
            return new Report(
                    received() - receivedBefore,
                    lost() - lostBefore,
                    all.getValueAtPercentile(50) / 1e6,
                    all.getValueAtPercentile(99) / 1e6,
                    all.getValueAtPercentile(99.9) / 1e6,
                    viewers.stream().mapToLong(ViewingPeer::takeLongestGap).max().orElse(0) / 1e6);
        });
    }

    /** Measures for some seconds. */
    public Report measure(int seconds) throws InterruptedException {
        begin();
        TimeUnit.SECONDS.sleep(seconds);
        return report();
    }

    private long lost() {
        return viewers.stream().mapToLong(ViewingPeer::lost).sum();
    }

    private long received() {
        return viewers.stream().mapToLong(ViewingPeer::received).sum();
    }

    private <T> T onReceiving(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        receiving.post(() -> answer.complete(question.get()));
        return answer.join();
    }

    /**
     * What it heard.
     *
     * @param expected packets of sound up to now
     * @param lost of them
     */
    public record Sound(long expected, long lost) {
        public double lossPercentSince(Sound before) {
            return 100.0 * (lost - before.lost) / Math.max(1, expected - before.expected);
        }
    }

    public Sound sound() {
        return onReceiving(() ->
                new Sound(
                        viewers.stream().mapToLong(ViewingPeer::expectedAudio).sum(),
                        viewers.stream().mapToLong(ViewingPeer::lostAudio).sum()));
    }

    public List<SyntheticPublisher> publishers() {
        return publishers;
    }

    public List<ViewingPeer> viewers() {
        return viewers;
    }

    @Override
    public void close() {
        publishers.forEach(SyntheticPublisher::close);
        viewers.forEach(ViewingPeer::close);
        onReceiving(() -> true);
        sending.close();
        receiving.close();
    }
}
