package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelInit;
import dev.onvoid.webrtc.RTCDataChannelObserver;
import dev.onvoid.webrtc.RTCDataChannelState;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.sluice.core.PeerHandle;
import dev.sluice.core.RoomHandle;
import dev.sluice.core.Sfu;
import dev.sluice.core.SfuConfig;
import dev.sluice.core.data.DataEvents;
import dev.sluice.core.room.PeerEvents;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.DropReason;
import dev.sluice.core.transport.CloseReason;
import dev.sluice.sctp.Reliability;
import dev.sluice.sctp.SctpCloseReason;
import dev.sluice.signaling.sdp.LocalTransport;
import dev.sluice.signaling.sdp.PublisherOffer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Real libwebrtc opens data channels to a worker, and takes those that the worker opens. */
@Tag("native")
class DataChannelTest {
    private record Message(String label, boolean text, String bytes) {}

    private final Sfu sfu = Sfu.start(SfuConfig.onAnyPort(InetAddress.ofLiteral("127.0.0.1")));
    private final RoomHandle room = sfu.openRoom(_ -> {});
    private final LinkedBlockingQueue<Message> here = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Message> there = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final List<String> seen = new ArrayList<>();
    private final Map<String, RTCDataChannel> opened = new ConcurrentHashMap<>();

    private final RTCPeerConnection browser =
            LibWebRtc.FACTORY.createPeerConnection(
                    new RTCConfiguration(),
                    new PeerConnectionObserver() {
                        @Override
                        public void onIceCandidate(RTCIceCandidate candidate) {}

                        @Override
                        public void onDataChannel(RTCDataChannel channel) {
                            watch(channel);
                        }
                    });
    private final CompletableFuture<PeerHandle> made = new CompletableFuture<>();

    private PeerHandle peer() {
        return made.join();
    }

    private final class Events implements DataEvents {
        @Override
        public void onChannel(String label, Reliability reliability) {
            events.add("open " + label + " " + reliability.ordered());
        }

        @Override
        public Answer onMessage(String label, boolean text, ByteBuf message) {
            here.add(new Message(label, text, hash(ByteBufUtil.getBytes(message))));
            if (label.equals("echo")) {
                peer().sendData(label, text, message.copy());
            }
            return Answer.TAKEN;
        }

        @Override
        public void onChannelClosed(String label) {
            events.add("closed " + label);
        }

        @Override
        public void onDataClosed(SctpCloseReason reason) {
            events.add("gone " + reason);
        }
    }

    /** Long messages by length and content. */
    private static String hash(byte[] bytes) {
        return bytes.length + ":" + java.util.Arrays.hashCode(bytes);
    }

    private void watch(RTCDataChannel channel) {
        opened.put(channel.getLabel(), channel);
        channel.registerObserver(
                new RTCDataChannelObserver() {
                    @Override
                    public void onBufferedAmountChange(long before) {}

                    @Override
                    public void onStateChange() {
                        events.add(channel.getState() + " " + channel.getLabel());
                    }

                    @Override
                    public void onMessage(RTCDataChannelBuffer buffer) {
                        byte[] bytes = new byte[buffer.data.remaining()];
                        buffer.data.get(bytes);
                        there.add(new Message(channel.getLabel(), !buffer.binary, hash(bytes)));
                    }
                });
    }

    private RTCDataChannel create(String label, boolean ordered, int retransmits) {
        RTCDataChannelInit init = new RTCDataChannelInit();
        init.ordered = ordered;
        if (retransmits >= 0) {
            init.maxRetransmits = retransmits;
        }
        RTCDataChannel channel = browser.createDataChannel(label, init);
        watch(channel);
        return channel;
    }

