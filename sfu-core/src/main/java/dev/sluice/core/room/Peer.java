package dev.sluice.core.room;

import dev.sluice.core.congestion.LinkQuality;
import dev.sluice.core.congestion.SendSideEstimator;
import dev.sluice.core.data.DataEvents;
import dev.sluice.core.data.DataMessage;
import dev.sluice.core.data.DataReceiver;
import dev.sluice.core.data.DataSeat;
import dev.sluice.core.data.DataTransport;
import dev.sluice.core.feedback.FeedbackDispatcher;
import dev.sluice.core.feedback.FeedbackSink;
import dev.sluice.core.media.Decision;
import dev.sluice.core.media.Downlink;
import dev.sluice.core.media.Explanations;
import dev.sluice.core.media.IncomingMedia;
import dev.sluice.core.media.PublishedTrack;
import dev.sluice.core.media.Subscription;
import dev.sluice.core.media.SubscriptionParameters;
import dev.sluice.core.media.TrackExplanation;
import dev.sluice.core.media.TrackParameters;
import dev.sluice.core.media.Wish;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.DropReason;
import dev.sluice.core.transport.CloseReason;
import dev.sluice.core.transport.OpenTarget;
import dev.sluice.core.transport.PeerOwner;
import dev.sluice.core.transport.PeerTransport;
import dev.sluice.dtls.Fingerprint;
import dev.sluice.ice.IceCredentials;
import dev.sluice.rtp.rtcp.RtcpCompound;
import dev.sluice.sctp.Reliability;
import io.netty.buffer.ByteBuf;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One peer connection: its transport, what it publishes, what it receives. A participant has one or
 * two of them, as its protocol asks.
 */
public final class Peer implements PeerOwner, FeedbackSink, DataReceiver {
    private final Room room;
    private final PeerEvents events;
    private final PeerTransport transport;
    private final IncomingMedia incoming;
    private final FeedbackDispatcher dispatcher;
    private final Map<String, PublishedTrack> published = new HashMap<>();
    private final Map<String, Subscription> subscriptions = new HashMap<>();
    private final IntObjectHashMap<Subscription> bySsrc = new IntObjectHashMap<>();
    private double startBits = SendSideEstimator.START;
    private final LinkQuality quality = new LinkQuality();
    private long nowNanos;
    private @Nullable Downlink downlink;
    private @Nullable DataTransport data;
    private final List<DataSeat> seats = new ArrayList<>(0);
    private boolean closed;

    /**
     * @param name for thread names and logs
     */
    public Peer(long nowNanos, Room room, String name, IceCredentials local, PeerEvents events) {
        this.room = room;
        this.events = events;
        this.nowNanos = nowNanos;
        transport = new PeerTransport(nowNanos, room.transports(), name, local, this);
        long senderSsrc = room.media().random().nextLong(1, 1L << 32);
        incoming = new IncomingMedia(nowNanos, room.media(), transport, senderSsrc);
        dispatcher = new FeedbackDispatcher(room.media().unixOffsetNanos());
        room.add(this);
    }

    /** Sets or refreshes what the peer's description says of its transport. */
    public void remote(long nowNanos, PeerParameters parameters) {
        transport.remote(
                nowNanos, parameters.iceUfrag(), parameters.fingerprints(), parameters.role());
    }

    /**
     * @return fingerprint of our certificate
     */
    public Fingerprint fingerprint() {
        return transport.fingerprint();
    }

    /** Begins an ICE restart. */
    public void restart(long nowNanos, IceCredentials local, String remoteUfrag) {
        transport.restart(nowNanos, local, remoteUfrag);
    }

    /** Publishes a track, or publishes it again when its parameters changed. */
    public void publish(TrackParameters parameters) {
        PublishedTrack before = published.get(parameters.id());
        if (closed || (before != null && before.parameters().equals(parameters))) {
            return;
        }
        unpublish(parameters.id());
        PublishedTrack track = incoming.publish(parameters);
        published.put(track.id(), track);
        room.add(track);
    }

    /** Ends a published track and all subscriptions to it. */
    public void unpublish(String trackId) {
        PublishedTrack track = published.remove(trackId);
        if (track != null) {
            room.remove(track);
            incoming.unpublish(track);
        }
    }

    /**
     * Receives a track from now on.
     *
     * @return false when the room has no such track
     */
    public boolean subscribe(long nowNanos, String trackId, SubscriptionParameters parameters) {
        PublishedTrack track = room.track(trackId);
        if (closed || track == null) {
            return false;
        }
        unsubscribe(nowNanos, trackId);
        Subscription subscription =
                new Subscription(nowNanos, room.media(), track, transport, parameters);
        subscriptions.put(trackId, subscription);
        if (downlink == null && parameters.extensions().transportWideCc() > 0) {
            downlink = begin(nowNanos);
            shareWithMedia();
        }
        if (downlink != null) {
            downlink.add(nowNanos, subscription);
        }
        bySsrc.put((int) parameters.ssrc(), subscription);
        return true;
    }

