package dev.sluice.core.media;

import dev.sluice.core.feedback.SenderReporter;
import dev.sluice.core.loop.Deadlines;
import dev.sluice.core.loop.Timed;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.DropReason;
import dev.sluice.core.transport.EgressEntry;
import dev.sluice.core.transport.OutgoingStream;
import dev.sluice.core.transport.PeerTransport;
import dev.sluice.rtp.RtpPacket;
import dev.sluice.rtp.codec.RedPayload;
import dev.sluice.rtp.codec.VideoCodec;
import dev.sluice.rtp.codec.Vp8Descriptor;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One track on its way to one subscriber, with its own SSRC, sequence and timestamp space. */
public final class Subscription implements SenderReporter.RtpClock, Timed {
    private static final long REVIEW_NANOS = 200_000_000L;

    /** With nothing to choose and nothing to wait for. */
    private static final long SETTLED_REVIEW_NANOS = 1_000_000_000L;

    private static final long MIN_ANSWER_GAP_NANOS = 20_000_000L;

    private final MediaScope scope;
    private final PublishedTrack track;
    private final PeerTransport peer;
    private final OutgoingStream stream;
    private final @Nullable OutgoingStream rtx;
    private final int[] payloadTypes;
    private final int[] rtxTypes;
    private final boolean[] stripsRed;
    private final LayerSelector selector;
    private final Rewriter rewriter;
    private final TimestampRewriter timestamps;
    private final Vp8Rewriter vp8 = new Vp8Rewriter();
    private final @Nullable SentHistory history;
    private final boolean hasVp8;
    private final SenderReporter reporter;
    private final Deadlines.Timer reportTimer;
    private final Deadlines.Timer reviewTimer;
    private long rtxIndex;
    private long nextReviewNanos;
    private long roundTripNanos = 100_000_000L;
    private boolean closed;

    /** Begins forwarding; a video track starts at its next key frame, which is asked for. */
    public Subscription(
            long nowNanos,
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
        rtx =
                parameters.rtxSsrc() < 0
                        ? null
                        : new OutgoingStream(
                                parameters.rtxSsrc(), mid, parameters.extensions(), audio);
        history = rtx == null ? null : new SentHistory(); // who cannot be repaired needs none
        hasVp8 =
                track.parameters().codecs().stream()
                        .anyMatch(codec -> codec.name().equalsIgnoreCase("VP8"));
        CodecTable codecs = new CodecTable(parameters.codecs());
        payloadTypes = codecs.mapFrom(track.parameters().codecs());
        rtxTypes = codecs.rtxTypes();
        stripsRed = codecs.stripsRed(track.parameters().codecs(), payloadTypes);
        selector = new LayerSelector(track.encodings());
        rewriter = new Rewriter(scope.random().nextInt(1024, 1 << 15));
        timestamps = new TimestampRewriter(scope.random().nextInt() & 0xFFFF_FFFFL);
        rtxIndex = scope.random().nextInt(1, 1 << 15);
        byte[] cname = parameters.cname().getBytes(StandardCharsets.US_ASCII);
        reporter =
                new SenderReporter(peer, this, parameters.ssrc(), cname, scope.unixOffsetNanos());
        reportTimer = scope.deadlines().add(reporter);
        nextReviewNanos = nowNanos;
        reviewTimer = scope.deadlines().add(this);
        track.add(this);
    }

    /** A packet of the track: forward it when its encoding is the one this subscriber gets. */
    void onRtp(
            long nowNanos,
            Encoding encoding,
            int slot,
            long extended,
            RtpPacket packet,
            boolean keyFrame) {
        if (!peer.isReceiving()) {
            return;
        }
        if (!selector.accepts(nowNanos, encoding, keyFrame || track.isAudio())) {
            return;
        }
        if (selector.hasSwitched()) {
            rewriter.switchSource(extended);
            timestamps.switchSource(nowNanos, encoding, packet.timestamp());
            countSwitch(encoding);
        }
        if (payloadTypes[packet.payloadType()] >= 0 && packet.payloadLength() > 0) {
            forward(nowNanos, encoding, slot, extended, packet);
        } else {
            rewriter.skip(extended);
            boolean empty = packet.payloadLength() == 0;
            scope.counters().drop(empty ? DropReason.RTP_PADDING_ONLY : DropReason.NO_PAYLOAD_TYPE);
        }
    }

    private void forward(
            long nowNanos, Encoding encoding, int slot, long extended, RtpPacket packet) {
        long index = rewriter.rewrite(extended);
        if (index == Rewriter.NONE) {
            return;
        }
        int payloadType = payloadTypes[packet.payloadType()];
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
                        .type(payloadType, packet.marker())
                        .numbers(index, timestamp);
        int pictureId = -1;
        int tl0 = -1;
        Vp8Descriptor descriptor = scope.vp8();
        if (hasVp8
                && track.codecs().video(packet.payloadType()) == VideoCodec.VP8
                && descriptor.wrap(
                        packet.buffer(), packet.payloadOffset(), packet.payloadLength())) {
            if (selector.hasSwitched()) {
                vp8.switchSource(descriptor);
            }
            pictureId = vp8.pictureId(descriptor);
            tl0 = vp8.tl0PictureIndex(descriptor);
            entry.vp8(pictureId, tl0);
        }
        if (stripsRed[packet.payloadType()]) {
            int skipped =
                    RedPayload.primaryOffset(
                            packet.buffer(), packet.payloadOffset(), packet.payloadLength());
            entry.skip(Math.max(0, skipped));
        }
        if (history != null) {
            int place = history.put(index, encoding.layer(), encoding.epoch(), extended, timestamp);
            history.details(place, payloadType, packet.marker(), pictureId, tl0);
        }
        if (reporter.onPacketSent(nowNanos, packet.payloadLength())) {
            reportTimer.update();
        }
    }

