package dev.sluice.core.media;

import dev.sluice.core.feedback.NackGenerator;
import dev.sluice.core.feedback.ReceiverReporter;
import dev.sluice.core.feedback.ReorderDelay;
import dev.sluice.core.feedback.RtcpSink;
import dev.sluice.core.loop.Deadlines;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.Counters;
import dev.sluice.core.stats.DropReason;
import dev.sluice.rtp.ExtensionIds;
import dev.sluice.rtp.RtpPacket;
import dev.sluice.rtp.codec.FrameMark;
import dev.sluice.rtp.codec.VideoCodec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One track of a publisher: its encodings, and the subscriptions that every packet is offered to.
 */
public final class PublishedTrack {
    private static final int VIDEO_SLOTS = 1024;
    private static final int AUDIO_SLOTS = 128;

    private final MediaScope scope;
    private final TrackParameters parameters;
    private final RtcpSink rtcp;
    private final ReceiverReporter reports;
    private final SenderClock clock;
    private final ReorderDelay reorder;
    private final long senderSsrc;
    private final CodecTable codecs;
    private final List<Encoding> encodings = new ArrayList<>();
    private final FanOut fanOut;
    private final List<Deadlines.Timer> timers = new ArrayList<>();
    private final List<Deadlines.@Nullable Timer> nackTimers = new ArrayList<>();
    private final AudioLevelMeter level = new AudioLevelMeter();
    private final AudioGate gate;
    private final List<TrackRelay> relays = new ArrayList<>();
    private final LayerLadder ladder = new LayerLadder(encodings);
    private @Nullable Demand demand;
    private long lastPacketNanos;
    private final boolean isRelayed;
    private final Runnable onUnsubscribed;

    /**
     * @param publisher where RTCP to the publisher goes, and what its tracks share
     */
    PublishedTrack(MediaScope scope, TrackParameters parameters, Publisher publisher) {
        this(scope, parameters, publisher, null, () -> {});
    }

    /** A track that comes from another worker: {@link RelayedTrack}. */
    static PublishedTrack relayed(
            MediaScope scope,
            TrackParameters parameters,
            Publisher publisher,
            RelayedTrack.KeyFrames keyFrames,
            Runnable onUnsubscribed) {
        return new PublishedTrack(scope, parameters, publisher, keyFrames, onUnsubscribed);
    }

    private PublishedTrack(
            MediaScope scope,
            TrackParameters parameters,
            Publisher publisher,
            RelayedTrack.@Nullable KeyFrames elsewhere,
            Runnable onUnsubscribed) {
        this.isRelayed = elsewhere != null;
        this.onUnsubscribed = onUnsubscribed;
        this.scope = scope;
        this.fanOut = new FanOut(scope.held());
        this.parameters = parameters;
        this.rtcp = publisher.rtcp();
        this.reports = publisher.reports();
        this.clock = publisher.clock();
        this.reorder = publisher.reorder();
        this.senderSsrc = publisher.senderSsrc();
        this.codecs = new CodecTable(parameters.codecs());
        this.gate = new AudioGate(scope, parameters.extensions(), level, this::forwardSound);
        int count = Math.max(1, parameters.rids().size());
        for (int layer = 0; layer < count; layer++) {
            String rid = parameters.rids().isEmpty() ? "" : parameters.rids().get(layer);
            KeyFrameRequester requester = new KeyFrameRequester(asker(elsewhere, layer));
            PacketCache cache = new PacketCache(scope.allocator(), slots(layer, count));
            encodings.add(new Encoding(this, layer, rid, cache, requester));
            timers.add(scope.deadlines().add(requester));
            nackTimers.add(null);
        }
    }

    private KeyFrameRequester.Asker asker(RelayedTrack.@Nullable KeyFrames elsewhere, int layer) {
        return elsewhere == null
                ? KeyFrameRequester.byRtcp(
                        rtcp, scope.counters(), senderSsrc, parameters.feedback().pli())
                : (_, _) -> elsewhere.request(layer);
    }