    private void connect(Map<String, Reliability> ours) throws Exception {
        CompletableFuture<Void> up = new CompletableFuture<>();
        PeerHandle peer =
                room.createPeer(
                                "data",
                                new PeerEvents() {
                                    @Override
                                    public void onConnected() {
                                        up.complete(null);
                                    }

                                    @Override
                                    public void onClosed(CloseReason reason) {
                                        up.completeExceptionally(
                                                new AssertionError(reason.toString()));
                                    }
                                },
                                false)
                        .get(5, TimeUnit.SECONDS);
        made.complete(peer);
        peer.openData(new Events(), ours);
        PublisherOffer offer = PublisherOffer.read(LibWebRtc.create(browser, true).sdp);
        peer.remote(offer.transport());
        LocalTransport local =
                new LocalTransport(peer.local(), peer.fingerprint(), peer.candidates());
        String answer = offer.answer(local, 1, 1, Map.of());
        LibWebRtc.set(browser, new RTCSessionDescription(RTCSdpType.ANSWER, answer), false);
        up.get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() {
        browser.close();
        sfu.close();
        assertEquals(0, sfu.count(Counter.PEER_FAULTS));
    }

    private void await(String event) throws InterruptedException {
        while (!seen.remove(event)) { // two sides tell, in whatever order
            String next = events.poll(10, TimeUnit.SECONDS);
            assertTrue(next != null, "no " + event);
            seen.add(next);
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static void send(RTCDataChannel channel, byte[] bytes, boolean binary)
            throws Exception {
        channel.send(new RTCDataChannelBuffer(ByteBuffer.wrap(bytes), binary));
    }

    @Test
    void messagesOfAllSizesGoBothWays() throws Exception {
        RTCDataChannel echo = create("echo", true, -1);
        connect(Map.of());
        await("open echo true");
        await(RTCDataChannelState.OPEN + " echo");
        for (int length : new int[] {1, 1_160, 1_161, 1_200, 20_000, 65_536}) {
            byte[] bytes = random(length);
            send(echo, bytes, true);
            Message expected = new Message("echo", false, hash(bytes));
            assertEquals(expected, here.poll(10, TimeUnit.SECONDS));
            assertEquals(expected, there.poll(10, TimeUnit.SECONDS));
        }
        byte[] text = "grüße".getBytes(StandardCharsets.UTF_8);
        send(echo, text, false);
        assertEquals(new Message("echo", true, hash(text)), there.poll(10, TimeUnit.SECONDS));
        send(echo, new byte[0], true);
        assertEquals(
                new Message("echo", false, hash(new byte[0])), there.poll(10, TimeUnit.SECONDS));
        assertEquals(0, sfu.count(DropReason.DATA_REFUSED));
        assertEquals(0, sfu.count(DropReason.SCTP_REFUSED));
    }

    @Test
    void tenThousandMessagesComeInOrder() throws Exception {
        RTCDataChannel channel = create("many", true, -1);
        connect(Map.of());
        await(RTCDataChannelState.OPEN + " many");
        byte[] bytes = new byte[100];
        for (int i = 0; i < 10_000; i++) {
            ByteBuffer.wrap(bytes).putInt(i);
            send(channel, bytes.clone(), true);
        }
        for (int i = 0; i < 10_000; i++) {
            ByteBuffer.wrap(bytes).putInt(i);
            assertEquals(new Message("many", false, hash(bytes)), here.poll(10, TimeUnit.SECONDS));
        }
        for (int i = 0; i < 2_000; i++) {
            ByteBuffer.wrap(bytes).putInt(i);
            peer().sendData("many", false, Unpooled.copiedBuffer(bytes));
        }
        for (int i = 0; i < 2_000; i++) {
            ByteBuffer.wrap(bytes).putInt(i);
            assertEquals(new Message("many", false, hash(bytes)), there.poll(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void channelsOfOursAndUnorderedOnesWorkToo() throws Exception {
        RTCDataChannel lossy = create("_lossy", false, 0);
        connect(Map.of("_reliable", Reliability.RELIABLE, "ours", Reliability.LOSSY));
        await("open _lossy false");
        await(RTCDataChannelState.OPEN + " _lossy");
        send(lossy, random(900), true);
        assertEquals(
                new Message("_lossy", false, hash(random(900))), here.poll(10, TimeUnit.SECONDS));
        for (String label : new String[] {"_lossy", "_reliable", "ours"}) {
            peer().sendData(label, true, Unpooled.copiedBuffer(label, StandardCharsets.UTF_8));
            assertEquals(
                    new Message(label, true, hash(label.getBytes(StandardCharsets.UTF_8))),
                    there.poll(10, TimeUnit.SECONDS));
        }
        assertTrue(Objects.requireNonNull(opened.get("_reliable")).isOrdered());
        assertFalse(Objects.requireNonNull(opened.get("ours")).isOrdered());
    }

    @Test
    void channelsCloseFromEitherSideAndOpenAnew() throws Exception {
        connectFirst();
        for (int round = 0; round < 3; round++) {
            RTCDataChannel channel = create("echo", true, -1);
            await("open echo true"); // its own OPEN may come before anybody listens
            send(channel, random(10), true);
            assertEquals(
                    new Message("echo", false, hash(random(10))), there.poll(10, TimeUnit.SECONDS));
            if (round % 2 == 0) {
                channel.close();
            } else {
                peer().closeData("echo");
            }
            await("closed echo");
            await(RTCDataChannelState.CLOSED + " echo");
        }
    }

    private void connectFirst() throws Exception {
        create("first", true, -1);
        connect(Map.of());
        await(RTCDataChannelState.OPEN + " first");
    }
}
