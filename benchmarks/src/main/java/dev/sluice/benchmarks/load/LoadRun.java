package dev.sluice.benchmarks.load;

import dev.sluice.benchmarks.load.LoadOptions.Scenario;
import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.client.SyntheticPublisher;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** Brings everybody in, waits, measures, and says what it found. */
final class LoadRun implements AutoCloseable {
    private static final int JOINING_AT_ONCE = 8;
    private static final long JOIN_SECONDS = 30;

    /** Viewers that come when everything is warm, to see what a join costs then. */
    private static final int LATECOMERS = 50;

    private static final int STEPS = 10;
    private static final int STEP_REST = 3; // seconds

    private final LoadOptions options;
    private final Consumer<String> progress;
    private final ServerProcess server;
    private final WhipClient http;
    private final ClientLoop sending = new ClientLoop("load-send");
    private final ClientLoop receiving = new ClientLoop("load-receive");
    private final Latencies latencies = new Latencies();
    private final List<SyntheticPublisher> publishers = new ArrayList<>();
    private final List<ViewingPeer> viewers = new ArrayList<>();

    LoadRun(LoadOptions options, ServerProcess server, Consumer<String> progress) {
        this.options = options;
        this.server = server;
        this.progress = progress;
        this.http = new WhipClient(server.url());
    }

    Result run() throws InterruptedException {
        publish();
        ServerProcess.Usage published = server.usage(true);
        long joinStart = System.nanoTime();
        List<Step> steps = grow();
        watch(options.viewers() - viewers.size());
        long joinMillis = (System.nanoTime() - joinStart) / 1_000_000L;
        ServerProcess.Usage joined = server.usage(false);
        wait("warming up", options.warmUpSeconds());

        long lostBefore = lost();
        onReceiving(() -> latencies.start(System.nanoTime()));
        long startMillis = System.currentTimeMillis();
        ServerProcess.Usage before = server.usage(true);
        long receivedBefore = sum(viewers, ViewingPeer::received);
        long sentBefore = sum(publishers, SyntheticPublisher::sent);
        long began = System.nanoTime();
        wait("measuring", options.seconds());
        ServerProcess.Usage after = server.usage(false);
        double seconds = (System.nanoTime() - began) / 1e9;
        long received = sum(viewers, ViewingPeer::received) - receivedBefore;
        long sent = sum(publishers, SyntheticPublisher::sent) - sentBefore;
        onReceiving(latencies::stop);
        long lost = lost() - lostBefore;
        ServerProcess.Usage settled = server.usage(true);
        watch(LATECOMERS);
        ServerProcess.Usage late = server.usage(false);
        return new Result(
                options,
                seconds,
                sent,
                received,
                lost,
                before,
                after,
                new Result.Joins(options.viewers(), joinMillis, published, joined),
                new Result.Joins(LATECOMERS, 0, settled, late),
                latencies.all(),
                latencies.slices(),
                server.pausesSince(startMillis),
                startMillis,
                server.readyMillis(),
                steps);
    }

    /** Brings nine tenths of the viewers into a fan-out, and measures at each. */
    private List<Step> grow() throws InterruptedException {
        List<Step> steps = new ArrayList<>();
        for (int i = 1; i < STEPS && options.scenario() == Scenario.FANOUT; i++) {
            watch(options.viewers() * i / STEPS - viewers.size());
            wait("warming up " + viewers.size(), i == 1 ? options.warmUpSeconds() : STEP_REST);
            onReceiving(() -> latencies.start(System.nanoTime()));
            ServerProcess.Usage before = server.usage(true);
            long began = System.nanoTime();
            wait("measuring " + viewers.size() + " viewers", options.seconds());
            ServerProcess.Usage after = server.usage(false);
            double seconds = (System.nanoTime() - began) / 1e9;
            onReceiving(latencies::stop);
            steps.add(Step.of(viewers.size(), seconds, before, after, latencies.all()));
        }
        return steps;
    }

    private static <T> long sum(List<T> peers, ToLongFunction<T> count) {
        return peers.stream().mapToLong(count).sum();
    }

    /** Publishers come one by one: a viewer can only find those who are live. */
    private void publish() {
        boolean video = options.scenario().hasVideo();
        boolean simulcast = options.scenario() == Scenario.CALL;
        int rest = options.scenario() == Scenario.IDLE ? -1 : 0;
        for (int i = 0; i < options.publishers(); i++) {
            long phase = i * 33_000_000L / options.publishers();
            long ssrc = 100_000L + 10L * i;
            int bitrate = video ? options.bitrate() : rest;
            SyntheticPublisher peer =
                    new SyntheticPublisher(sending, bitrate, ssrc, phase, simulcast);
            String offer = peer.offer(true, 1, video ? 1 : 0, ssrc, simulcast);
            join(peer.connect(http.post("/dev/whip/" + room() + "/p" + i, offer)));
            publishers.add(peer);
        }
        progress.accept("publishers: " + publishers.size());
    }

    private String room() {
        return "bench";
    }

    private void watch(int count) throws InterruptedException {
        List<CompletableFuture<Void>> joining = new ArrayList<>();
        int from = viewers.size();
        for (int i = from; i < from + count; i++) {
            ViewingPeer viewer = new ViewingPeer(receiving, latencies, options.feedback());
            joining.add(viewer.connect(http.post(path(i), offer(viewer))));
            viewers.add(viewer);
            if (joining.size() >= JOINING_AT_ONCE) {
                join(joining.remove(0));
            }
            if ((i + 1) % 50 == 0 && i < options.viewers()) {
                progress.accept("viewers: " + (i + 1) + " of " + options.viewers());
            }
        }
        joining.forEach(LoadRun::join);
    }

    private static void join(CompletableFuture<Void> connecting) {
        connecting.orTimeout(JOIN_SECONDS, TimeUnit.SECONDS).join();
    }

    private String path(int viewer) {
        return switch (options.scenario()) {
            case WEBINAR, FANOUT, IDLE, ROOM, DATA ->
                    "/dev/whep/" + room() + "/p" + viewer % options.publishers();
            case CALL -> "/dev/whep-room/" + room() + "/p" + viewer;
            case AUDIO -> "/dev/whep-room/" + room() + "/nobody";
        };
    }

    private String offer(ViewingPeer viewer) {
        int audios =
                switch (options.scenario()) {
                    case WEBINAR, FANOUT, IDLE, ROOM, DATA -> 1;
                    case CALL -> options.publishers() - 1;
                    case AUDIO -> options.publishers();
                };
        int videos = options.scenario().hasVideo() ? audios : 0;
        return viewer.offer(false, audios, videos, 0);
    }

    private void wait(String what, int seconds) throws InterruptedException {
        for (int i = 0; i < seconds; i += 5) {
            int step = Math.min(5, seconds - i);
            TimeUnit.SECONDS.sleep(step);
            progress.accept(what + ": " + (i + step) + " of " + seconds + " s");
        }
    }

    private long lost() {
        CompletableFuture<Long> lost = new CompletableFuture<>();
        receiving.post(() -> lost.complete(sum(viewers, ViewingPeer::lost)));
        return lost.join();
    }

    private void onReceiving(Runnable action) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        receiving.post(() -> {
            action.run();
            done.complete(null);
        });
        done.join();
    }

    @Override
    public void close() {
        sending.close();
        receiving.close();
    }
}
