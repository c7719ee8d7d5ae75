package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.core.PeerHandle;
import dev.sluice.core.RoomHandle;
import dev.sluice.core.Sfu;
import dev.sluice.core.SfuConfig;
import dev.sluice.core.data.DataEvents;
import dev.sluice.core.data.DataMember;
import dev.sluice.core.data.DataMessage;
import dev.sluice.core.data.DataMessage.Form;
import dev.sluice.core.data.DataSender;
import dev.sluice.core.media.AudioLimit;
import dev.sluice.core.room.PeerEvents;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.DropReason;
import dev.sluice.core.transport.CloseReason;
import dev.sluice.core.transport.SocketMode;
import dev.sluice.sctp.Reliability;
import dev.sluice.sctp.SctpCloseReason;
import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.client.DataPeer;
import dev.sluice.signaling.sdp.LocalTransport;
import dev.sluice.signaling.sdp.PublisherOffer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A room whose receivers live on another worker than the room. */
class RelayedDataTest {
    private static final int COUNT = 400;

    private final Sfu sfu =
            Sfu.start(
                    new SfuConfig(
                            List.of(InetAddress.ofLiteral("127.0.0.1")),
                            List.of(),
                            0,
                            SfuConfig.NO_TCP,
                            2,
                            SfuConfig.ALL_PROFILES,
                            100,
                            null,
                            SocketMode.AUTO,
                            AudioLimit.NONE,
                            1,
                            SfuConfig.DATA_BYTES_PER_SECOND,
                            0));
    private final RoomHandle room = sfu.openRoom(_ -> {});
    private final ClientLoop loop = new ClientLoop("relayed-data");
    private final List<DataPeer> clients = new ArrayList<>();

    /** Counts, and knows whether anything was missing. */
    private static final class Listener implements DataPeer.Ear {
        final AtomicInteger messages = new AtomicInteger();
        final Semaphore all = new Semaphore(0);
        volatile boolean disorder;

        @Override
        public void onMessage(long nowNanos, ByteBuf message) {
            int number = messages.getAndIncrement();
            disorder |= message.getInt(message.readerIndex()) != number;
            if (number == COUNT - 1) {
                all.release();
            }
        }
    }

    private static final class Nothing implements PeerEvents, DataEvents {
        @Override
        public void onConnected() {}

        @Override
        public void onClosed(CloseReason reason) {}

        @Override
        public void onChannel(String label, Reliability reliability) {}

        @Override
        public DataEvents.Answer onMessage(String label, boolean text, ByteBuf message) {
            return DataEvents.Answer.REFUSED;
        }

        @Override
        public void onChannelClosed(String label) {}

        @Override
        public void onDataClosed(SctpCloseReason reason) {}
    }

    private DataPeer join(String id, boolean receivesOnly, DataPeer.Ear ear) throws Exception {
        return join(id, receivesOnly, ear, Map.of());
    }

    private DataPeer join(
            String id, boolean receivesOnly, DataPeer.Ear ear, Map<String, Reliability> ours)
            throws Exception {
        DataMember member = new DataMember(id, id, Form.PLAIN);
        room.joinData(member);
        PeerHandle peer = room.createPeer(id, new Nothing(), receivesOnly).get(5, TimeUnit.SECONDS);
        peer.openData(new Nothing(), ours);
        peer.listen(member);
        DataPeer client = new DataPeer(loop, "c", Reliability.RELIABLE, ear);
        clients.add(client);
        PublisherOffer offer = PublisherOffer.read(client.offer());
        peer.remote(offer.transport());
        LocalTransport local =
                new LocalTransport(peer.local(), peer.fingerprint(), peer.candidates());
        client.connect(
                dev.sluice.signaling.client.Answer.read(offer.answer(local, 1, 1, Map.of())));
        client.opened().get(10, TimeUnit.SECONDS);
        return client;
    }

    private void send(DataSender from, int number, int size) {
        send("c", from, number, size);
    }

