package dev.sluice.core.simulation;

import dev.sluice.core.feedback.FeedbackDispatcher;
import dev.sluice.core.feedback.FeedbackSink;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.TrackParameters;
import dev.sluice.core.media.TrackParameters.Feedback;
import dev.sluice.core.media.TrackParameters.SsrcPair;
import dev.sluice.core.room.Peer;
import dev.sluice.core.room.PeerEvents;
import dev.sluice.core.transport.CloseReason;
import dev.sluice.ice.IceCredentials;
import dev.sluice.rtp.NtpTime;
import dev.sluice.rtp.RtpHeaderWriter;
import dev.sluice.rtp.rtcp.RtcpCompound;
import dev.sluice.rtp.rtcp.SenderReport;
import dev.sluice.srtp.CipherJob;
import dev.sluice.srtp.SrtpProtector;
import dev.sluice.srtp.SrtpUnprotector;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A camera with layers and a microphone: what a browser sends, paced, key frames on request. */
final class SimulatedPublisher implements PeerEvents, FeedbackSink {
    private static final long FRAME_NANOS = 33_333_333L;
    private static final long AUDIO_NANOS = 20_000_000L;
    private static final long REPORT_NANOS = 1_000_000_000L;
    private static final long ENCODE_NANOS = 100_000_000L;
    private static final int KEY_FRAME_FACTOR = 5;
    private static final int MAX_PAYLOAD = 1100;
    private static final double PACING = 2.5;

    /** Bytes of a VP8 descriptor with picture id and TL0PICIDX, and the first of the frame. */
    static final int DESCRIPTOR = 7;

    private final class Layer {
        private final int number;
        private final double bits;
        private final long ssrc;
        private final long rtxSsrc;
        private final String rid;
        private final Map<Integer, byte[]> sent = new HashMap<>();
        private long sequence = random.nextInt(60_000);
        private long rtxSequence = random.nextInt(30_000);
        private final long timestamp0 = random.nextInt();
        private boolean keyWanted = true;
        private long keyAtNanos;
        private int picture = random.nextInt(0x7FFF);
        private int tl0 = random.nextInt(256);
        private int frame;
        private boolean enabled = true;
        private long freeAtNanos;

        Layer(int number, double bits) {
            this.number = number;
            this.bits = bits;
            this.ssrc = random.nextLong(1, 1L << 31);
            this.rtxSsrc = random.nextLong(1, 1L << 31);
            this.rid = List.of("q", "h", "f").get(number);
        }
    }

    private final Simulation simulation;
    private final SplittableRandom random;
    private final Peer peer;
    private final String name;
    private final InetSocketAddress address;
    private final SrtpProtector seals = SrtpProtector.unciphered();
    private final SrtpUnprotector opens = SrtpUnprotector.unciphered();
    private final CipherJob job = new CipherJob();
    private final FeedbackDispatcher dispatcher = new FeedbackDispatcher(0);
    private final RtpHeaderWriter header = new RtpHeaderWriter();
    private final ByteBuf wire = Unpooled.directBuffer(2048).writeZero(2048);
    private final ByteBuf plain = Unpooled.directBuffer(2048).writeZero(2048);
    private final List<Layer> layers = new ArrayList<>();
    private final SimulatedLink uplink;
    private final long audioSsrc;
    private long audioSequence;
    private int temporalLayers = 1;
    private boolean opaque;
    private int level = -1;
    private int keyFrameRequests;
    private int nacked;

    SimulatedPublisher(Simulation simulation, String name, boolean screen, double... layerBits) {
        this.simulation = simulation;
        this.name = name;
        this.random = simulation.random().split();
        address = simulation.address();
        uplink = simulation.link().delay(10);
        SimulatedLink down = simulation.link().delay(10);
        simulation.connect(address, datagram -> down.send(datagram, this::onRtcp));
        peer =
                new Peer(
                        simulation.now(),
                        simulation.room(),
                        name,
                        IceCredentials.create(new SecureRandom()),
                        this);
        peer.transport()
                .assumeConnected(
                        simulation.endpoint(),
                        address,
                        SrtpProtector.unciphered(),
                        SrtpUnprotector.unciphered());
        for (double bits : layerBits) {
            layers.add(new Layer(layers.size(), bits));
        }
        audioSsrc = random.nextLong(1, 1L << 31);
        audioSequence = random.nextInt(60_000);
        if (!layers.isEmpty()) {
            peer.publish(parameters(videoId(), MediaKind.VIDEO, screen));
        }
        peer.publish(parameters(audioId(), MediaKind.AUDIO, false));
    }

