package dev.sluice.core.simulation;

import dev.sluice.core.congestion.LayerReason;
import dev.sluice.core.feedback.NackGenerator;
import dev.sluice.core.feedback.ReceiverReporter;
import dev.sluice.core.feedback.ReceptionStatistics;
import dev.sluice.core.feedback.ReorderDelay;
import dev.sluice.core.feedback.RtcpSink;
import dev.sluice.core.feedback.TransportFeedbackGenerator;
import dev.sluice.core.loop.Deadlines;
import dev.sluice.core.media.Downlink;
import dev.sluice.core.media.SubscriptionParameters;
import dev.sluice.core.media.Wish;
import dev.sluice.core.room.Peer;
import dev.sluice.core.room.PeerEvents;
import dev.sluice.core.transport.CloseReason;
import dev.sluice.ice.IceCredentials;
import dev.sluice.rtp.RtpPacket;
import dev.sluice.rtp.rtcp.Nack;
import dev.sluice.rtp.rtcp.PictureLoss;
import dev.sluice.rtp.rtcp.RtcpCompound;
import dev.sluice.rtp.rtcp.SenderReport;
import dev.sluice.srtp.CipherJob;
import dev.sluice.srtp.SrtpProtector;
import dev.sluice.srtp.SrtpUnprotector;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A browser that watches: feedback, NACK, reports, and a decoder that waits for whole frames. */
final class SimulatedViewer implements PeerEvents, RtcpSink {
    private static final long SAMPLE_NANOS = 100_000_000L;

    /** The state of things at a time. */
    record Sample(double seconds, double estimate, double allocated, double sentRate, int layer) {}

    private final Simulation simulation;
    private final Peer peer;
    private final InetSocketAddress address;
    private final SimulatedLink down;
    private final SimulatedLink up;
    private final SrtpProtector seals = SrtpProtector.unciphered();
    private final SrtpUnprotector opens = SrtpUnprotector.unciphered();
    private final CipherJob job = new CipherJob();
    private final ByteBuf plain = Unpooled.directBuffer(2048).writeZero(2048);
    private final ByteBuf rtcp = Unpooled.directBuffer(2048).writeZero(2048);
    private final RtpPacket packet = new RtpPacket();
    private final RtcpCompound compound = new RtcpCompound();
    private final TransportFeedbackGenerator feedback;
    private final Deadlines.Timer feedbackTimer;
    private final ReceiverReporter reporter;
    private final Map<Long, SimulatedDecoder> decoders = new LinkedHashMap<>();
    private final ReorderDelay reorder = new ReorderDelay();
    private final Map<Long, NackGenerator> nacks = new LinkedHashMap<>();
    private final Map<Long, Deadlines.Timer> nackTimers = new LinkedHashMap<>();
    private final Map<Long, ReceptionStatistics> statistics = new LinkedHashMap<>();
    private final Map<Long, Long> repairs = new LinkedHashMap<>();
    private final List<Sample> samples = new ArrayList<>();
    private final long ownSsrc;
    private long nextSsrc = 1000;
    private long receivedBytes;
    private long sampledBytes;
    private long audioPackets;
    private long audioFirst = -1;
    private long audioLast;
    private boolean sendsFeedback = true;
    private boolean asksForSound;

    SimulatedViewer(Simulation simulation, SimulatedLink down, double upDelayMs) {
        this.simulation = simulation;
        this.down = down;
        this.up = simulation.link().delay(upDelayMs);
        address = simulation.address();
        ownSsrc = simulation.random().nextLong(1, 1L << 31);
        simulation.connect(address, datagram -> down.send(datagram, this::onDatagram));
        peer =
                new Peer(
                        simulation.now(),
                        simulation.room(),
                        "viewer",
                        IceCredentials.create(new SecureRandom()),
                        this);
        peer.transport()
                .assumeConnected(
                        simulation.endpoint(),
                        address,
                        SrtpProtector.unciphered(),
                        SrtpUnprotector.unciphered());
        feedback = new TransportFeedbackGenerator(simulation.now(), this, ownSsrc);
        feedbackTimer = simulation.clients().add(feedback);
        reporter = new ReceiverReporter(simulation.now(), this, ownSsrc);
        simulation.clients().add(reporter);
        simulation.after(SAMPLE_NANOS, this::sample);
    }

