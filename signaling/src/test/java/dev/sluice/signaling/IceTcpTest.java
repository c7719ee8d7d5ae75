package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.core.Sfu;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.DropReason;
import dev.sluice.signaling.client.IceChecks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.SignalRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Peers that reach the server by TCP (RFC 6544), friendly and not. */
class IceTcpTest {
    private static final int PLI = 206;
    private static final int FEEDBACK_FORMAT = 1;

    private final TestServer server = TestServer.withTcp();
    private final Sfu sfu = server.server().sfu();
    private final long buffers = sfu.activeBuffers();

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        await("everything is given back", () -> sfu.residue() == 0);
        assertEquals(0, sfu.count(Counter.PEER_FAULTS));
        await("no buffer is left", () -> sfu.activeBuffers() == buffers);
        server.close();
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 500 && !condition.getAsBoolean(); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertTrue(condition.getAsBoolean(), what);
    }

    private ScriptedClient client(String room, String identity) {
        return new ScriptedClient(server, room, identity, true);
    }

    @Test
    void callsOfAllWorkersGoThroughOnePort() throws InterruptedException {
        ScriptedClient keeper = client("kept", "keeper"); // the next room is the other worker's
        for (String room : List.of("one", "two", "three")) {
            ScriptedClient speaker = client(room, "speaker");
            ScriptedClient listener = client(room, "listener");
            speaker.publish();
            listener.subscribe();
            await(
                    "sound is heard",
                    () -> {
                        speaker.sendAudio();
                        return listener.subscriber().received() > 0;
                    });
            TimeUnit.MILLISECONDS.sleep(200);
            int before = listener.subscriber().received();
            for (int i = 0; i < 100; i++) {
                speaker.sendAudio();
            }
            await("nothing is lost", () -> listener.subscriber().received() == before + 100);
            assertTrue(sfu.peerCount(0) > 0 && sfu.peerCount(1) > 0, "both workers have peers");
            speaker.leave();
            listener.leave();
        }
        keeper.leave();
        assertTrue(sfu.count(Counter.ICE_CONNECTED_TCP) >= 7);
        assertEquals(0, sfu.count(Counter.ICE_CONNECTED));
    }

    @Test
    void whoDoesNotReadGetsNoVideoThenNothingAndThenAKeyFrame() throws InterruptedException {
        ScriptedClient camera = new ScriptedClient(server, "room", "camera");
        ScriptedClient viewer = client("room", "viewer");
        camera.publishVideo();
        camera.videoBytes(1100);
        viewer.subscribe();
        long[] number = {1};
        await(
                "video arrives",
                () -> {
                    camera.sendVideo(number[0]++, true);
                    return viewer.subscriber().received() > 5;
                });

        viewer.subscriber().tunnel().stall();
        await(
                "video is dropped",
                () -> {
                    for (int i = 0; i < 20; i++) {
                        camera.sendVideo(number[0]++, false);
                    }
                    return sfu.count(DropReason.SEND_QUEUE_FULL) > 0;
                });
        camera.publisher().reports().clear();
        viewer.subscriber().tunnel().goOn();
        await(
                "a key frame is asked for when video flows again",
                () -> {
                    camera.sendVideo(number[0]++, false);
                    return camera.publisher().reports().stream().anyMatch(IceTcpTest::hasPli);
                });
        int before = viewer.subscriber().received();
        camera.sendVideo(number[0]++, true);
        await("video flows again", () -> viewer.subscriber().received() > before);
        for (ScriptedClient client : List.of(camera, viewer)) {
            client.leave();
        }
    }

    private static boolean hasPli(byte[] compound) {
        for (int at = 0; at + 4 <= compound.length; ) {
            int type = compound[at + 1] & 0xFF;
            if (type == PLI && (compound[at] & 0x1F) == FEEDBACK_FORMAT) {
                return true;
            }
            at += 4 * (1 + (((compound[at + 2] & 0xFF) << 8) | (compound[at + 3] & 0xFF)));
        }
        return false;
    }

    private Socket open() throws IOException {
        ScriptedClient probe = client("probe", "probe");
        int port = probe.subscriber().tunnel().port();
        probe.leave();
        return new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    private static byte[] framed(byte[] packet) {
        byte[] framed = new byte[packet.length + 2];
        framed[0] = (byte) (packet.length >>> 8);
        framed[1] = (byte) packet.length;
        System.arraycopy(packet, 0, framed, 2, packet.length);
        return framed;
    }

    private static boolean isClosed(Socket socket) {
        try {
            socket.setSoTimeout(3000);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true; // reset
        }
    }

    @Test
    void strangersAreClosed() throws IOException {
        try (Socket talker = open()) {
            talker.getOutputStream()
                    .write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertTrue(isClosed(talker), "what is no frame");
        }
        try (Socket guesser = open()) {
            byte[] check = IceChecks.nominating("unknown1", "p".repeat(32), "guesser");
            guesser.getOutputStream().write(framed(check));
            assertTrue(isClosed(guesser), "a check for nobody here");
        }
        try (Socket early = open()) {
            byte[] hello = new byte[200];
            hello[0] = 22;
            early.getOutputStream().write(framed(hello));
            assertTrue(isClosed(early), "a handshake before any check");
        }
        assertEquals(1, sfu.count(DropReason.TCP_FRAME_TOO_LONG));
        assertEquals(2, sfu.count(DropReason.TCP_STRANGER));
    }

    @Test
    void aWrongPasswordGetsNoAnswerAndDisturbsNobody() throws IOException, InterruptedException {
        ScriptedClient victim = client("room", "victim");
        String ufrag = victim.subscriberUfrag().substring("a=ice-ufrag:".length());
        try (Socket guesser =
                new Socket(
                        InetAddress.ofLiteral("127.0.0.1"), victim.subscriber().tunnel().port())) {
            byte[] check = IceChecks.nominating(ufrag, "p".repeat(32), "x");
            guesser.getOutputStream().write(framed(check));
            await("it was looked at", () -> sfu.count(DropReason.STUN_BAD_USER) == 1);
            assertEquals(0, guesser.getInputStream().available());
            assertTrue(victim.subscriber().tunnel().isOpen());
        }
        victim.leave();
    }

    @Test
    void aPeerThatLeavesHasItsConnectionClosed() throws InterruptedException {
        ScriptedClient client = client("room", "client");
        TcpTunnel tunnel = client.subscriber().tunnel();
        client.signal()
                .send(SignalRequest.newBuilder().setLeave(LeaveRequest.getDefaultInstance()));
        await("the server closes it", () -> !tunnel.isOpen());
        client.close();
        assertFalse(tunnel.isOpen());
    }
}