    /** Sets what the network is known to take before anything is subscribed to. */
    public void startEstimate(double bits) {
        startBits = bits;
    }

    /**
     * @return bits a second that the network takes, 0 when nothing was ever reported
     */
    public double estimate() {
        return downlink == null || !downlink.estimator().hasHeard() ? 0 : downlink.bitsPerSecond();
    }

    private Downlink begin(long nowNanos) {
        return new Downlink(nowNanos, room.media(), transport, startBits, events::onPaused);
    }

    /** Stops receiving a track; unknown ones are ignored. */
    public void unsubscribe(long nowNanos, String trackId) {
        Subscription subscription = subscriptions.remove(trackId);
        if (subscription != null) {
            bySsrc.remove((int) subscription.ssrc());
            if (downlink != null) {
                downlink.remove(subscription);
            }
            subscription.close(nowNanos);
        }
    }

    /** Says what the subscriber wants of a track; unknown ones are ignored. */
    public void wish(long nowNanos, String trackId, Wish wish) {
        Subscription subscription = subscriptions.get(trackId);
        if (subscription != null) {
            subscription.wish(nowNanos, wish);
            if (downlink != null) {
                downlink.changed(nowNanos);
            }
        }
    }

    /**
     * Takes data channels from now on; before or after the connection is there.
     *
     * @param wanted opened by us: label to reliability
     */
    public void openData(long nowNanos, DataEvents dataEvents, Map<String, Reliability> wanted) {
        if (closed || data != null) {
            return;
        }
        DataTransport opened =
                new DataTransport(room.transports(), room.dataScope(), transport, dataEvents);
        data = opened;
        seats.forEach(opened::listen);
        shareWithMedia();
        wanted.forEach((label, reliability) -> opened.open(nowNanos, label, reliability));
        if (transport.isConnected()) {
            opened.onConnected(nowNanos);
        }
    }

    private void shareWithMedia() {
        if (data != null && downlink != null) {
            data.budget(downlink.dataBudget());
        }
    }

    @Override
    public void listen(DataSeat seat) {
        if (closed) {
            seat.onLeft();
            return;
        }
        seats.add(seat);
        if (data != null) {
            data.listen(seat);
        }
    }

    @Override
    public void send(long nowNanos, DataMessage message) {
        if (data != null) {
            data.send(nowNanos, message);
        }
    }

    /** More messages of the peer can be taken again. */
    public void resumeData(long nowNanos) {
        if (data != null) {
            data.resume(nowNanos);
        }
    }

    /**
     * Sends a message on a data channel.
     *
     * @param message released here
     */
    public void sendData(long nowNanos, String label, boolean text, ByteBuf message) {
        if (data == null) {
            message.release();
        } else {
            data.send(nowNanos, label, text, message);
        }
    }

    /** Closes a data channel when what waits has arrived; unknown ones are ignored. */
    public void closeData(long nowNanos, String label) {
        if (data != null) {
            data.close(nowNanos, label);
        }
    }

