package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.core.Sfu;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Everything that is repaired and reported, once more with the viewer on another worker. */
class RelayTest extends RepairScenarios {
    RelayTest() {
        super(TestServer.overflowing());
    }

    private Sfu sfu() {
        return server().server().sfu();
    }

    @Test
    void aTrackComesToTheOtherWorkerOnceAndStopsWithItsLastSubscriber() throws Exception {
        startVideo();
        List<ScriptedClient> more = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ScriptedClient client = new ScriptedClient(server(), "repair", "more" + i);
            client.subscribe();
            more.add(client);
        }
        assertTrue(sfu().peerCount(0) > 0 && sfu().peerCount(1) > 0, "both workers have peers");
        long relayed = sfu().count(Counter.RELAYED_IN);
        long came = sfu().count(Counter.VIDEO_PACKETS_IN);
        for (int i = 0; i < 20; i++) {
            speaker().sendVideo(3000 + i, i == 0);
            TimeUnit.MILLISECONDS.sleep(5);
        }
        for (int i = 0; i < 200 && sfu().count(Counter.VIDEO_PACKETS_IN) < came + 20; i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        awaitReceived(more.get(2));
        assertEquals(20, sfu().count(Counter.VIDEO_PACKETS_IN) - came);
        long comeAcross = sfu().count(Counter.RELAYED_IN) - relayed;
        assertTrue(comeAcross <= 20, comeAcross + " packets relayed for 20 that came");

        more.forEach(ScriptedClient::close);
        viewer().close();
        for (int i = 0; i < 300 && sfu().residue() > baseline(); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        long before = sfu().count(Counter.RELAYED_IN);
        speaker().sendVideo(3100, true);
        TimeUnit.MILLISECONDS.sleep(200);
        assertEquals(before, sfu().count(Counter.RELAYED_IN), "nobody is there to relay for");
        assertEquals(0, sfu().count(DropReason.RELAY_FULL));
    }

    private static void awaitReceived(ScriptedClient client) throws InterruptedException {
        for (int i = 0; i < 300 && client.subscriber().received() == 0; i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertTrue(client.subscriber().received() > 0, "a viewer on the other worker sees video");
    }

    /** What a speaker alone leaves in the timers. */
    private static int baseline() {
        return 20;
    }

    @Test
    void theEndOfATrackReachesTheOtherWorker() throws Exception {
        startVideo();
        speaker().close();
        viewer().close();

        for (int i = 0; i < 300 && sfu().activeBuffers() > idleBuffers(); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }

        assertTrue(sfu().activeBuffers() <= idleBuffers(), sfu().activeBuffers() + " buffers");
    }

    /** Slabs, padding and scratch memory of two workers, and the ring between them. */
    private static int idleBuffers() {
        return 2 * 4 + 16;
    }
}
