package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.core.Sfu;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.DropReason;
import dev.sluice.sctp.Reliability;
import dev.sluice.signaling.client.Answer;
import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.client.DataPeer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Plain clients of one room: who gets what, who waits for whom, and who does not. */
class DataRoomTest {
    private static final int CHUNK = 15_000;

    private final TestServer server = TestServer.start();
    private final Sfu sfu = server.server().sfu();
    private final ClientLoop loop = new ClientLoop("data-room");
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<DataPeer> peers = new ArrayList<>();

    /** A client that counts what it hears, and whether it came in order. */
    private static final class Listener implements DataPeer.Ear {
        final AtomicLong bytes = new AtomicLong();
        final AtomicInteger messages = new AtomicInteger();
        volatile int last = -1;
        volatile boolean disorder;

        @Override
        public void onMessage(long nowNanos, ByteBuf message) {
            int number = message.getInt(message.readerIndex());
            disorder |= number != last + 1;
            last = number;
            bytes.addAndGet(message.readableBytes());
            messages.incrementAndGet();
        }
    }

    private DataPeer join(String identity, String label, Reliability how, DataPeer.Ear ear)
            throws IOException, InterruptedException {
        DataPeer peer = new DataPeer(loop, label, how, ear);
        peers.add(peer);
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(server.url() + "/whip"))
                        .header("Content-Type", "application/sdp")
                        .header("Authorization", "Bearer " + server.token("data", identity))
                        .POST(HttpRequest.BodyPublishers.ofString(peer.offer()))
                        .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertEquals(201, response.statusCode(), response.body());
        peer.connect(Answer.read(response.body())).orTimeout(10, TimeUnit.SECONDS).join();
        peer.opened().orTimeout(10, TimeUnit.SECONDS).join();
        return peer;
    }

    /** Sends numbered messages as fast as they are taken. */
    private void send(DataPeer from, int messages, int size) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        loop.post(
                new Runnable() {
                    private int next;

                    @Override
                    public void run() {
                        long nowNanos = System.nanoTime();
                        while (next < messages && from.waiting() < 200_000) {
                            ByteBuf message = Unpooled.buffer(size).writeInt(next++);
                            from.say(nowNanos, message.writeZero(size - 4));
                        }
                        from.flush(nowNanos);
                        if (next == messages) {
                            done.countDown();
                        } else {
                            CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS)
                                    .execute(() -> loop.post(this));
                        }
                    }
                });
        assertTrue(done.await(60, TimeUnit.SECONDS), "could not send everything");
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 1_500 && !condition.getAsBoolean(); i++) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertTrue(condition.getAsBoolean(), what);
    }

    @AfterEach
    void close() {
        peers.forEach(DataPeer::close);
        loop.close();
        server.close();
        assertEquals(0, sfu.count(Counter.PEER_FAULTS));
        assertEquals(0, sfu.activeBuffers());
    }

    @Test
    void everybodyElseGetsEverythingInOrder() throws IOException, InterruptedException {
        Listener first = new Listener();
        Listener second = new Listener();
        Listener own = new Listener();
        DataPeer ada = join("ada", "files", Reliability.RELIABLE, own);
        join("bob", "files", Reliability.RELIABLE, first);
        join("carl", "other", Reliability.RELIABLE, second);
        send(ada, 200, CHUNK);
        for (Listener each : List.of(first, second)) {
            await("all of it", () -> each.messages.get() == 200);
            assertTrue(!each.disorder && each.bytes.get() == 200L * CHUNK);
        }
        assertEquals(0, own.messages.get());
        assertEquals(0, sfu.count(DropReason.DATA_QUEUE_FULL));
    }

    @Test
    void whoReadsNothingLosesItAndOthersDoNotWaitForLong()
            throws IOException, InterruptedException {
        for (DataPeer.Reading how : List.of(DataPeer.Reading.NOTHING, DataPeer.Reading.DEAF)) {
            long slow = sfu.count(Counter.DATA_SLOW_RECEIVERS);
            Listener fast = new Listener();
            DataPeer ada = join("ada-" + how, "files", Reliability.RELIABLE, new Listener());
            join("bob-" + how, "files", Reliability.RELIABLE, fast);
            DataPeer stuck = join("stuck-" + how, "files", Reliability.RELIABLE, new Listener());
            loop.post(() -> stuck.read(how));
            AtomicLong most = new AtomicLong();
            ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
            Future<?> watching =
                    watch.scheduleAtFixedRate(
                            () -> most.accumulateAndGet(sfu.activeBuffers(), Math::max),
                            0,
                            1,
                            TimeUnit.MILLISECONDS);
            send(ada, 300, CHUNK);
            await("bob has everything", () -> fast.messages.get() == 300);
            watching.cancel(false);
            watch.close();
            assertTrue(!fast.disorder);
            assertTrue(sfu.count(Counter.DATA_HELD) > 0, "ada had to wait");
            assertTrue(sfu.count(Counter.DATA_SLOW_RECEIVERS) > slow, "the slow one is given up");
            assertTrue(sfu.count(DropReason.DATA_QUEUE_FULL) > 0);
            int perMessage = 1 + CHUNK / 1_160; // while they are put together
            long bound = (768 << 10) / CHUNK + 2L * (256 << 10) / CHUNK * perMessage;
            assertTrue(most.get() < bound, () -> most + " buffers, more than " + bound);
            for (DataPeer each : peers) {
                each.close();
            }
        }
    }

    @Test
    void lossyMessagesOfManyArriveAndTheOldestAreDroppedForWhoReadsNothing()
            throws IOException, InterruptedException {
        Listener fast = new Listener();
        Listener late = new Listener();
        DataPeer ada = join("ada", "state", Reliability.LOSSY, new Listener());
        join("bob", "state", Reliability.LOSSY, fast);
        DataPeer stuck = join("stuck", "state", Reliability.LOSSY, late);
        loop.post(() -> stuck.read(DataPeer.Reading.NOTHING));
        send(ada, 3_000, 1_000);
        await("most of it", () -> fast.messages.get() > 2_700);
        await(
                "dropped for the one",
                () ->
                        sfu.count(DropReason.DATA_ABANDONED) + sfu.count(DropReason.DATA_QUEUE_FULL)
                                > 1_000);
        assertTrue(
                late.bytes.get() < 400_000, () -> late.bytes + " bytes before its window closed");
    }
}
