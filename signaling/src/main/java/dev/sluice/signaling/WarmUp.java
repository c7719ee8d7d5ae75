package dev.sluice.signaling;

import dev.sluice.core.Sfu;
import dev.sluice.core.SfuConfig;
import dev.sluice.core.media.AudioLimit;
import dev.sluice.signaling.client.Answer;
import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.client.ClientPeer;
import dev.sluice.signaling.client.SyntheticPublisher;
import dev.sluice.signaling.config.ServerConfig;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the JVM see a call before the first caller does: a second server on loopback, with its own
 * sockets and counters, is joined and watched through the real classes, and closed again. What is
 * hot is compiled by then.
 */
final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final int VIEWERS = 8;
    private static final int ROUNDS = 3;
    private static final int FRAMES = 300;
    private static final int FRAMES_AT_ONCE = 5;
    private static final int BITRATE = 1_200_000;
    private static final int TIMEOUT_MILLIS = 5_000;

    private final ServerConfig config;
    private final SfuConfig media;

    private WarmUp(ServerConfig config, SfuConfig media) {
        this.config = config;
        this.media = media;
    }

    /**
     * Runs to the end; blocks. What goes wrong is logged and changes nothing else.
     *
     * @param media the real server's, for its ciphers and sockets
     */
    static void run(ServerConfig config, SfuConfig media) {
        long start = System.nanoTime();
        try {
            new WarmUp(config, media).run();
            long millis = (System.nanoTime() - start) / 1_000_000L;
            LOG.info("warm-up: done after {} ms", millis);
        } catch (IOException | InterruptedException | RuntimeException e) {
            LOG.warn("warm-up: given up, the first callers will wait a little longer: {}", e, e);
        }
    }

    private void run() throws IOException, InterruptedException {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        SfuConfig alone =
                new SfuConfig(
                        List.of(loopback),
                        List.of(),
                        0,
                        SfuConfig.NO_TCP,
                        1,
                        media.srtpProfiles(),
                        media.maxHandshakes(),
                        media.srtpProvider(),
                        media.sockets(),
                        AudioLimit.NONE,
                        media.peersBeforeOverflow(),
                        media.dataBytesPerSecond(),
                        0); // the JVM compiles: it is busy anyway
        try (Server server =
                        new Server(
                                config.onLoopback(),
                                Sfu.warming(alone),
                                "warm-up",
                                Clock.systemUTC());
                ClientLoop loop = new ClientLoop("sluice-warm-up")) {
            for (int round = 0; round < ROUNDS; round++) {
                call(server.address(), loop, "warm-up-" + round);
            }
        }
    }

    private static void call(InetSocketAddress server, ClientLoop loop, String room)
            throws IOException, InterruptedException {
        SyntheticPublisher publisher = new SyntheticPublisher(loop, BITRATE, 100, 0);
        List<ClientPeer> peers = new ArrayList<>(List.of(publisher));
        join(server, publisher, "/dev/whip/" + room + "/camera", publisher.offer(true, 1, 1, 100));
        for (int i = 0; i < VIEWERS; i++) {
            Viewer viewer = new Viewer(loop);
            peers.add(viewer);
            join(server, viewer, "/dev/whep/" + room + "/camera", viewer.offer(false, 1, 1, 0));
        }
        for (int i = 0; i < FRAMES; i += FRAMES_AT_ONCE) {
            CompletableFuture<Void> sent = new CompletableFuture<>();
            loop.post(() -> {
                for (int frame = 0; frame < FRAMES_AT_ONCE; frame++) {
                    publisher.sendFrame();
                }
                sent.complete(null);
            });
            sent.join();
        }
        peers.forEach(ClientPeer::close);
    }

    private static void join(InetSocketAddress server, ClientPeer peer, String path, String offer)
            throws IOException, InterruptedException {
        String answer = post(server, path, offer);
        for (int i = 0; i < 100 && answer.startsWith("HTTP/1.1 409"); i++) {
            TimeUnit.MILLISECONDS.sleep(5); // the publisher's transport is about to be up
            answer = post(server, path, offer);
        }
        peer.connect(Answer.read(answer)).orTimeout(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS).join();
    }

    /** A plain request: an HTTP client would load hundreds of classes for this alone. */
    private static String post(InetSocketAddress server, String path, String body)
            throws IOException {
        try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            String head =
                    "POST "
                            + path
                            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                            + "Content-Type: application/sdp\r\nContent-Length: "
                            + body.length()
                            + "\r\n\r\n";
            socket.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /** Opens what it gets and forgets it. */
    private static final class Viewer extends ClientPeer {
        Viewer(ClientLoop loop) {
            super(loop);
        }

        @Override
        protected void onPacket(long nowNanos, ByteBuf packet, int length) {
            // seen
        }

        @Override
        protected void onReport(ByteBuf report, int length) {
            // seen
        }

        @Override
        protected void onUp(long nowNanos) {
            // nothing to begin
        }
    }
}