    /** Packets worth keeping: each lower layer has about half the rate of the one above it. */
    private int slots(int layer, int layers) {
        return isAudio() ? AUDIO_SLOTS : VIDEO_SLOTS >> Math.min(2, layers - 1 - layer);
    }

    /** Binds an SSRC to an encoding, in place of the one before. */
    void feed(Encoding encoding, long ssrc, int clockRate) {
        IncomingStream before = encoding.stream();
        if (before != null) {
            reports.remove(before.statistics());
        }
        int layer = encoding.layer();
        Deadlines.Timer old = nackTimers.get(layer);
        if (old != null) {
            old.cancel();
        }
        NackGenerator nack = null;
        if (parameters.feedback().nack()) {
            nack = new NackGenerator(rtcp, new Repairs(encoding), reorder, senderSsrc, ssrc);
            nackTimers.set(layer, scope.deadlines().add(nack));
        }
        IncomingStream stream = new IncomingStream(ssrc, clockRate, clock, nack);
        encoding.feed(stream);
        reports.add(stream.statistics());
    }

    private final class Repairs implements NackGenerator.Sink {
        private final Encoding encoding;

        Repairs(Encoding encoding) {
            this.encoding = encoding;
        }

        @Override
        public void onNack(int count) {
            scope.counters().add(Counter.NACK_OUT, count);
        }

        @Override
        public void onUnrepairable(long nowNanos) {
            if (!isAudio() && (!fanOut.isEmpty() || !relays.isEmpty())) {
                requestKeyFrame(nowNanos, encoding, true);
            }
        }
    }

    /**
     * A plain packet lies in the encoding's free slot.
     *
     * @param recovered whether it came by retransmission
     */
    void onRtp(long nowNanos, Encoding encoding, RtpPacket packet, boolean recovered) {
        IncomingStream stream = encoding.stream();
        Counters counters = scope.counters();
        CodecParameters codec = codecs.byPayloadType(packet.payloadType());
        if (stream == null || codec == null) {
            counters.drop(DropReason.RTP_UNKNOWN_PAYLOAD_TYPE);
            return;
        }
        long extended = stream.accept(packet, recovered);
        if (extended == IncomingStream.JUMP) {
            counters.drop(DropReason.RTP_SEQUENCE_JUMP);
            return;
        }
        if (encoding.cache().find(extended) != PacketCache.MISSING) {
            counters.drop(DropReason.RTP_DUPLICATE);
            return;
        }
        if (stream.hasRestarted()) {
            encoding.restarted();
        }
        long lostBefore = stream.statistics().lost();
        int slot = encoding.cache().commit(extended, packet.length());
        encoding.onPacket(nowNanos);
        lastPacketNanos = nowNanos;
        if (stream.onPacket(nowNanos, extended, packet, recovered)) {
            updateNackTimer(encoding);
        }
        countIn(packet, stream.statistics().lost() - lostBefore);
        if (!isAudio()) {
            relay(encoding, packet, recovered, false);
        }
        int mark = mark(encoding, codec, packet);
        boolean keyFrame = FrameMark.isKeyFrame(mark);
        if (keyFrame) {
            onKeyFrame(encoding, stream, extended);
        }
        encoding.keyFrameCache().onPacket(nowNanos, extended, packet.length(), keyFrame);
        encoding.rates().add(nowNanos, mark, packet.marker(), packet.length());
        if (isAudio()) {
            gate.onRtp(nowNanos, encoding, slot, extended, packet);
        } else if (recovered) {
            fanOut.forward(nowNanos, encoding, slot, extended, packet, mark);
        } else {
            fanOut.hold(nowNanos, encoding, slot, extended, packet, mark);
        }
    }

    /** Sound that may be heard. */
    private void forwardSound(
            long nowNanos, Encoding encoding, int slot, long extended, RtpPacket packet, int mark) {
        relay(encoding, packet, false, FrameMark.has(mark, TrackSender.RESUMED));
        fanOut.forward(nowNanos, encoding, slot, extended, packet, mark);
    }

