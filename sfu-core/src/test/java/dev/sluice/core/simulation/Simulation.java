package dev.sluice.core.simulation;

import dev.sluice.core.SfuConfig;
import dev.sluice.core.data.DataScope;
import dev.sluice.core.loop.Deadlines;
import dev.sluice.core.loop.Timed;
import dev.sluice.core.media.AudioLimit;
import dev.sluice.core.media.CodecParameters;
import dev.sluice.core.media.FeedbackScratch;
import dev.sluice.core.media.HeldFrames;
import dev.sluice.core.media.MediaScope;
import dev.sluice.core.media.Padding;
import dev.sluice.core.media.Shedding;
import dev.sluice.core.room.Room;
import dev.sluice.core.room.RoomEvents;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.Counters;
import dev.sluice.core.stats.DropReason;
import dev.sluice.core.transport.CapturedSocket;
import dev.sluice.core.transport.Egress;
import dev.sluice.core.transport.LiveHandshakes;
import dev.sluice.core.transport.OpenTarget;
import dev.sluice.core.transport.PeerDirectory;
import dev.sluice.core.transport.TransportScope;
import dev.sluice.core.transport.UdpEndpoint;
import dev.sluice.dtls.Certificate;
import dev.sluice.dtls.DtlsSettings;
import dev.sluice.ice.stun.StunCodec;
import dev.sluice.rtp.ExtensionIds;
import dev.sluice.rtp.ExtensionUri;
import dev.sluice.rtp.RtpPacket;
import dev.sluice.rtp.codec.VideoPayload;
import dev.sluice.rtp.codec.Vp8Descriptor;
import dev.sluice.sctp.Association;
import dev.sluice.srtp.CipherJob;
import dev.sluice.srtp.SrtpCiphers;
import dev.sluice.srtp.SrtpProfile;
import dev.sluice.srtp.SrtpProtector;
import dev.sluice.srtp.SrtpProvider;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A conference in virtual time: the real core between simulated browsers and links. Everything
 * happens in the order of its time, and the same for the same seed.
 */
final class Simulation {
    static final int VP8_TYPE = 96;
    static final int RTX_TYPE = 97;
    static final int OPUS_TYPE = 111;
    static final ExtensionIds EXTENSIONS =
            new ExtensionIds(
                    Map.of(
                            ExtensionUri.MID,
                            1,
                            ExtensionUri.RTP_STREAM_ID,
                            2,
                            ExtensionUri.TRANSPORT_WIDE_CC,
                            3,
                            ExtensionUri.REPAIRED_RTP_STREAM_ID,
                            4,
                            ExtensionUri.AUDIO_LEVEL,
                            5));
    static final CodecParameters VP8 = new CodecParameters(VP8_TYPE, "VP8", 90_000, "", RTX_TYPE);
    static final CodecParameters OPUS = new CodecParameters(OPUS_TYPE, "opus", 48_000, "", -1);

    private static final long TICK_NANOS = 5_000_000L;

    @SuppressWarnings("TimeInStaticInitializer") // never used for a handshake
    private static final DtlsSettings DTLS =
            new DtlsSettings(
                    new SecureRandom(),
                    Certificate.create(Instant.EPOCH, new SecureRandom()),
                    List.of(SrtpProfile.values()));

    /** What a publisher was asked for. */
    record Asked(double seconds, String trackId, int layer) {}

    /**
     * @return a packet without what stands where the tag would be: nothing is ciphered here, and
     *     that is just anything
     */
    static byte[] content(byte[] datagram) {
        return Arrays.copyOf(datagram, datagram.length - SrtpProtector.unciphered().overhead());
    }

    private record Event(long atNanos, long order, Runnable action) {}

