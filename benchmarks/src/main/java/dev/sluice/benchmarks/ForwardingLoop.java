package dev.sluice.benchmarks;

import dev.sluice.core.loop.Deadlines;
import dev.sluice.core.media.CodecParameters;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.MediaScope;
import dev.sluice.core.media.SubscriptionParameters;
import dev.sluice.core.media.TrackParameters;
import dev.sluice.core.media.TrackParameters.Feedback;
import dev.sluice.core.media.TrackParameters.SsrcPair;
import dev.sluice.core.room.Peer;
import dev.sluice.core.room.PeerEvents;
import dev.sluice.core.room.Room;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.Counters;
import dev.sluice.core.transport.CloseReason;
import dev.sluice.core.transport.Egress;
import dev.sluice.core.transport.OpenTarget;
import dev.sluice.core.transport.PeerDirectory;
import dev.sluice.core.transport.TransportScope;
import dev.sluice.core.transport.UdpEndpoint;
import dev.sluice.dtls.Certificate;
import dev.sluice.dtls.DtlsSettings;
import dev.sluice.ice.IceCredentials;
import dev.sluice.ice.stun.StunCodec;
import dev.sluice.rtp.ExtensionIds;
import dev.sluice.rtp.codec.VideoPayload;
import dev.sluice.rtp.codec.Vp8Descriptor;
import dev.sluice.srtp.CipherJob;
import dev.sluice.srtp.SrtpCiphers;
import dev.sluice.srtp.SrtpKeys;
import dev.sluice.srtp.SrtpProfile;
import dev.sluice.srtp.SrtpProtector;
import dev.sluice.srtp.SrtpUnprotector;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * One publisher and many subscribers in a real room without a network: packets go in sealed, are
 * opened into the packet cache, offered to every subscription, and sealed into the send slab for
 * each.
 */
public final class ForwardingLoop implements PeerEvents {
    private static final long SSRC = 4711;
    private static final int VP8_TYPE = 96;
    private static final long PACKET_NANOS = 1_000_000L;
    private static final InetSocketAddress NOBODY =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);

    private final Counters counters = new Counters();
    private final Deadlines deadlines = new Deadlines();
    private final Egress egress;
    private final Peer publisher;
    private final SrtpProtector browser;
    private final CipherJob job = new CipherJob();
    private final ByteBuf wire;
    private final ByteBuf payload;
    private final int payloadLength;
    private long index = 1000;
    private long nowNanos = 1;

    /**
     * @param profile of everybody; null copies instead of encrypting
     */
    public ForwardingLoop(int subscribers, int payloadLength, @Nullable SrtpProfile profile) {
        ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
        UdpEndpoint nowhere = new UdpEndpoint(NOBODY, counters, allocator);
        List<UdpEndpoint> endpoints = List.of(nowhere);
        egress = new Egress(counters, endpoints);
        SecureRandom random = new SecureRandom();
        SrtpCiphers ciphers = new SrtpCiphers();
        TransportScope transports =
                new TransportScope(
                        Runnable::run,
                        () -> nowNanos,
                        new DtlsSettings(
                                random,
                                Certificate.create(Instant.EPOCH, random),
                                List.of(SrtpProfile.values())),
                        new Semaphore(1),
                        new StunCodec(),
                        ciphers,
                        allocator.directBuffer(OpenTarget.SLOT),
                        allocator.directBuffer(OpenTarget.SLOT),
                        new PeerDirectory(endpoints),
                        egress,
                        counters,
                        deadlines);
        MediaScope media = media(allocator);
        Room room = new Room(nowNanos, transports, media, changed -> {});
        CodecParameters vp8 = new CodecParameters(VP8_TYPE, "VP8", 90_000, "", 97);
        publisher = new Peer(nowNanos, room, "publisher", IceCredentials.create(random), this);
        browser = connect(publisher, nowhere, ciphers, profile);
        publisher.publish(
                new TrackParameters(
                        "track",
                        MediaKind.VIDEO,
                        "0",
                        List.of(vp8),
                        List.of(),
                        List.of(new SsrcPair(SSRC, -1)),
                        ExtensionIds.NONE,
                        new Feedback(true, true)));
        for (int i = 0; i < subscribers; i++) {
            Peer peer = new Peer(nowNanos, room, "s" + i, IceCredentials.create(random), this);
            connect(peer, nowhere, ciphers, profile);
            peer.subscribe(
                    nowNanos,
                    "track",
                    new SubscriptionParameters(
                            "0", 1000 + i, 5000 + i, "c", List.of(vp8), ExtensionIds.NONE));
        }
        this.payloadLength = payloadLength;
        payload = allocator.directBuffer(payloadLength).writeZero(payloadLength);
        payload.setByte(0, 0x90).setByte(1, 0x80).setShort(2, 0x8001);
        wire = allocator.directBuffer(2048).writeZero(2048);
        receive(true);
        egress.flush();
    }

    private MediaScope media(ByteBufAllocator allocator) {
        return new MediaScope(
                allocator,
                egress,
                counters,
                deadlines,
                new VideoPayload(),
                new Vp8Descriptor(),
                new SplittableRandom(1),
                0);
    }

    /** Gives a peer keys. @return the other side's protector */
    private static SrtpProtector connect(
            Peer peer, UdpEndpoint via, SrtpCiphers ciphers, @Nullable SrtpProfile profile) {
        if (profile == null) {
            peer.transport()
                    .assumeConnected(
                            via, NOBODY, SrtpProtector.unciphered(), SrtpUnprotector.unciphered());
            return SrtpProtector.unciphered();
        }
        byte[] exported = new byte[profile.exportLength()];
        new SplittableRandom(peer.hashCode()).nextBytes(exported);
        SrtpKeys keys = new SrtpKeys(profile, exported);
        peer.transport()
                .assumeConnected(
                        via,
                        NOBODY,
                        new SrtpProtector(ciphers, keys, true),
                        new SrtpUnprotector(ciphers, keys, true));
        return new SrtpProtector(ciphers, keys, false);
    }

    private void receive(boolean keyFrame) {
        wire.setByte(0, 0x80).setByte(1, VP8_TYPE).setShort(2, (int) index & 0xFFFF);
        wire.setInt(4, (int) (index * 3000)).setInt(8, (int) SSRC);
        payload.setByte(4, keyFrame ? 0 : 1);
        job.header(wire, 0, 12);
        job.payload(payload, 0, payloadLength);
        job.stream(SSRC, index++);
        int length = browser.seal(job);
        wire.setIndex(0, length);
        publisher.transport().onRtp(nowNanos, NOBODY, wire, length);
    }

    /** One burst of packets from the publisher to all subscribers. */
    public void burst(int packets) {
        nowNanos += packets * PACKET_NANOS;
        for (int i = 0; i < packets; i++) {
            receive(false);
        }
        egress.flush();
    }

    /**
     * @return packets sealed for subscribers so far
     */
    public long forwarded() {
        return counters.get(Counter.VIDEO_PACKETS_OUT);
    }

    @Override
    public void onConnected() {}

    @Override
    public void onClosed(CloseReason reason) {
        throw new IllegalStateException("nobody leaves here: " + reason);
    }
}