    private TrackParameters parameters(String id, MediaKind kind, boolean screen) {
        boolean video = kind == MediaKind.VIDEO;
        List<String> rids =
                video && layers.size() > 1
                        ? layers.stream().map(layer -> layer.rid).toList()
                        : List.of();
        List<SsrcPair> ssrcs =
                video
                        ? layers.stream()
                                .map(layer -> new SsrcPair(layer.ssrc, layer.rtxSsrc))
                                .toList()
                        : List.of(new SsrcPair(audioSsrc, -1));
        return new TrackParameters(
                id,
                kind,
                screen,
                video ? "v" : "a",
                List.of(video ? Simulation.VP8 : Simulation.OPUS),
                rids,
                ssrcs,
                opaque,
                Simulation.EXTENSIONS,
                new Feedback(video, true));
    }

    String videoId() {
        return name + "-video";
    }

    String audioId() {
        return name + "-audio";
    }

    SimulatedLink uplink() {
        return uplink;
    }

    /** Encrypts frames end to end, but for the first bytes of VP8 (as the SDKs of LiveKit do). */
    SimulatedPublisher opaque() {
        opaque = true;
        return this;
    }

    /** Speaks so loudly from now on, −dBov. */
    SimulatedPublisher level(int minusDecibel) {
        level = minusDecibel;
        return this;
    }

    SimulatedPublisher temporalLayers(int count) {
        temporalLayers = count;
        return this;
    }

    /** Switches an encoding on or off, as dynacast does. */
    void enable(int layer, boolean on) {
        Layer of = layers.get(layer);
        if (on && !of.enabled) {
            of.keyWanted = true;
        }
        of.enabled = on;
    }

    int keyFrameRequests() {
        return keyFrameRequests;
    }

    int nacked() {
        return nacked;
    }

    /** Begins to send. */
    SimulatedPublisher start() {
        for (Layer layer : layers) {
            simulation.after(random.nextLong(FRAME_NANOS), () -> frame(layer));
            simulation.after(random.nextLong(REPORT_NANOS / 4), () -> report(layer));
        }
        simulation.after(random.nextLong(AUDIO_NANOS), this::audio);
        return this;
    }

    private void audio() {
        byte[] payload = new byte[80];
        begin(audioSsrc, Simulation.OPUS_TYPE, false, audioSequence, audioSequence * 960);
        header.extension(1, ascii("a"));
        if (level >= 0) {
            header.extension(5, new byte[] {(byte) level});
        }
        send(payload, audioSsrc, audioSequence++);
        simulation.after(AUDIO_NANOS, this::audio);
    }

    private long timestamp(Layer layer) {
        return layer.timestamp0 + (long) (simulation.seconds() * 90_000);
    }

    private void frame(Layer layer) {
        simulation.after(FRAME_NANOS, () -> frame(layer));
        if (!layer.enabled) {
            return;
        }
        boolean key = layer.keyWanted && simulation.now() >= layer.keyAtNanos;
        layer.keyWanted &= !key;
        double bytes = layer.bits / 30 / 8 * (0.8 + 0.4 * random.nextDouble());
        int size = (int) Math.max(DESCRIPTOR + 3, key ? KEY_FRAME_FACTOR * bytes : bytes);
        layer.frame = key ? 0 : layer.frame + 1;
        int temporal = temporal(layer.frame);
        layer.picture = (layer.picture + 1) & 0x7FFF;
        layer.tl0 = temporal == 0 ? (layer.tl0 + 1) & 0xFF : layer.tl0;
        int parts = (size + MAX_PAYLOAD - 1) / MAX_PAYLOAD;
        long timestamp = timestamp(layer);
        long at = Math.max(simulation.now(), layer.freeAtNanos);
        for (int i = 0; i < parts; i++) {
            byte[] payload = payload(layer, size / parts, i == 0, key, temporal);
            boolean last = i == parts - 1;
            long sequence = layer.sequence++;
            simulation.after(
                    at - simulation.now(), () -> send(layer, sequence, timestamp, last, payload));
            at += (long) (payload.length * 8e9 / (PACING * Math.max(layer.bits, 300_000)));
        }
        layer.freeAtNanos = at;
    }

    private int temporal(int frame) {
        return switch (temporalLayers) {
            case 2 -> frame % 2;
            case 3 -> frame % 4 == 0 ? 0 : frame % 2 == 0 ? 1 : 2;
            default -> 0;
        };
    }

    private byte[] payload(Layer layer, int size, boolean first, boolean key, int temporal) {
        byte[] payload = new byte[Math.max(size, DESCRIPTOR + 2)];
        if (opaque) {
            random.nextBytes(payload);
        }
        payload[0] = (byte) (0x80 | (first ? 0x10 : 0));
        payload[1] = (byte) 0xE0;
        payload[2] = (byte) (0x80 | layer.picture >>> 8);
        payload[3] = (byte) layer.picture;
        payload[4] = (byte) layer.tl0;
        boolean sync = temporal > 0 && layer.frame % 8 < 4;
        payload[5] = (byte) (temporal << 6 | (sync ? 0x20 : 0));
        payload[6] = (byte) (key ? 0 : 1); // P bit of the VP8 header
        payload[7] = (byte) layer.number;
        return payload;
    }

