package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.DropReason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Loss is repaired on both sides, key frames are asked for, reports come: on the wire, packet by
 * packet.
 */
abstract class RepairScenarios {
    private final TestServer server;
    private final ScriptedClient speaker;
    private final ScriptedClient viewer;

    RepairScenarios(TestServer server) {
        this.server = server;
        speaker = new ScriptedClient(server, "repair", "speaker");
        viewer = new ScriptedClient(server, "repair", "viewer");
    }

    TestServer server() {
        return server;
    }

    ScriptedClient speaker() {
        return speaker;
    }

    ScriptedClient viewer() {
        return viewer;
    }

    @AfterEach
    void close() {
        assertEquals(0, server.server().sfu().count(Counter.PEER_FAULTS));
        assertEquals(0, server.server().sfu().count(DropReason.INDEX_USED));
        viewer.close();
        speaker.close();
        server.close();
    }

    private static byte[] await(Queue<byte[]> from, Predicate<byte[]> wanted)
            throws InterruptedException {
        for (int i = 0; i < 500; i++) {
            byte[] found = from.stream().filter(wanted).findFirst().orElse(null);
            if (found != null) {
                return found;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        throw new AssertionError("did not come within 5 s; have " + from.size());
    }

    private static int sequence(byte[] packet) {
        return ByteBuffer.wrap(packet).getShort(2) & 0xFFFF;
    }

    private static int ssrc(byte[] packet) {
        return ByteBuffer.wrap(packet).getInt(8);
    }

    private static int payloadType(byte[] packet) {
        return packet[1] & 0x7F;
    }

    /** Whether a compound holds a feedback packet of this type and format. */
    private static boolean holds(byte[] compound, int type, int format) {
        ByteBuffer buffer = ByteBuffer.wrap(compound);
        int at = 0;
        while (at + 4 <= compound.length) {
            if ((buffer.get(at + 1) & 0xFF) == type
                    && (format < 0 || (buffer.get(at) & 0x1F) == format)) {
                return true;
            }
            at += 4 * ((buffer.getShort(at + 2) & 0xFFFF) + 1);
        }
        return false;
    }

    byte[] startVideo() throws InterruptedException {
        speaker.publishVideo();
        viewer.subscribe();
        for (int i = 0; i < 100 && viewer.subscriber().packets().isEmpty(); i++) {
            speaker.sendVideo(1000 + i, i % 5 == 0);
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return await(viewer.subscriber().packets(), packet -> true);
    }

    @Test
    void aViewersNackIsAnsweredFromTheCacheUnderItsOwnSsrc() throws InterruptedException {
        byte[] lost = startVideo();
        ByteBuffer nack = ByteBuffer.allocate(16);
        nack.putInt(0x81CD0003).putInt(1).putInt(ssrc(lost));
        nack.putShort((short) sequence(lost)).putShort((short) 0);
        viewer.subscriber().sendRtcp(nack.array());

        byte[] again =
                await(
                        viewer.subscriber().packets(),
                        packet -> payloadType(packet) != payloadType(lost));

        assertTrue(ssrc(again) != ssrc(lost));
        int header = again.length - 202;
        int original = ByteBuffer.wrap(again).getShort(header) & 0xFFFF;
        assertEquals(sequence(lost), original);
        assertArrayEquals(
                Arrays.copyOfRange(lost, lost.length - 200, lost.length),
                Arrays.copyOfRange(again, header + 2, again.length));
        assertEquals(ByteBuffer.wrap(lost).getInt(4), ByteBuffer.wrap(again).getInt(4));
    }

    @Test
    void aGapIsAskedForAndItsRepairReachesTheViewerInItsPlace() throws InterruptedException {
        startVideo();
        int before = viewer.subscriber().received();
        speaker.sendVideo(2000, true);
        speaker.sendVideo(2001, false);
        speaker.sendVideo(2003, false);
        await(speaker.publisher().reports(), report -> holds(report, 205, 1));
        speaker.sendVideo(2004, false);

        speaker.retransmitVideo(1, 2002);

        for (int i = 0; i < 300 && viewer.subscriber().received() < before + 5; i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        int[] numbers =
                viewer.subscriber().packets().stream()
                        .skip(before)
                        .mapToInt(RepairScenarios::sequence)
                        .sorted()
                        .toArray();
        assertEquals(5, numbers.length, Arrays.toString(numbers));
        for (int i = 1; i < 5; i++) {
            assertEquals(numbers[0] + i, numbers[i], Arrays.toString(numbers));
        }
        assertEquals(1, server.server().sfu().count(Counter.RETRANSMITTED_IN));
    }

    @Test
    void keyFramesAreAskedForOnceForManyRequests() throws InterruptedException {
        byte[] packet = startVideo();
        for (int i = 0; i < 50; i++) {
            ByteBuffer pli = ByteBuffer.allocate(12);
            pli.putInt(0x81CE0002).putInt(1).putInt(ssrc(packet));
            viewer.subscriber().sendRtcp(pli.array());
        }
        assertNotNull(await(speaker.publisher().reports(), report -> holds(report, 206, 1)));
        TimeUnit.MILLISECONDS.sleep(300);

        long asked = server.server().sfu().count(Counter.PLI_OUT);

        assertTrue(asked >= 1 && asked <= 4, "asked " + asked + " times");
        assertEquals(50, server.server().sfu().count(Counter.PLI_IN));
    }

    @Test
    void aGapThatCannotBeRepairedIsClosedByAKeyFrameThatNobodyHasToAskFor()
            throws InterruptedException {
        startVideo();
        speaker.sendVideo(2000, true);
        TimeUnit.MILLISECONDS.sleep(1000); // any request for the beginning is over
        long asked = server.server().sfu().count(Counter.PLI_OUT);

        speaker.sendVideo(2001, false);
        speaker.sendVideo(2700, false);

        for (int i = 0; i < 300 && server.server().sfu().count(Counter.PLI_OUT) == asked; i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertTrue(server.server().sfu().count(Counter.PLI_OUT) > asked);
        assertEquals(0, server.server().sfu().count(Counter.PLI_IN));
    }

    @Test
    void reportsGoBothWays() throws InterruptedException {
        startVideo();

        byte[] senderReport =
                await(viewer.subscriber().reports(), report -> holds(report, 200, -1));
        assertEquals(
                ssrc(await(viewer.subscriber().packets(), packet -> true)),
                ByteBuffer.wrap(senderReport).getInt(4));
        assertTrue(holds(senderReport, 202, -1), "a compound has a CNAME");
        await(speaker.publisher().reports(), report -> holds(report, 201, -1));
    }

    @Test
    void aPeerThatInsistsOnBeingPassiveIsConnectedTo() throws InterruptedException {
        speaker.publish("passive");
        viewer.subscribe();
        for (int i = 0; i < 200 && viewer.subscriber().received() == 0; i++) {
            speaker.sendAudio();
            TimeUnit.MILLISECONDS.sleep(20);
        }

        assertTrue(viewer.subscriber().received() > 0);
    }

    @Test
    void theSecondOfOneIdentityReplacesTheFirst() {
        try (SignalClient again =
                new SignalClient(
                        server.webSocket("access_token=" + server.token("repair", "viewer")))) {
            var leave = viewer.signal().await(MessageCase.LEAVE).getLeave();

            assertEquals(DisconnectReason.DUPLICATE_IDENTITY, leave.getReason());
            assertEquals(1000, viewer.signal().awaitClose());
            assertEquals(2, server.server().participantCount());
            again.await(MessageCase.JOIN);
        }
    }

    @Test
    void theServerSaysGoodbye() {
        server.server().close();

        var leave = viewer.signal().await(MessageCase.LEAVE).getLeave();
        assertEquals(DisconnectReason.SERVER_SHUTDOWN, leave.getReason());
    }
}