    /** Ends the peer and frees everything; idempotent. */
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (String trackId : List.copyOf(published.keySet())) {
            unpublish(trackId);
        }
        for (String trackId : List.copyOf(subscriptions.keySet())) {
            unsubscribe(nowNanos, trackId);
        }
        if (downlink != null) {
            downlink.close();
        }
        incoming.close();
        if (data != null) {
            data.close();
        }
        seats.forEach(DataSeat::onLeft);
        transport.close();
        room.remove(this);
    }

    public PeerTransport transport() {
        return transport;
    }

    // --- PeerOwner

    @Override
    public @Nullable OpenTarget targetOf(int ssrc) {
        return incoming.targetOf(ssrc);
    }

    @Override
    public boolean wants(int ssrc) {
        return !room.media().shedding().isSoundAlone() || !incoming.skip(ssrc);
    }

    @Override
    public void onRtp(
            long nowNanos, @Nullable OpenTarget target, ByteBuf buffer, int offset, int length) {
        incoming.onRtp(nowNanos, target, buffer, offset, length);
    }

    @Override
    public void onRtcp(long nowNanos, ByteBuf buffer, int offset, int length) {
        this.nowNanos = nowNanos;
        if (!dispatcher.dispatch(nowNanos, buffer, offset, length, this)) {
            room.media().counters().drop(DropReason.RTCP_MALFORMED);
        }
    }

    @Override
    public boolean onData(long nowNanos, ByteBuf bytes) {
        if (data != null) {
            data.onRecord(nowNanos, bytes);
        }
        return data != null;
    }

    @Override
    public void onConnected(long nowNanos) {
        subscriptions.values().forEach(each -> each.onConnected(nowNanos));
        if (data != null) {
            data.onConnected(nowNanos);
        }
        events.onConnected();
    }

    @Override
    public void onQuiet(boolean quiet) {
        if (!quiet) { // what it missed can only be made good by key frames
            onVideoLost();
        }
        events.onQuiet(quiet);
    }

    @Override
    public void onVideoLost() {
        subscriptions.values().forEach(each -> each.onKeyFrameRequest(nowNanos));
    }

    @Override
    public void onClosed(CloseReason reason) {
        close();
        events.onClosed(reason);
    }

    // --- FeedbackSink

    @Override
    public void onSenderReport(long nowNanos, long ssrc, long ntp, long rtpTimestamp) {
        incoming.onSenderReport(nowNanos, ssrc, ntp, rtpTimestamp);
    }

    @Override
    public void onReport(long nowNanos, long ssrc, int fractionLost, long roundTripNanos) {
        Subscription subscription = bySsrc.get((int) ssrc);
        if (subscription != null) {
            boolean audio = subscription.track().isAudio();
            quality.onReport(audio, fractionLost, roundTripNanos / 1e6);
        }
        if (subscription != null && roundTripNanos >= 0) {
            subscription.onRoundTrip(roundTripNanos);
            incoming.onRoundTrip(roundTripNanos);
            if (downlink != null) {
                downlink.onRoundTrip(roundTripNanos);
            }
        }
    }

    @Override
    public void onNack(long nowNanos, long ssrc, int packetId, int lostMask) {
        Subscription subscription = bySsrc.get((int) ssrc);
        if (subscription == null) {
            room.media().counters().drop(DropReason.RTCP_UNKNOWN_STREAM);
        } else {
            subscription.onNack(nowNanos, packetId, lostMask);
        }
    }

    @Override
    public void onKeyFrameRequest(long nowNanos, long ssrc, boolean fir) {
        room.media().counters().add(fir ? Counter.FIR_IN : Counter.PLI_IN);
        Subscription subscription = bySsrc.get((int) ssrc);
        if (subscription == null) {
            room.media().counters().drop(DropReason.RTCP_UNKNOWN_STREAM);
        } else {
            subscription.onKeyFrameRequest(nowNanos);
        }
    }

    @Override
    public void onTransportFeedback(long nowNanos, RtcpCompound packet) {
        if (downlink != null && !downlink.onFeedback(nowNanos, packet)) {
            room.media().counters().drop(DropReason.RTCP_MALFORMED);
        }
    }

    @Override
    public void onReceiverEstimate(long nowNanos, double bitsPerSecond) {
        if (downlink == null && !closed) {
            downlink = begin(nowNanos);
            shareWithMedia();
            for (Subscription subscription : subscriptions.values()) {
                downlink.add(nowNanos, subscription);
            }
        }
        if (downlink != null) {
            downlink.onReceiverEstimate(nowNanos, bitsPerSecond);
        }
    }

    /** Why the peer gets what it gets of each video track. */
    public List<TrackExplanation> explain(long nowNanos) {
        List<TrackExplanation> all = new ArrayList<>();
        for (Subscription subscription : subscriptions.values()) {
            if (!subscription.track().isAudio()) {
                all.add(Explanations.of(subscription, nowNanos));
            }
        }
        return all;
    }

    /**
     * How good the connection was since the last call, both ways.
     *
     * @return as {@link LinkQuality#take} says
     */
    public double takeQuality() {
        for (PublishedTrack track : published.values()) {
            int lost = track.takeWorstLoss();
            if (lost >= 0) {
                quality.onReport(track.isAudio(), lost, -1);
            }
        }
        for (Subscription subscription : subscriptions.values()) {
            int missing = subscription.missingLayers();
            if (missing > 0) {
                quality.onMissingLayers(missing);
            }
        }
        return quality.take();
    }

    /**
     * @return the latest changes of what the peer gets, oldest first
     */
    public List<Decision> decisions() {
        return downlink == null ? List.of() : downlink.decisions();
    }

    /**
     * @return the way down to this peer, null without transport-wide numbers
     */
    public @Nullable Downlink downlink() {
        return downlink;
    }

    @Override
    public void onBye(long nowNanos, long ssrc) {
        // a source that says goodbye may come back: signaling ends tracks
    }
}
