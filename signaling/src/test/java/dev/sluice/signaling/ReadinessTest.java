package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.core.RoomHandle;
import dev.sluice.core.Sfu;
import dev.sluice.core.SfuConfig;
import dev.sluice.core.media.AudioLimit;
import dev.sluice.core.room.PeerEvents;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.transport.CloseReason;
import dev.sluice.core.transport.SocketMode;
import dev.sluice.signaling.config.ConfigException;
import dev.sluice.signaling.config.ConfigReader;
import dev.sluice.signaling.config.ServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What {@code /readyz} believes: real calls, turning loops, loops with time left. */
class ReadinessTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final InetAddress INSIDE = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress OUTSIDE = InetAddress.ofLiteral("127.0.0.2");

    private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }

    /** Waits for an answer of {@code /readyz}. @return seconds that it took */
    private static double await(String url, String answer, int seconds)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        String said = "";
        while (!said.equals(answer + "\n")) {
            double passed = (System.nanoTime() - began) / 1e9;
            assertTrue(passed < seconds, "after " + seconds + " s it still says " + said);
            TimeUnit.MILLISECONDS.sleep(20);
            said = get(url + "/readyz").body();
        }
        return (System.nanoTime() - began) / 1e9;
    }

    @Test
    void callsThatCannotBeMadeMakeItNotReadyUntilTheyCan()
            throws IOException, InterruptedException, ConfigException {
        ServerConfig config =
                new ConfigReader(Map.of())
                        .read(
                                ServerConfig.development(),
                                null,
                                Map.of("port", "0", "health.through", "advertised"));
        SfuConfig media =
                new SfuConfig(
                        List.of(INSIDE),
                        List.of(OUTSIDE),
                        0,
                        SfuConfig.NO_TCP,
                        2,
                        SfuConfig.ALL_PROFILES,
                        100,
                        null,
                        SocketMode.AUTO,
                        AudioLimit.NONE,
                        SfuConfig.PEERS_BEFORE_OVERFLOW,
                        SfuConfig.DATA_BYTES_PER_SECOND,
                        0);
        List<UdpHole> holes = new ArrayList<>();
        try (Server server = Server.listening(config, media, "test")) {
            for (int worker = 0; worker < 2; worker++) {
                holes.add(new UdpHole(OUTSIDE, server.sfu().addresses(worker).getFirst()));
            }
            server.ready();
            String url = "http://127.0.0.1:" + server.address().getPort();
            TimeUnit.SECONDS.sleep(2);
            assertEquals("ready\n", get(url + "/readyz").body());
            String metrics = get(url + "/metrics").body();
            assertTrue(
                    metrics.contains("sluice_self_test_calls_total{result=\"good\"} 2"), metrics);
            assertTrue(metrics.contains("sluice_rooms 0"), "a self-test is no room");

            holes.get(1).swallow(true);
            double notReady = await(url, "self-test", 25);
            assertEquals("ok\n", get(url + "/healthz").body(), "alive it is");
            holes.get(1).swallow(false);
            double ready = await(url, "ready", 40);

            System.out.println("readiness: false after " + notReady + ", true after " + ready);
            assertTrue(get(url + "/metrics").body().contains("result=\"failed\"} 2"));
        } finally {
            holes.forEach(UdpHole::close);
        }
    }

    @Test
    void aLoopThatStandsStillIsToldAndTheOthersGoOn() throws Exception {
        CountDownLatch freed = new CountDownLatch(1);
        // closed in the end, whatever failed: the worker first, or the server waits for it
        try (TestServer server = TestServer.start();
                ScriptedClient speaker = new ScriptedClient(server, "stuck", "speaker");
                AutoCloseable _ = freed::countDown) {
            speaker.publish();
            Sfu sfu = server.server().sfu();
            int stuck = sfu.peerCount(0) > 0 ? 0 : 1;
            RoomHandle room = sfu.openRoom(stuck, _ -> {});
            block(room, freed);

            assertTrue(await(server.url(), "stalled", 4) < 4);
            assertEquals(503, get(server.url() + "/healthz").statusCode());
            // somebody is told at once that this room is of no use now; another room is
            assertEquals(503, join(server, "stuck", "late"));
            try (ScriptedClient one = new ScriptedClient(server, "other", "one");
                    ScriptedClient two = new ScriptedClient(server, "other", "two")) {
                one.publish();
                two.subscribe();
                for (int i = 0; i < 100 && two.subscriber().received() == 0; i++) {
                    one.sendAudio();
                    TimeUnit.MILLISECONDS.sleep(20);
                }
                assertTrue(two.subscriber().received() > 0, "the other worker goes on");
            }
            for (int i = 0; i < 200 && sfu.stallCount(stuck) == 0; i++) { // the watchdog looks
                TimeUnit.MILLISECONDS.sleep(20);
            }
            freed.countDown();
            await(server.url(), "ready", 4);
            assertEquals(1, sfu.stallCount(stuck));
            assertEquals(0, sfu.stallCount(1 - stuck));
            room.close();
        }
    }

    /** Lets a room's worker wait, as a bug would. */
    private static void block(RoomHandle room, CountDownLatch until) throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(1);
        for (int i = 0; i < 1_000 && blocked.getCount() > 0; i++) { // until it is the worker's turn
            room.createPeer("x", new Quiet(), false)
                    .thenRun(() -> {
                        if (Thread.currentThread().getName().startsWith("sluice-worker")) {
                            blocked.countDown();
                            awaitFreed(until);
                        }
                    });
        }
        assertTrue(blocked.await(5, TimeUnit.SECONDS));
    }

    private static void awaitFreed(CountDownLatch until) {
        try {
            until.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Quiet implements PeerEvents {
        @Override
        public void onConnected() {}

        @Override
        public void onClosed(CloseReason reason) {}
    }

    private static int join(TestServer server, String room, String identity)
            throws IOException, InterruptedException {
        return get(server.url() + "/rtc/validate?access_token=" + server.token(room, identity))
                .statusCode();
    }

    @Test
    void aServerWhoseLoopStandsStillCanBeEndedAllTheSame() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        TestServer server = TestServer.start();
        block(server.server().sfu().openRoom(0, _ -> {}), never);
        long began = System.nanoTime();

        server.server().close(); // its memory is left to it

        assertTrue((System.nanoTime() - began) / 1e9 < 20);
        never.countDown();
    }

    @Test
    void whoHasTooMuchToDoKeepsNewcomersOutAndTakesThemSoonAfter()
            throws IOException, InterruptedException {
        try (TestServer server = TestServer.with(Map.of("rtc.load_limit", "2"));
                ScriptedClient speaker = new ScriptedClient(server, "busy", "speaker")) {
            speaker.publish();
            Sfu sfu = server.server().sfu();
            int home = sfu.peerCount(0) > 0 ? 0 : 1;
            byte[] payload = new byte[1000];
            long index = 5_000;
            HttpResponse<String> answer = get(server.url() + "/");
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (answer.statusCode() != 503 && System.nanoTime() < end) {
                for (int i = 0; i < 200; i++) {
                    speaker.publisher().sendRtp(0x1234_5678L, index++, 111, payload);
                }
                TimeUnit.MILLISECONDS.sleep(30);
                answer =
                        get(
                                server.url()
                                        + "/rtc/validate?access_token="
                                        + server.token("busy", "late"));
            }
            assertEquals(
                    503, answer.statusCode(), "load " + sfu.load(home) + " " + sfu.level(home));
            assertEquals("5", answer.headers().firstValue("retry-after").orElse(""));
            assertTrue(answer.body().contains("too much to do"), answer.body());
            assertEquals(200, join(server, "busy", "speaker"), "who is here may come back");
            assertTrue(sfu.count(Counter.LOAD_LEVEL_UP) > 0);

            long quiet = System.nanoTime();
            while (join(server, "busy", "late") != 200) {
                assertTrue((System.nanoTime() - quiet) / 1e9 < 10, "still " + sfu.level(home));
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }
}