    private void send(String label, DataSender from, int number, int size) {
        ByteBuf bytes = Unpooled.buffer(size).writeInt(number).writeZero(size - 4);
        room.sendData(from, new DataMessage(Form.PLAIN, label, false, true, bytes, "", Set.of()));
    }

    @AfterEach
    void close() {
        clients.forEach(DataPeer::close);
        loop.close();
        sfu.close();
        assertEquals(0, sfu.activeBuffers());
        assertEquals(0, sfu.count(Counter.PEER_FAULTS));
    }

    @Test
    void receiversThereGetEverythingInOrderOnce() throws Exception {
        List<Listener> listeners = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            listeners.add(new Listener());
            join("m" + i, i > 0, listeners.get(i));
        }
        assertTrue(sfu.peerCount(0) > 0 && sfu.peerCount(1) > 0, "on both workers");
        DataSender sender = new DataSender(() -> {});
        for (int i = 0; i < COUNT; i++) {
            send(sender, i, 500);
        }
        for (Listener each : listeners) {
            assertTrue(each.all.tryAcquire(20, TimeUnit.SECONDS), () -> each.messages + " came");
            assertTrue(!each.disorder && each.messages.get() == COUNT);
        }
    }

    /** As with LiveKit's clients of version 0, to whom the server opens the channels. */
    @Test
    void aChannelOfOursIsClosedForWhoIsSlowAndOpenedAnewWhenItReads() throws Exception {
        AtomicInteger heard = new AtomicInteger();
        AtomicInteger last = new AtomicInteger(-1);
        DataPeer slow =
                join(
                        "slow",
                        false,
                        (_, message) -> {
                            heard.incrementAndGet();
                            last.set(message.getInt(message.readerIndex()));
                        },
                        Map.of("ours", Reliability.RELIABLE));
        await("the server's channel", () -> slow.openedByServer() == 1);
        loop.post(() -> slow.read(DataPeer.Reading.NOTHING));
        DataSender sender = new DataSender(() -> {});
        for (int i = 0; i < 200; i++) {
            send("ours", sender, i, 10_000);
        }
        await("given up", () -> sfu.count(Counter.DATA_SLOW_RECEIVERS) == 1);
        assertTrue(heard.get() < 100, () -> heard + " messages in a window");
        loop.post(() -> slow.read(DataPeer.Reading.EVERYTHING));
        await("opened anew", () -> slow.openedByServer() == 2);
        send("ours", sender, 1_000, 10);
        await("heard on the new one", () -> last.get() == 1_000);
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 1_000 && !condition.getAsBoolean(); i++) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertTrue(condition.getAsBoolean(), what);
    }

    @Test
    void aSenderWaitsForAReceiverThereAndGoesOnWithoutOneThatIsStuck() throws Exception {
        join("home", false, new Listener());
        Listener fast = new Listener();
        join("fast", true, fast);
        DataPeer stuck = join("stuck", true, new Listener());
        loop.post(() -> stuck.read(DataPeer.Reading.NOTHING));
        Semaphore resumed = new Semaphore(0);
        DataSender sender = new DataSender(resumed::release);
        int waits = 0;
        for (int i = 0; i < COUNT; i++) {
            send(sender, i, 5_000);
            TimeUnit.MILLISECONDS.sleep(1); // the answer comes from the other worker
            if (!sender.mayGoOn()) {
                waits++;
                assertTrue(resumed.tryAcquire(5, TimeUnit.SECONDS), "nobody lets it go on");
            }
        }
        assertTrue(waits > 0, "it had to wait");
        assertTrue(fast.all.tryAcquire(20, TimeUnit.SECONDS), () -> fast.messages + " came");
        assertTrue(!fast.disorder);
        assertTrue(sfu.count(Counter.DATA_SLOW_RECEIVERS) > 0);
        assertTrue(sfu.count(DropReason.DATA_QUEUE_FULL) > 0);
    }
}