    SimulatedViewer(Simulation simulation, SimulatedLink down) {
        this(simulation, down, 25);
    }

    /** Watches and hears a publisher. @return its picture */
    SimulatedDecoder watch(SimulatedPublisher publisher) {
        subscribe(publisher.audioId(), false);
        return subscribe(publisher.videoId(), true);
    }

    /** Shows a track at most at this layer, or hides it. */
    void wish(SimulatedPublisher publisher, int layer, boolean hidden) {
        wish(publisher, new Wish(layer, LayerReason.SUBSCRIBER_SIZE, 0, 0, hidden));
    }

    void wish(SimulatedPublisher publisher, Wish wish) {
        peer.wish(simulation.now(), publisher.videoId(), wish);
    }

    LayerReason reason(SimulatedPublisher publisher) {
        return peer.explain(simulation.now()).stream()
                .filter(each -> each.trackId().equals(publisher.videoId()))
                .findFirst()
                .orElseThrow()
                .reason();
    }

    /** Watches a publisher without its sound. */
    SimulatedDecoder see(SimulatedPublisher publisher) {
        return subscribe(publisher.videoId(), true);
    }

    void silentFeedback() {
        sendsFeedback = false;
    }

    /** Asks for lost packets of sound, too, in what is subscribed to from now on. */
    void askForSound() {
        asksForSound = true;
    }

    /** Asks for the last packets of sound once more, whether they came or not. */
    void askForAllSound() {
        int[] all = new int[40];
        for (int i = 0; i < all.length; i++) {
            all[i] = (int) (audioLast - all.length + 1 + i) & 0xFFFF;
        }
        long ssrc =
                decoders.entrySet().stream()
                        .filter(each -> !each.getValue().isVideo())
                        .findFirst()
                        .orElseThrow()
                        .getKey();
        send(Nack.write(rtcp, 0, ownSsrc, ssrc, all, all.length));
    }

    private SimulatedDecoder subscribe(String trackId, boolean video) {
        long ssrc = nextSsrc++;
        long rtx = video ? nextSsrc++ : -1;
        boolean found =
                peer.subscribe(
                        simulation.now(),
                        trackId,
                        new SubscriptionParameters(
                                "m" + ssrc,
                                ssrc,
                                rtx,
                                "cname",
                                List.of(video ? Simulation.VP8 : Simulation.OPUS),
                                Simulation.EXTENSIONS));
        if (!found) {
            throw new AssertionError("no track " + trackId);
        }
        ReceptionStatistics stats = new ReceptionStatistics(ssrc, video ? 90_000 : 48_000);
        statistics.put(ssrc, stats);
        reporter.add(stats);
        SimulatedDecoder decoder =
                new SimulatedDecoder(simulation, video, () -> requestKeyFrame(ssrc));
        decoders.put(ssrc, decoder);
        if (video) {
            repairs.put(rtx, ssrc);
        }
        if (video || asksForSound) {
            NackGenerator nack =
                    new NackGenerator(
                            this,
                            new NackGenerator.Sink() {
                                @Override
                                public void onNack(int count) {}

                                @Override
                                public void onUnrepairable(long nowNanos) {
                                    if (video) {
                                        requestKeyFrame(ssrc);
                                    }
                                }
                            },
                            reorder,
                            ownSsrc,
                            ssrc);
            nacks.put(ssrc, nack);
            nackTimers.put(ssrc, simulation.clients().add(nack));
        }
        return decoder;
    }

    private void requestKeyFrame(long ssrc) {
        send(PictureLoss.write(rtcp, 0, ownSsrc, ssrc));
    }

    private void onDatagram(byte[] datagram) {
        int type = datagram[1] & 0xFF;
        ByteBuf from = Unpooled.wrappedBuffer(datagram);
        if (type >= 192 && type <= 223) {
            onRtcp(opens.openRtcp(simulation.now(), from, 0, datagram.length, plain, 0));
            return;
        }
        int length = opens.open(simulation.now(), from, 0, datagram.length, plain, 0);
        if (length <= 0 || !packet.wrap(plain, 0, length)) {
            return; // a duplicate
        }
        if (packet.extensions().has(3) && sendsFeedback) {
            int number = plain.getUnsignedShort(packet.extensions().offset(3));
            if (feedback.onPacket(simulation.now(), number, packet.ssrc())) {
                feedbackTimer.update();
            }
        }
        receivedBytes += datagram.length + 28;
        onMedia();
    }