    private void countSwitch(Encoding to) {
        int before = selector.layerBefore();
        if (before >= 0 && before != to.layer()) {
            scope.counters().add(to.layer() > before ? Counter.LAYER_UP : Counter.LAYER_DOWN);
        }
    }

    /** The subscriber misses packets (RFC 4585 §6.2.1). */
    public void onNack(long nowNanos, int packetId, int lostMask) {
        answer(nowNanos, packetId);
        for (int bit = 0; bit < 16; bit++) {
            if ((lostMask >>> bit & 1) != 0) {
                answer(nowNanos, (packetId + bit + 1) & 0xFFFF);
            }
        }
    }

    private void answer(long nowNanos, int sequence) {
        scope.counters().add(Counter.NACK_IN);
        int place = history == null ? -1 : history.find(sequence);
        if (history == null || place < 0) {
            scope.counters().add(Counter.RETRANSMIT_MISSING);
            return;
        }
        Encoding encoding = sourceOf(history, place);
        int slot =
                encoding == null
                        ? PacketCache.MISSING
                        : encoding.cache().findLasting(history.incoming(place));
        int rtxType = rtxTypes[history.payloadType(place)];
        if (encoding == null || slot == PacketCache.MISSING || rtx == null || rtxType < 0) {
            scope.counters().add(Counter.RETRANSMIT_MISSING);
            return;
        }
        if (!history.answer(place, nowNanos, Math.max(roundTripNanos, MIN_ANSWER_GAP_NANOS))) {
            return;
        }
        scope.egress()
                .next(
                        peer,
                        rtx,
                        encoding.buffer(),
                        encoding.cache().offset(slot),
                        encoding.cache().length(slot),
                        track.extensions())
                .type(rtxType, history.marker(place))
                .numbers(rtxIndex++, history.timestamp(place))
                .vp8(history.pictureId(place), history.tl0PictureIndex(place))
                .retransmission(sequence);
    }

    /** The encoding that a packet came from, null when its numbers mean other packets by now. */
    private @Nullable Encoding sourceOf(SentHistory sent, int place) {
        Encoding encoding = track.encodings().get(sent.layer(place));
        return encoding.epoch() == sent.epoch(place) ? encoding : null;
    }

    /** The subscriber's decoder needs a key frame. */
    public void onKeyFrameRequest(long nowNanos) {
        Encoding encoding = selector.current();
        if (encoding != null) {
            track.requestKeyFrame(nowNanos, encoding);
        }
    }

    /** The subscriber measured the round trip. */
    public void onRoundTrip(long nanos) {
        roundTripNanos = Math.clamp(nanos, 5_000_000L, 1_000_000_000L);
    }

    /** The subscriber can receive from now on: its first key frame is asked for at once. */
    public void onConnected(long nowNanos) {
        review(nowNanos);
    }

    /** Sets the highest layer the subscriber wants, 0 for the lowest. */
    public void wish(long nowNanos, int layer) {
        selector.wish(layer);
        review(nowNanos);
    }

    /** Pauses or resumes the track for this subscriber. */
    public void disabled(long nowNanos, boolean disabled) {
        if (disabled != selector.isDisabled()) {
            selector.disabled(disabled);
            review(nowNanos);
        }
    }

    /**
     * @return whether the subscriber gets what it should
     */
    private boolean review(long nowNanos) {
        Encoding needed = selector.review(nowNanos);
        if (needed != null && peer.isConnected()) {
            track.requestKeyFrame(nowNanos, needed);
        }
        return needed == null && selector.current() != null;
    }

    @Override
    public long nextTimeout() {
        return nextReviewNanos;
    }

    @Override
    public void onTimeout(long nowNanos) {
        boolean settled = review(nowNanos) && track.encodings().size() == 1;
        nextReviewNanos = Timed.coarse(nowNanos + (settled ? SETTLED_REVIEW_NANOS : REVIEW_NANOS));
    }

    @Override
    public long rtpAt(long nowNanos) {
        Encoding encoding = selector.current();
        IncomingStream source = encoding == null ? null : encoding.stream();
        return source == null ? -1 : timestamps.map(source.timestampAt(nowNanos));
    }

    public PublishedTrack track() {
        return track;
    }

    public long ssrc() {
        return stream.ssrc();
    }

    /** Stops forwarding; idempotent. */
    public void close() {
        if (!closed) {
            closed = true;
            reportTimer.cancel();
            reviewTimer.cancel();
            track.remove(this);
        }
    }
}
