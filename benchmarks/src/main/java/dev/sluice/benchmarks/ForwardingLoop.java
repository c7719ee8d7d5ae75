package dev.sluice.benchmarks;

import dev.sluice.core.SfuConfig;
import dev.sluice.core.data.DataScope;
import dev.sluice.core.loop.Deadlines;
import dev.sluice.core.media.AudioLimit;
import dev.sluice.core.media.CodecParameters;
import dev.sluice.core.media.FeedbackScratch;
import dev.sluice.core.media.HeldFrames;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.MediaScope;
import dev.sluice.core.media.Padding;
import dev.sluice.core.media.Shedding;
import dev.sluice.core.media.SubscriptionParameters;
import dev.sluice.core.media.TrackParameters;
import dev.sluice.core.media.TrackParameters.Feedback;
import dev.sluice.core.media.TrackParameters.SsrcPair;
import dev.sluice.core.room.Peer;
import dev.sluice.core.room.PeerEvents;
import dev.sluice.core.room.Room;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.Counters;
import dev.sluice.core.stats.DropReason;
import dev.sluice.core.transport.CloseReason;
import dev.sluice.core.transport.Egress;
import dev.sluice.core.transport.LiveHandshakes;
import dev.sluice.core.transport.OpenTarget;
import dev.sluice.core.transport.PeerDirectory;
import dev.sluice.core.transport.SealGate;
import dev.sluice.core.transport.SocketMode;
import dev.sluice.core.transport.TransportScope;
import dev.sluice.core.transport.UdpEndpoint;
import dev.sluice.dtls.Certificate;
import dev.sluice.dtls.DtlsSettings;
import dev.sluice.ice.IceCredentials;
import dev.sluice.ice.stun.StunCodec;
import dev.sluice.rtp.ExtensionIds;
import dev.sluice.rtp.RtpPacket;
import dev.sluice.rtp.codec.VideoPayload;
import dev.sluice.rtp.codec.Vp8Descriptor;
import dev.sluice.sctp.Association;
import dev.sluice.srtp.CipherJob;
import dev.sluice.srtp.SrtpCiphers;
import dev.sluice.srtp.SrtpKeys;
import dev.sluice.srtp.SrtpProfile;
import dev.sluice.srtp.SrtpProtector;
import dev.sluice.srtp.SrtpProvider;
import dev.sluice.srtp.SrtpUnprotector;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One publisher and many subscribers in a real room without a network: packets go in sealed, are
 * opened into the packet cache, offered to every subscription, and sealed into the send slab for
 * each.
 */
public final class ForwardingLoop implements PeerEvents, UdpEndpoint.Receiver {
    private static final long SSRC = 4711;
    private static final int VP8_TYPE = 96;
    private static final long TICK_NANOS = 10_000_000L;
    private static final long PACKET_NANOS = 1_000_000L;
    private static final int SINKS = 100;
    private static final int FIRST_SINK = 20_000;

    private final MultiThreadIoEventLoopGroup group;
    private final InetSocketAddress loopback = loopback(FIRST_SINK);
    private final Counters counters = new Counters();
    private final Deadlines deadlines = new Deadlines();
    private final Egress egress;
    private final Peer publisher;
    private final SrtpProtector browser;
    private final SrtpCiphers ciphers;
    private final CipherJob job = new CipherJob();
    private final ByteBuf wire;
    private final ByteBuf payload;
    private final int payloadLength;
    private long index = 1000;
    private long frame;
    private long nowNanos = 1;

    /** Subscribers without transport-wide numbers. */
    public ForwardingLoop(
            int subscribers,
            int payloadLength,
            @Nullable SrtpProfile profile,
            SrtpProvider provider,
            @Nullable SocketMode sockets) {
        this(subscribers, payloadLength, profile, provider, sockets, ExtensionIds.NONE);
    }

