package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.sluice.core.stats.Counter;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** A thousand participants come, publish, hear each other and go; nothing of them may be left. */
class JoinsAndLeavesTest {
    private static final int WARM_UP = 100;
    private static final int JOINS = Integer.getInteger("sluice.joins", 1_000);

    private record Residue(long buffers, int timers, int threads, long files, long heap) {}

    private static void until(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, what);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private static long heap() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(100);
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    private static Residue residue(TestServer server) throws InterruptedException {
        until("rooms close", () -> server.server().roomCount() == 0);
        UnixOperatingSystemMXBean system =
                (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        until(
                "handshakes and sockets end",
                () -> server.server().sfu().residue() == 0 && sluiceThreads() <= 4);
        return new Residue(
                server.server().sfu().activeBuffers(),
                server.server().sfu().residue(),
                sluiceThreads(),
                system.getOpenFileDescriptorCount(),
                heap());
    }

    private static int sluiceThreads() {
        return (int)
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().startsWith("sluice-"))
                        .count();
    }

    private static void joinTwo(TestServer server, int round) throws InterruptedException {
        String room = "room" + round % 7;
        try (ScriptedClient speaker = new ScriptedClient(server, room, "speaker" + round)) {
            speaker.publish();
            try (ScriptedClient listener = new ScriptedClient(server, room, "listener" + round)) {
                listener.subscribe();
                if (round % 10 == 0) {
                    until(
                            "audio arrives",
                            () -> {
                                speaker.sendAudio();
                                return listener.subscriber().received() > 3;
                            });
                }
                if (round % 3 == 0) {
                    listener.leave();
                }
            }
            if (round % 3 != 0) {
                speaker.leave();
            }
        }
    }

    @Test
    void aThousandJoinsLeaveNothingBehind() throws InterruptedException {
        try (TestServer server = TestServer.start()) {
            for (int round = 0; round < WARM_UP / 2; round++) {
                joinTwo(server, round);
            }
            Residue before = residue(server);
            long opened = server.server().sfu().count(Counter.PEERS_OPENED);

            for (int round = 0; round < JOINS / 2; round++) {
                joinTwo(server, round);
            }

            Residue after = residue(server);
            System.out.println("joins: before " + before + ", after " + after);
            assertTrue(server.server().sfu().count(Counter.PEERS_OPENED) - opened >= JOINS);
            assertEquals(before.buffers, after.buffers);
            assertEquals(before.timers, after.timers);
            assertEquals(before.threads, after.threads);
            assertTrue(after.files <= before.files + 2, before + " " + after);
            assertTrue(after.heap <= before.heap * 1.05, before + " " + after);
            assertEquals(
                    server.server().sfu().count(Counter.PEERS_OPENED),
                    server.server().sfu().count(Counter.PEERS_CLOSED));
            assertEquals(0, server.server().sfu().count(Counter.PEER_FAULTS));
        }
    }
}
