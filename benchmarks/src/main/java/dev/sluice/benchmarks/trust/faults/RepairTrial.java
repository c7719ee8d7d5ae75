package dev.sluice.benchmarks.trust.faults;

import dev.sluice.benchmarks.load.ServerProcess;
import dev.sluice.benchmarks.load.WhipClient;
import dev.sluice.benchmarks.trust.lab.Lab;
import dev.sluice.benchmarks.trust.lab.Lab.Host;
import dev.sluice.benchmarks.trust.lab.Report;
import dev.sluice.benchmarks.trust.lab.Witness;
import dev.sluice.signaling.client.Answer;
import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.client.ClientPeer;
import dev.sluice.signaling.client.SyntheticPublisher;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What is left of the losses of a bad wire, and what one on a bad wire costs the others. The server
 * has an address on the good wire and one on the bad one; who takes which is up to the clients.
 */
final class RepairTrial {
    private static final int SECONDS = 30;
    private static final int NARROW_SECONDS = 600;
    private static final int BITRATE = 1_000_000;
    private static final long SSRC = 700_000;
    private static final int LATE_SECONDS = 2;
    private static final double REORDERED = 0.05;

    private final Lab lab;
    private final List<String> options;
    private final Report report;

    RepairTrial(Lab lab, List<String> options, Report report) {
        this.lab = lab;
        this.options = options;
        this.report = report;
    }

    void run() throws IOException, InterruptedException {
        losses("delay=25,loss=0.05", 0.1, 1.3);
        losses("delay=25,loss=0.1", 0.5, 1.3);
        losses("delay=25,gep=0.01,ger=0.25,gel=1,reorder=0.05,dup=0.02", 0.2, Double.NaN);
        disorder();
        badSubscriber("delay=25,loss=0.3", SECONDS);
        badSubscriber("delay=25,rate=200000,queue=50000", SECONDS);
    }

    /** One receiver whose network takes little more than sound, for ten minutes. */
    void narrow() throws IOException, InterruptedException {
        badSubscriber("delay=25,rate=100000,queue=50000", NARROW_SECONDS);
    }