    private void relay(Encoding encoding, RtpPacket packet, boolean recovered, boolean resumed) {
        for (int i = 0; i < relays.size(); i++) {
            relays.get(i).onRtp(encoding.layer(), packet, recovered, resumed);
        }
    }

    /** The next packet of sound begins anew, though nothing is missing. */
    void resumes() {
        gate.resumes();
    }

    private static void onKeyFrame(Encoding encoding, IncomingStream stream, long extended) {
        encoding.keyFrames().onKeyFrame();
        NackGenerator nack = stream.nack();
        if (nack != null) {
            nack.onKeyFrame(extended);
        }
    }

    /** Layers and switch points of a packet of this track. */
    int mark(Encoding encoding, RtpPacket packet) {
        CodecParameters codec = codecs.byPayloadType(packet.payloadType());
        return codec == null ? FrameMark.PLAIN : mark(encoding, codec, packet);
    }

    private int mark(Encoding encoding, CodecParameters codec, RtpPacket packet) {
        VideoCodec video = codecs.video(codec.payloadType());
        if (video == null || packet.payloadLength() == 0) {
            return FrameMark.PLAIN;
        }
        int descriptor = parameters.extensions().dependencyDescriptor();
        return video.isDescribed() && packet.extensions().has(descriptor)
                ? encoding.describe().read(packet, descriptor)
                : scope.payloads().mark(video, packet, descriptor);
    }

    private void updateNackTimer(Encoding encoding) {
        Deadlines.Timer timer = nackTimers.get(encoding.layer());
        if (timer != null) {
            timer.update();
        }
    }

    private void countIn(RtpPacket packet, long newlyLost) {
        if (isRelayed) {
            return; // counted where it came in
        }
        Counters counters = scope.counters();
        boolean audio = isAudio();
        counters.add(audio ? Counter.AUDIO_PACKETS_IN : Counter.VIDEO_PACKETS_IN);
        counters.add(audio ? Counter.AUDIO_BYTES_IN : Counter.VIDEO_BYTES_IN, packet.length());
        if (newlyLost > 0) {
            counters.add(audio ? Counter.AUDIO_LOST_IN : Counter.VIDEO_LOST_IN, newlyLost);
        }
    }

    /** Only the loudest of a room are forwarded from now on. */
    public void select(AudioSelector by) {
        gate.select(by);
    }

    /** A key frame of this encoding is needed by somebody. */
    void requestKeyFrame(long nowNanos, Encoding encoding, boolean urgent) {
        if (!isAudio() && encoding.stream() != null) {
            encoding.keyFrames().request(nowNanos, urgent);
            timers.get(encoding.layer()).update();
        }
    }

    /** The round trip to the publisher was measured. */
    void roundTrip(long nanos) {
        for (Encoding encoding : encodings) {
            encoding.keyFrames().roundTrip(nanos);
            IncomingStream stream = encoding.stream();
            NackGenerator nack = stream == null ? null : stream.nack();
            if (nack != null) {
                nack.roundTrip(nanos);
            }
        }
    }

    void add(long nowNanos, Subscription subscription) {
        fanOut.add(subscription);
        wishesChanged(nowNanos);
    }

    void remove(long nowNanos, Subscription subscription) {
        if (fanOut.remove(subscription)) {
            onUnsubscribed.run();
            wishesChanged(nowNanos);
        }
    }

    /** From now on the publisher hears how many layers are wanted. */
    public void demand(Demand asked) {
        demand = asked;
    }

    @Nullable Demand demand() {
        return demand;
    }

    /** What a subscriber wants changed. */
    void wishesChanged(long nowNanos) {
        if (demand != null) {
            demand.changed(nowNanos);
        }
    }

    /**
     * @return the highest layer that anybody wants, −1 when nobody wants any
     */
    int wanted() {
        int top = encodings.size() - 1;
        return relays.isEmpty() ? fanOut.wanted(top) : top;
    }

