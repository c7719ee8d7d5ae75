package dev.sluice.core.media;

import dev.sluice.core.congestion.Pacer;
import dev.sluice.core.feedback.SenderReporter;
import dev.sluice.core.loop.Deadlines;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.DropReason;
import dev.sluice.core.transport.EgressEntry;
import dev.sluice.core.transport.OutgoingStream;
import dev.sluice.core.transport.PeerTransport;
import dev.sluice.rtp.RtpPacket;
import dev.sluice.rtp.codec.FrameMark;
import dev.sluice.rtp.codec.RedPayload;
import dev.sluice.rtp.codec.VideoCodec;
import dev.sluice.rtp.codec.Vp8Descriptor;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The outgoing stream of one track to one subscriber: its own SSRC, sequence and timestamp space,
 * what was sent as what, sender reports.
 */
final class TrackSender implements SenderReporter.RtpClock {
    /** Of a packet's marks: it is the first from a new source. */
    static final int SWITCHED = 1 << 30;

    /** Of a packet's marks: it was sent to others before. */
    static final int REPLAYED = 1 << 29;

    /** Of a packet's marks: those before it were not sent, though nothing is missing. */
    static final int RESUMED = 1 << 28;

    private static final int VIDEO_CLOCK_RATE = 90_000;

    private final MediaScope scope;
    private final PublishedTrack track;
    private final PeerTransport peer;
    private final OutgoingStream stream;
    private final int[] payloadTypes;
    private final boolean[] stripsRed;
    private final Rewriter rewriter;
    private final TimestampRewriter timestamps;
    private final Vp8Rewriter vp8 = new Vp8Rewriter();
    private final @Nullable Retransmitter retransmitter; // who cannot be repaired needs none
    private final LayerFilter filter = new LayerFilter();
    private final boolean hasVp8;
    private final SenderReporter reporter;
    private final Deadlines.Timer reportTimer;
    private @Nullable SoundRepeater repeater; // with the first request
    private @Nullable Pacer pacer;
    private @Nullable Encoding source;
    private boolean replaying;

    TrackSender(
            MediaScope scope,
            PublishedTrack track,
            PeerTransport peer,
            SubscriptionParameters parameters) {
        this.scope = scope;
        this.track = track;
        this.peer = peer;
        byte[] mid = parameters.mid().getBytes(StandardCharsets.US_ASCII);
        boolean audio = track.isAudio();
        stream = new OutgoingStream(parameters.ssrc(), mid, parameters.extensions(), audio);
        hasVp8 =
                track.parameters().codecs().stream()
                        .anyMatch(codec -> codec.name().equalsIgnoreCase("VP8"));
        CodecTable codecs = new CodecTable(parameters.codecs());
        payloadTypes = codecs.mapFrom(track.parameters().codecs());
        retransmitter =
                parameters.rtxSsrc() < 0
                        ? null
                        : new Retransmitter(
                                scope,
                                track,
                                peer,
                                new OutgoingStream(
                                        parameters.rtxSsrc(), mid, parameters.extensions(), audio),
                                codecs.rtxTypes(),
                                scope.random().nextInt(1, 1 << 15));
        stripsRed =
                track.parameters().opaque()
                        ? new boolean[payloadTypes.length] // what is inside cannot be told
                        : codecs.stripsRed(track.parameters().codecs(), payloadTypes);
        rewriter = new Rewriter(scope.random().nextInt(1024, 1 << 15));
        timestamps = new TimestampRewriter(scope.random().nextInt() & 0xFFFF_FFFFL);
        byte[] cname = parameters.cname().getBytes(StandardCharsets.US_ASCII);
        reporter =
                new SenderReporter(peer, this, parameters.ssrc(), cname, scope.unixOffsetNanos());
        reportTimer = scope.deadlines().add(reporter);
    }

    /** A replay is over: the time can be told again. */
    void caughtUp() {
        replaying = false;
    }

    /** What is sent here is charged there. */
    void pacer(Pacer charged) {
        pacer = charged;
    }

    LayerFilter filter() {
        return filter;
    }

    long ssrc() {
        return stream.ssrc();
    }

    /**
     * Sends a cached packet, or leaves it out when it is of no layer that the subscriber gets.
     *
     * @param mark as {@link FrameMark} packs it, with {@link #SWITCHED} and {@link #REPLAYED}
     */
    void send(
            long nowNanos, Encoding encoding, int slot, long extended, RtpPacket packet, int mark) {
        replaying = FrameMark.has(mark, REPLAYED);
        if (FrameMark.has(mark, SWITCHED)) {
            source = encoding;
            rewriter.switchSource(extended);
            timestamps.switchSource(nowNanos, encoding, packet.timestamp());
            filter.switchSource();
        } else if (FrameMark.has(mark, RESUMED)) {
            rewriter.switchSource(extended);
        } else if (replaying) {
            timestamps.replay(nowNanos, packet.timestamp(), VIDEO_CLOCK_RATE);
        }
        boolean passes = filter.passes(mark, encoding.dependencies());
        if (passes && payloadTypes[packet.payloadType()] >= 0 && packet.payloadLength() > 0) {
            forward(nowNanos, encoding, slot, extended, packet, mark);
        } else {
            leaveOut(extended, packet, passes);
        }
    }