    private final Shedding shedding = new Shedding();
    private BiConsumer<InetSocketAddress, byte[]> tap = (_, _) -> {};
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::order));
    private final Deadlines deadlines = new Deadlines();
    private final Deadlines clients = new Deadlines();
    private final Counters counters = new Counters();
    private final Map<InetSocketAddress, Consumer<byte[]>> wires = new HashMap<>();
    private final List<Asked> demands = new ArrayList<>();
    private BiConsumer<String, Integer> onDemand = (track, layer) -> {};
    private final SplittableRandom random;
    private final UdpEndpoint endpoint;
    private final Egress egress;
    private final MediaScope media;
    private final Room room;
    private long now = 1_000_000_000L;
    private final long origin = now;
    private long order;
    private int addresses;

    Simulation(long seed) {
        this(seed, AudioLimit.NONE);
    }

    Simulation(long seed, AudioLimit audio) {
        random = new SplittableRandom(seed);
        ByteBufAllocator allocator = UnpooledByteBufAllocator.DEFAULT;
        SrtpCiphers ciphers = new SrtpCiphers(SrtpProvider.SUN_JCE);
        endpoint = CapturedSocket.endpoint(address(), counters, this::onSent);
        List<UdpEndpoint> endpoints = List.of(endpoint);
        egress = new Egress(counters, endpoints);
        TransportScope transports =
                new TransportScope(
                        Runnable::run,
                        () -> now,
                        _ -> DTLS,
                        new LiveHandshakes(1),
                        new StunCodec(),
                        ciphers,
                        allocator.directBuffer(OpenTarget.SLOT),
                        allocator.directBuffer(OpenTarget.SLOT),
                        new CipherJob(),
                        new PeerDirectory(endpoints),
                        egress,
                        counters,
                        deadlines);
        DataScope data =
                new DataScope(
                        new Association.Scope(
                                allocator,
                                allocator.directBuffer(OpenTarget.SLOT),
                                new byte[32],
                                new SplittableRandom(seed)),
                        SfuConfig.DATA_BYTES_PER_SECOND);
        media =
                new MediaScope(
                        allocator,
                        egress,
                        counters,
                        deadlines,
                        new VideoPayload(),
                        new RtpPacket(),
                        new Vp8Descriptor(),
                        new FeedbackScratch(),
                        new Padding(allocator),
                        new HeldFrames(),
                        shedding,
                        random.split(),
                        audio,
                        0);
        room =
                new Room(
                        now,
                        transports,
                        media,
                        data,
                        new RoomEvents() {
                            @Override
                            public void onLevels(List<Level> changed) {}

                            @Override
                            public void onDemand(String trackId, int layer) {
                                demands.add(new Asked(seconds(), trackId, layer));
                                onDemand.accept(trackId, layer);
                            }
                        });
    }

    /** A new address on no network. */
    InetSocketAddress address() {
        addresses++;
        return new InetSocketAddress(
                InetAddress.ofLiteral("192.0.2." + (1 + addresses % 250)), 1000 + addresses);
    }

    private void onSent(InetSocketAddress to, byte[] datagram) {
        tap.accept(to, datagram);
        Consumer<byte[]> wire = wires.get(to);
        if (wire != null) {
            wire.accept(datagram);
        }
    }

    /** Shows everything that the server sends to somebody else, too. */
    void tap(BiConsumer<InetSocketAddress, byte[]> listener) {
        tap = listener;
    }

    /** What the server sends there is handed to {@code wire}. */
    void connect(InetSocketAddress to, Consumer<byte[]> wire) {
        wires.put(to, wire);
    }

    SimulatedLink link() {
        return new SimulatedLink(this, random.nextLong());
    }

    SplittableRandom random() {
        return random;
    }

    List<Asked> demands() {
        return demands;
    }

    /** Tells publishers which layers are wanted. */
    void onDemand(BiConsumer<String, Integer> listener) {
        onDemand = listener;
    }

    Shedding shedding() {
        return shedding;
    }

    Room room() {
        return room;
    }

    UdpEndpoint endpoint() {
        return endpoint;
    }

    Deadlines clients() {
        return clients;
    }

    long count(Counter counter) {
        return counters.get(counter);
    }

    long count(DropReason reason) {
        return counters.get(reason);
    }

    /** Virtual time, ns. */
    long now() {
        return now;
    }

    /** Virtual time since the beginning. */
    double seconds() {
        return (now - origin) / 1e9;
    }

    long nanosAt(double seconds) {
        return origin + (long) (seconds * 1e9);
    }

    void after(long nanos, Runnable action) {
        events.add(new Event(now + Math.max(0, nanos), order++, action));
    }

    void at(double seconds, Runnable action) {
        events.add(new Event(nanosAt(seconds), order++, action));
    }

    /** Lets everything happen up to that time. */
    void run(double untilSeconds) {
        long until = nanosAt(untilSeconds);
        while (true) {
            Event next = events.peek();
            long at = Math.min(tick(deadlines.next()), tick(clients.next()));
            at = Math.min(at, media.held().next());
            at = next == null ? at : Math.min(at, next.atNanos);
            if (at > until) {
                now = until;
                return;
            }
            now = Math.max(now, at);
            while (next != null && next.atNanos <= now) {
                events.remove();
                next.action.run();
                next = events.peek();
            }
            media.held().releaseDue(now);
            if (tick(deadlines.next()) <= now) {
                deadlines.runDue(now);
            }
            if (tick(clients.next()) <= now) {
                clients.runDue(now);
            }
            egress.flush(now);
        }
    }

    /** Deadlines are met at multiples of the worker's tick. */
    private static long tick(long nanos) {
        return nanos == Timed.NEVER ? nanos : -Math.floorDiv(-nanos, TICK_NANOS) * TICK_NANOS;
    }
}