    private void onMedia() {
        long ssrc = packet.ssrc();
        int sequence = packet.sequenceNumber();
        int at = packet.payloadOffset();
        Long repaired = repairs.get(ssrc);
        if (repaired != null) {
            sequence = plain.getUnsignedShort(at);
            at += 2;
            ssrc = repaired;
        }
        SimulatedDecoder decoder = decoders.get(ssrc);
        if (decoder == null) {
            throw new AssertionError("a stream nobody subscribed to: " + ssrc);
        }
        if (!decoder.isVideo()) {
            audioFirst = audioFirst < 0 ? sequence : audioFirst;
            audioLast = audioPackets == 0 ? sequence : later(audioLast, sequence);
            audioPackets++;
        }
        long extended = decoder.extend(sequence);
        boolean isNew = decoder.onPacket(extended, packet.timestamp(), packet.marker(), plain, at);
        ReceptionStatistics stats = statistics.get(ssrc);
        if (stats != null && isNew) {
            stats.onPacket(simulation.now(), extended, packet.timestamp(), repaired != null);
        }
        NackGenerator nack = nacks.get(ssrc);
        if (nack != null && nack.onPacket(simulation.now(), extended, repaired != null)) {
            nackTimers.get(ssrc).update();
        }
    }

    private static long later(long one, int other) {
        return ((other - one) & 0xFFFF) < 0x8000 ? other : one;
    }

    private void onRtcp(int length) {
        if (length <= 0) {
            return;
        }
        compound.wrap(plain, 0, length);
        while (compound.next()) {
            if (compound.packetType() == RtcpCompound.SR) {
                ReceptionStatistics stats = statistics.get(compound.senderSsrc());
                if (stats != null) {
                    stats.onSenderReport(simulation.now(), SenderReport.ntp(compound));
                }
            }
        }
    }

    private void sample() {
        simulation.after(SAMPLE_NANOS, this::sample);
        Downlink link = peer.downlink();
        int layer = -1;
        for (SimulatedDecoder decoder : decoders.values()) {
            layer = decoder.isVideo() ? Math.max(layer, decoder.layer()) : layer;
        }
        samples.add(
                new Sample(
                        simulation.seconds(),
                        link == null ? 0 : link.bitsPerSecond(),
                        link == null ? 0 : link.allocatedBits(),
                        (down.sentBytes() - sampledBytes) * 8e9 / SAMPLE_NANOS,
                        layer));
        sampledBytes = down.sentBytes();
    }

    @Override
    public ByteBuf buffer() {
        return rtcp;
    }

    @Override
    public void send(int length) {
        byte[] sealed = new byte[seals.sealRtcp(job, rtcp, 0, length)];
        rtcp.getBytes(0, sealed);
        up.send(sealed, this::deliver);
    }

    private void deliver(byte[] datagram) {
        ByteBuf buffer = Unpooled.directBuffer(datagram.length).writeBytes(datagram);
        peer.transport().onRtcp(simulation.now(), address, buffer, datagram.length);
        buffer.release();
    }

    Peer peer() {
        return peer;
    }

    SimulatedLink down() {
        return down;
    }

    List<Sample> samples() {
        return samples;
    }

    /**
     * @return bits a second sent to this viewer between two times, as far as its link saw them
     */
    double sentRate(double from, double until) {
        return samples.stream()
                .filter(each -> each.seconds() > from && each.seconds() <= until)
                .mapToDouble(Sample::sentRate)
                .average()
                .orElse(0);
    }

    long receivedBytes() {
        return receivedBytes;
    }

    /**
     * @return audio packets that did not come
     */
    long audioLost() {
        return ((audioLast - audioFirst) & 0xFFFF) + 1 - audioPackets;
    }

    /**
     * @return share of audio packets that did not come
     */
    double audioLoss() {
        long expected = ((audioLast - audioFirst) & 0xFFFF) + 1;
        return 1 - (double) audioPackets / expected;
    }

    @Override
    public void onConnected() {}

    @Override
    public void onClosed(CloseReason reason) {
        throw new AssertionError("a simulated viewer was closed: " + reason);
    }
}