    private void leaveOut(long extended, RtpPacket packet, boolean passes) {
        rewriter.skip(extended);
        if (!passes) {
            if (wrapVp8(packet)) {
                vp8.skip(scope.vp8());
            }
            return;
        }
        boolean empty = packet.payloadLength() == 0;
        scope.counters().drop(empty ? DropReason.RTP_PADDING_ONLY : DropReason.NO_PAYLOAD_TYPE);
    }

    private boolean wrapVp8(RtpPacket packet) {
        return hasVp8
                && track.codecs().video(packet.payloadType()) == VideoCodec.VP8
                && scope.vp8()
                        .wrap(packet.buffer(), packet.payloadOffset(), packet.payloadLength());
    }

    private void forward(
            long nowNanos, Encoding encoding, int slot, long extended, RtpPacket packet, int mark) {
        int pictureId = -1;
        int tl0 = -1;
        if (wrapVp8(packet)) {
            Vp8Descriptor descriptor = scope.vp8();
            if (FrameMark.has(mark, SWITCHED)) {
                vp8.switchSource(descriptor);
            }
            pictureId = vp8.pictureId(descriptor);
            tl0 = vp8.tl0PictureIndex(descriptor);
        }
        long index = pictureId == Vp8Rewriter.LEFT_OUT ? Rewriter.NONE : rewriter.rewrite(extended);
        if (index == Rewriter.NONE) {
            return;
        }
        int payloadType = payloadTypes[packet.payloadType()];
        boolean marker =
                packet.marker() || filter.endsPicture(mark) || FrameMark.has(mark, RESUMED);
        long timestamp = timestamps.rewrite(nowNanos, packet.timestamp());
        EgressEntry entry =
                scope.egress()
                        .next(
                                peer,
                                stream,
                                encoding.buffer(),
                                encoding.cache().offset(slot),
                                packet.length(),
                                track.extensions())
                        .type(payloadType, marker)
                        .numbers(index, timestamp)
                        .vp8(pictureId, tl0);
        if (stripsRed[packet.payloadType()]) {
            entry.skip(RedPayload.skipped(packet));
        }
        if (repeater != null) {
            repeater.sent(entry, index, encoding, extended, packet.length());
        }
        if (retransmitter != null) {
            int place = retransmitter.sent(index, encoding, extended, timestamp, packet.length());
            retransmitter.history().details(place, payloadType, marker, pictureId, tl0);
        }
        if (pacer != null) {
            pacer.charge(packet.length());
        }
        if (reporter.onPacketSent(nowNanos, packet.payloadLength())) {
            reportTimer.update();
        }
    }

    /** The subscriber misses packets (RFC 4585 §6.2.1). */
    void onNack(long nowNanos, int packetId, int lostMask) {
        answer(nowNanos, packetId);
        for (int bit = 0; bit < 16; bit++) {
            if ((lostMask >>> bit & 1) != 0) {
                answer(nowNanos, (packetId + bit + 1) & 0xFFFF);
            }
        }
    }

    private void answer(long nowNanos, int sequence) {
        scope.counters().add(Counter.NACK_IN);
        if (retransmitter != null) {
            retransmitter.onMissing(nowNanos, sequence);
        } else if (repeater != null) {
            repeater.onMissing(nowNanos, sequence);
        } else {
            scope.counters().add(Counter.RETRANSMIT_MISSING);
            if (track.isAudio()) {
                repeater = new SoundRepeater(scope, track, peer, stream, stripsRed);
            }
        }
    }

    /**
     * @return whether there is something to send again
     */
    boolean canProbe() {
        return retransmitter != null && peer.isReceiving() && peer.isConnected();
    }

    /**
     * Sends something again for the sake of a probe.
     *
     * @return its bytes, 0 when there is nothing to send
     */
    int probe() {
        return retransmitter == null || !canProbe() ? 0 : retransmitter.probe();
    }

    void onRoundTrip(long nanos) {
        if (retransmitter != null) {
            retransmitter.roundTrip(nanos);
        }
        if (repeater != null) {
            repeater.roundTrip(nanos);
        }
    }

    @Override
    public long rtpAt(long nowNanos) {
        if (replaying) {
            return -1; // replayed frames follow each other too closely to tell the time by
        }
        IncomingStream incoming = source == null ? null : source.stream();
        return incoming == null ? -1 : timestamps.map(incoming.timestampAt(nowNanos));
    }

    void close() {
        reportTimer.cancel();
    }
}