    /**
     * @return the relay by this link, null when there is none
     */
    public @Nullable TrackRelay relay(Object link) {
        for (TrackRelay relay : relays) {
            if (relay.goesBy(link)) {
                return relay;
            }
        }
        return null;
    }

    /** Goes to another worker too from now on. */
    public void add(long nowNanos, TrackRelay relay) {
        relays.add(relay);
        wishesChanged(nowNanos);
    }

    public void remove(long nowNanos, TrackRelay relay) {
        relays.remove(relay);
        wishesChanged(nowNanos);
    }

    /** A subscriber on another worker needs a key frame of this layer. */
    public void requestKeyFrame(long nowNanos, int layer) {
        requestKeyFrame(nowNanos, encodings.get(layer), true);
    }

    /**
     * @return the largest share of packets of any layer that were lost on their way here lately, in
     *     1/256; −1 when none came
     */
    public int takeWorstLoss() {
        int worst = -1;
        for (Encoding encoding : encodings) {
            IncomingStream stream = encoding.stream();
            if (stream != null && stream.statistics().isStarted()) {
                worst = Math.max(worst, stream.statistics().takeWorstFraction());
            }
        }
        return worst;
    }

    /** The publisher told the time of the stream that feeds an encoding. */
    void onSenderReport(long nowNanos, Encoding encoding, long ntp, long timestamp) {
        IncomingStream stream = encoding.stream();
        if (stream != null) {
            stream.onSenderReport(nowNanos, ntp, timestamp);
            for (int i = 0; i < relays.size(); i++) {
                relays.get(i).onSenderReport(encoding.layer(), ntp, timestamp);
            }
        }
    }

    /** Lets go what waits for the rest of its frame. */
    void release(long nowNanos, Encoding encoding) {
        fanOut.release(nowNanos, encoding);
    }

    /** Ends the track and every subscription to it. */
    void close() {
        gate.close();
        if (demand != null) {
            demand.close();
            demand = null;
        }
        fanOut.close();
        for (TrackRelay relay : List.copyOf(relays)) {
            relay.close();
        }
        relays.clear();
        for (Encoding encoding : encodings) {
            scope.held().remove(encoding);
        }
        timers.forEach(Deadlines.Timer::cancel);
        for (Deadlines.Timer timer : nackTimers) {
            if (timer != null) {
                timer.cancel();
            }
        }
        for (Encoding encoding : encodings) {
            IncomingStream stream = encoding.stream();
            if (stream != null) {
                reports.remove(stream.statistics());
            }
            scope.egress().release(encoding.buffer());
        }
    }

    public String id() {
        return parameters.id();
    }

    public TrackParameters parameters() {
        return parameters;
    }

    public boolean isAudio() {
        return parameters.kind() == MediaKind.AUDIO;
    }

    /**
     * @return lowest layer first
     */
    public List<Encoding> encodings() {
        return encodings;
    }

    /**
     * @return the highest layer that was announced, or that came in one stream
     */
    int fullLayer() {
        int spatial = encodings.get(0).rates().highestSpatial();
        return Math.max(encodings.size() - 1, spatial);
    }

    /**
     * @return the highest temporal layer that is sent
     */
    int fullTemporal() {
        int full = 0;
        for (Encoding encoding : encodings) {
            full = Math.max(full, encoding.rates().highestTemporal());
        }
        return full;
    }

    boolean isAlive(long nowNanos) {
        for (int i = 0; i < encodings.size(); i++) {
            if (encodings.get(i).isAlive(nowNanos)) {
                return true;
            }
        }
        return false;
    }

    /**
     * @return when a packet of any encoding came last
     */
    long lastPacketNanos() {
        return lastPacketNanos;
    }

    LayerLadder ladder() {
        return ladder;
    }

    public AudioLevelMeter level() {
        return level;
    }

    ExtensionIds extensions() {
        return parameters.extensions();
    }

    CodecTable codecs() {
        return codecs;
    }
}