    private void begin(long ssrc, int type, boolean marker, long sequence, long timestamp) {
        header.begin(wire, 0, false);
        header.payloadType(type, marker);
        header.numbers((int) sequence & 0xFFFF, timestamp & 0xFFFF_FFFFL, ssrc);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void send(Layer layer, long sequence, long timestamp, boolean last, byte[] payload) {
        begin(layer.ssrc, Simulation.VP8_TYPE, last, sequence, timestamp);
        header.extension(1, ascii("v"));
        header.extension(2, ascii(layer.rid));
        layer.sent.put((int) sequence & 0xFFFF, send(payload, layer.ssrc, sequence));
    }

    /** Finishes the packet that was begun. @return what went out */
    private byte[] send(byte[] payload, long ssrc, long sequence) {
        int length = header.finish();
        wire.setBytes(length, payload);
        job.header(wire, 0, length);
        job.payload(wire, length, payload.length);
        job.stream(ssrc, sequence);
        byte[] sealed = new byte[seals.seal(job)];
        wire.getBytes(0, sealed);
        uplink.send(sealed, this::deliver);
        return sealed;
    }

    private void deliver(byte[] datagram) {
        ByteBuf buffer = Unpooled.directBuffer(datagram.length).writeBytes(datagram);
        int type = datagram[1] & 0xFF;
        if (type >= 192 && type <= 223) {
            peer.transport().onRtcp(simulation.now(), address, buffer, datagram.length);
        } else {
            peer.transport().onRtp(simulation.now(), address, buffer, datagram.length);
        }
        buffer.release();
    }

    private void report(Layer layer) {
        simulation.after(REPORT_NANOS, () -> report(layer));
        ByteBuf report = Unpooled.directBuffer(64).writeZero(64);
        long ntp = NtpTime.ofUnixNanos(simulation.now());
        int length = SenderReport.write(report, 0, layer.ssrc, ntp, timestamp(layer), 0);
        byte[] sealed = new byte[seals.sealRtcp(job, report, 0, length)];
        report.getBytes(0, sealed);
        report.release();
        uplink.send(sealed, this::deliver);
    }

    private void onRtcp(byte[] datagram) {
        int length =
                opens.openRtcp(
                        simulation.now(),
                        Unpooled.wrappedBuffer(datagram),
                        0,
                        datagram.length,
                        plain,
                        0);
        if (length > 0) {
            dispatcher.dispatch(simulation.now(), plain, 0, length, this);
        }
    }

    private Layer byssrc(long ssrc) {
        return layers.stream().filter(layer -> layer.ssrc == ssrc).findFirst().orElse(null);
    }

    @Override
    public void onKeyFrameRequest(long nowNanos, long ssrc, boolean fir) {
        keyFrameRequests++;
        Layer layer = byssrc(ssrc);
        if (layer != null && !layer.keyWanted) {
            layer.keyWanted = true;
            layer.keyAtNanos = nowNanos + ENCODE_NANOS;
        }
    }

    @Override
    public void onNack(long nowNanos, long ssrc, int packetId, int lostMask) {
        Layer layer = byssrc(ssrc);
        for (int i = 0; layer != null && i <= 16; i++) {
            if (i == 0 || (lostMask >>> (i - 1) & 1) != 0) {
                resend(layer, (packetId + i) & 0xFFFF);
            }
        }
    }

    private void resend(Layer layer, int sequence) {
        nacked++;
        byte[] original = layer.sent.get(sequence);
        if (original == null) {
            return;
        }
        // RTX: the same header with its own numbers, the original number before the payload
        ByteBuf from = Unpooled.wrappedBuffer(original);
        int headerLength = 16 + 4 * from.getUnsignedShort(14);
        int payload = original.length - headerLength - seals.overhead();
        begin(
                layer.rtxSsrc,
                Simulation.RTX_TYPE,
                (original[1] & 0x80) != 0,
                layer.rtxSequence,
                from.getUnsignedInt(4));
        byte[] body = new byte[payload + 2];
        body[0] = (byte) (sequence >>> 8);
        body[1] = (byte) sequence;
        from.getBytes(headerLength, body, 2, payload);
        header.extension(1, ascii("v"));
        header.extension(4, ascii(layer.rid));
        send(body, layer.rtxSsrc, layer.rtxSequence++);
    }

    @Override
    public void onSenderReport(long nowNanos, long ssrc, long ntp, long rtpTimestamp) {}

    @Override
    public void onReport(long nowNanos, long ssrc, int fractionLost, long roundTripNanos) {}

    @Override
    public void onTransportFeedback(long nowNanos, RtcpCompound packet) {}

    @Override
    public void onReceiverEstimate(long nowNanos, double bitsPerSecond) {}

    @Override
    public void onBye(long nowNanos, long ssrc) {}

    @Override
    public void onConnected() {}

    @Override
    public void onClosed(CloseReason reason) {
        throw new AssertionError("a simulated publisher was closed: " + reason);
    }

    Peer peer() {
        return peer;
    }
}