    private ServerProcess start() throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(options);
        all.add("--health.self_test=0");
        String good = Host.SERVER.address();
        return ServerProcess.start(
                lab.on(Host.SERVER), good, "[" + good + ", " + Lab.BAD_SERVER + "]", all);
    }

    private static void connect(ClientPeer peer, Answer answer, boolean bad) {
        InetAddress address = InetAddress.ofLiteral(bad ? Lab.BAD_SERVER : Host.SERVER.address());
        peer.connect(
                        new Answer(
                                answer.ufrag(),
                                answer.password(),
                                answer.fingerprint(),
                                new InetSocketAddress(address, answer.address().getPort())))
                .orTimeout(15, TimeUnit.SECONDS)
                .join();
    }

    private static SyntheticPublisher publish(WhipClient http, ClientLoop loop, boolean bad) {
        SyntheticPublisher peer = new SyntheticPublisher(loop, BITRATE, SSRC, 0);
        connect(peer, http.post("/dev/whip/repair/x", peer.offer(true, 1, 1, SSRC)), bad);
        return peer;
    }

    private static RepairingViewer view(WhipClient http, ClientLoop loop, boolean bad) {
        RepairingViewer viewer = new RepairingViewer(loop, false);
        connect(viewer, http.post("/dev/whep/repair/x", viewer.offer()), bad);
        return viewer;
    }

    private static void on(ClientLoop loop, Runnable task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.post(() -> {
            task.run();
            done.complete(null);
        });
        done.join();
    }

    /** Lets a viewer watch for a while, and its last requests be answered. */
    private static void watch(ClientLoop loop, RepairingViewer viewer, int seconds)
            throws InterruptedException {
        TimeUnit.SECONDS.sleep(LATE_SECONDS);
        on(loop, viewer::begin);
        TimeUnit.SECONDS.sleep(seconds);
        on(loop, viewer::end);
        TimeUnit.SECONDS.sleep(LATE_SECONDS);
    }

    /**
     * A receiver on the bad wire.
     *
     * @param most percent missing in the end
     * @param ratio bytes sent again for each lost at most; NaN where the receiver asks for what was
     *     only overtaken
     */
    private void losses(String faults, double most, double ratio)
            throws IOException, InterruptedException {
        lab.badWire(faults);
        try (ServerProcess server = start();
                ClientLoop loop = new ClientLoop("repair")) {
            WhipClient http = new WhipClient(server.url());
            SyntheticPublisher publisher = publish(http, loop, false);
            RepairingViewer viewer = view(http, loop, true);
            watch(loop, viewer, SECONDS);
            on(
                    loop,
                    () -> {
                        RepairingViewer.Flow video = viewer.video();
                        report.note(
                                "video, each way " + faults,
                                video.lostAtFirst() + " of " + video.expected() + " lost at first");
                        report.most("  missing in the end", percent(video), most, " %");
                        String again = "  bytes sent again for each lost";
                        if (Double.isNaN(ratio)) {
                            report.note(again, Report.number(video.repairRatio()));
                        } else {
                            report.most(again, video.repairRatio(), ratio, "");
                        }
                        report.note(
                                "  sound missing in the end",
                                Report.number(percent(viewer.sound())) + " %");
                    });
            publisher.close();
            viewer.close();
        }
    }

    private static double percent(RepairingViewer.Flow flow) {
        return 100.0 * flow.missing() / Math.max(1, flow.expected());
    }

    /** A sender whose packets overtake each other or come twice, and none is lost. */
    private void disorder() throws IOException, InterruptedException {
        lab.badWire("delay=10,reorder=" + REORDERED + ",dup=0.02");
        try (ServerProcess server = start();
                ClientLoop loop = new ClientLoop("disorder")) {
            WhipClient http = new WhipClient(server.url());
            SyntheticPublisher publisher = publish(http, loop, true);
            RepairingViewer viewer = view(http, loop, false);
            TimeUnit.SECONDS.sleep(LATE_SECONDS);
            long sent = publisher.sent();
            long asked = server.metric("sluice_rtcp_nack_total\\{direction=\"out\"");
            watch(loop, viewer, SECONDS);
            double reordered = (publisher.sent() - sent) * REORDERED;
            asked = server.metric("sluice_rtcp_nack_total\\{direction=\"out\"") - asked;
            report.most(
                    "sender with 5 % overtaking, 2 % twice: requests of 100",
                    100 * asked / reordered, 1, "");
            on(
                    loop,
                    () -> {
                        report.none(
                                "  packets delivered twice",
                                viewer.video().twice() + viewer.sound().twice());
                        report.most(
                                "  video missing in the end", percent(viewer.video()), 0.2, " %");
                    });
            publisher.close();
            viewer.close();
        }
    }

    /** Somebody on the bad wire receives a call that others have on the good one. */
    private void badSubscriber(String faults, int seconds)
            throws IOException, InterruptedException {
        lab.badWire(faults);
        try (ServerProcess server = start();
                Witness witness = new Witness(server.url(), "witness");
                ClientLoop loop = new ClientLoop("bad")) {
            WhipClient http = new WhipClient(server.url());
            TimeUnit.SECONDS.sleep(LATE_SECONDS);
            Witness.Report calm = witness.measure(SECONDS);
            RepairingViewer viewer = new RepairingViewer(loop, true);
            connect(viewer, http.post("/dev/whep/witness/w0", viewer.offer()), true);
            double memory = server.metric("sluice_buffers_bytes");
            witness.begin();
            watch(loop, viewer, seconds);
            Witness.Report seen = witness.report();
            report.note("one receiver with " + faults, seen.toString());
            report.most("  others' loss", seen.lossPercent(), 0, " %");
            report.most("  others' p99, more than calm", seen.p99() - calm.p99(), 1, " ms");
            on(loop, () -> report.most("  its sound missing", percent(viewer.sound()), 1, " %"));
            report.most(
                    "  memory of media more than before",
                    (server.metric("sluice_buffers_bytes") - memory) / (1 << 20),
                    1,
                    " MiB");
            viewer.close();
        }
    }
}