    /**
     * @param profile of everybody; null copies instead of encrypting
     * @param provider who encrypts
     * @param sockets how packets leave, to the sockets of the floor's {@code sink}; null for a
     *     socket that is not open
     * @param extensions that subscribers negotiated
     */
    ForwardingLoop(
            int subscribers,
            int payloadLength,
            @Nullable SrtpProfile profile,
            SrtpProvider provider,
            @Nullable SocketMode sockets,
            ExtensionIds extensions) {
        ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
        SecureRandom random = new SecureRandom();
        ciphers = new SrtpCiphers(provider);
        SocketMode mode = sockets == null ? SocketMode.AUTO.resolve() : sockets;
        UdpEndpoint endpoint =
                new UdpEndpoint(loopback(0), mode, new SealGate(ciphers), counters, allocator);
        List<UdpEndpoint> endpoints = List.of(endpoint);
        egress = new Egress(counters, endpoints);
        IoHandlerFactory io =
                mode == SocketMode.NIO ? NioIoHandler.newFactory() : EpollIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(1, io);
        if (sockets != null) {
            endpoint.open(group.next(), this, allocator);
        }
        DtlsSettings dtls = dtls(random);
        TransportScope transports =
                new TransportScope(
                        Runnable::run,
                        () -> nowNanos,
                        _ -> dtls,
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
        DataScope data = new DataScope(sctp(allocator, random), SfuConfig.DATA_BYTES_PER_SECOND);
        MediaScope media = media(allocator);
        Room room = new Room(nowNanos, transports, media, data, changed -> {});
        CodecParameters vp8 = new CodecParameters(VP8_TYPE, "VP8", 90_000, "", 97);
        publisher = new Peer(nowNanos, room, "publisher", IceCredentials.create(random), this);
        browser = connect(publisher, endpoint, loopback(FIRST_SINK), ciphers, profile);
        publisher.publish(track(vp8));
        for (int i = 0; i < subscribers; i++) {
            Peer peer = new Peer(nowNanos, room, "s" + i, IceCredentials.create(random), this);
            connect(peer, endpoint, loopback(FIRST_SINK + i % SINKS), ciphers, profile);
            peer.subscribe(
                    nowNanos,
                    "track",
                    new SubscriptionParameters(
                            "0", 1000 + i, 5000 + i, "c", List.of(vp8), extensions));
        }
        this.payloadLength = payloadLength;
        payload = allocator.directBuffer(payloadLength).writeZero(payloadLength);
        payload.setByte(0, 0x90).setByte(1, 0x80).setShort(2, 0x8001);
        wire = allocator.directBuffer(2048).writeZero(2048);
        receive(true, true);
        egress.flush(nowNanos);
        nowNanos += TICK_NANOS;
        deadlines.runDue(nowNanos); // the key frame may wait for a pacer
        egress.flush(nowNanos);
    }

    private static DtlsSettings dtls(SecureRandom random) {
        return new DtlsSettings(
                random, Certificate.create(Instant.EPOCH, random), List.of(SrtpProfile.values()));
    }

    private static TrackParameters track(CodecParameters vp8) {
        return new TrackParameters(
                "track",
                MediaKind.VIDEO,
                false,
                "0",
                List.of(vp8),
                List.of(),
                List.of(new SsrcPair(SSRC, -1)),
                false,
                ExtensionIds.NONE,
                new Feedback(true, true));
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    private static Association.Scope sctp(ByteBufAllocator allocator, SecureRandom random) {
        ByteBuf scratch = allocator.directBuffer(OpenTarget.SLOT);
        return new Association.Scope(allocator, scratch, new byte[32], random);
    }

    private MediaScope media(ByteBufAllocator allocator) {
        return new MediaScope(
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
                new Shedding(),
                new SplittableRandom(1),
                AudioLimit.NONE,
                0);
    }

    /** Gives a peer keys. @return the other side's protector */
    private static SrtpProtector connect(
            Peer peer,
            UdpEndpoint via,
            InetSocketAddress to,
            SrtpCiphers ciphers,
            @Nullable SrtpProfile profile) {
        if (profile == null) {
            peer.transport()
                    .assumeConnected(
                            via, to, SrtpProtector.unciphered(), SrtpUnprotector.unciphered());
            return SrtpProtector.unciphered();
        }
        byte[] exported = new byte[profile.exportLength()];
        new SplittableRandom(peer.hashCode()).nextBytes(exported);
        SrtpKeys keys = new SrtpKeys(profile, exported);
        peer.transport()
                .assumeConnected(
                        via,
                        to,
                        new SrtpProtector(ciphers, keys, true),
                        new SrtpUnprotector(ciphers, keys, true));
        return new SrtpProtector(ciphers, keys, false);
    }

    private void receive(boolean keyFrame, boolean last) {
        int marker = last ? 0x80 : 0;
        wire.setByte(0, 0x80).setByte(1, VP8_TYPE | marker).setShort(2, (int) index & 0xFFFF);
        wire.setInt(4, (int) (frame * 3000)).setInt(8, (int) SSRC);
        payload.setByte(4, keyFrame ? 0 : 1);
        job.header(wire, 0, 12);
        job.payload(payload, 0, payloadLength);
        job.stream(SSRC, index++);
        int length = browser.seal(job);
        if (!ciphers.finish()) { // the browser's packet too may have been put off
            throw new IllegalStateException("not sealed");
        }
        wire.setIndex(0, length);
        publisher.transport().onRtp(nowNanos, loopback, wire, length);
    }

    /** One burst of packets from the publisher to all subscribers. */
    public void burst(int packets) {
        nowNanos += packets * PACKET_NANOS;
        frame++;
        for (int i = 0; i < packets; i++) {
            receive(false, i == packets - 1);
        }
        egress.flush(nowNanos);
    }

    /** A burst in whose middle the publisher leaves, with its packet caches. */
    void burstWithGoodbye(int packets) {
        frame++;
        for (int i = 0; i < packets; i++) {
            receive(false, i == packets - 1);
        }
        publisher.close();
        egress.flush(nowNanos);
    }

    /** Many bursts on the loop that owns the socket; returns when they are sent. */
    public void run(int bursts, int packets) {
        onLoop(() -> {
            for (int i = 0; i < bursts; i++) {
                burst(packets);
            }
        });
    }

    /** Does something on the loop that owns the socket, and waits for it. */
    void onLoop(Runnable task) {
        group.next().submit(task).syncUninterruptibly();
    }

    /** Ends the loop. */
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /**
     * @return packets sealed for subscribers so far
     */
    public long forwarded() {
        return counters.get(Counter.VIDEO_PACKETS_OUT);
    }

    /**
     * @return a counter of the loop
     */
    public long count(Counter counter) {
        return counters.get(counter);
    }

    /**
     * @return how many packets were dropped for this reason
     */
    public long count(DropReason reason) {
        return counters.get(reason);
    }

    @Override
    public void onDatagram(UdpEndpoint endpoint, InetSocketAddress from, ByteBuf datagram) {}

    @Override
    public void onBurstEnd(UdpEndpoint of) {}

    @Override
    public void onFlushAgain() {
        egress.flush(nowNanos);
    }

    @Override
    public void onConnected() {}

    @Override
    public void onClosed(CloseReason reason) {
        throw new IllegalStateException("nobody leaves here: " + reason);
    }
}
