package dev.sluice.benchmarks.load;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.signaling.client.Answer;
import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.client.SubscriberAnswer;
import dev.sluice.signaling.client.SyntheticPublisher;
import io.netty.channel.EventLoopGroup;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import livekit.LivekitModels.ConnectionQuality;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.MuteTrackRequest;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import org.jspecify.annotations.Nullable;

/**
 * A participant as an SDK makes it: a WebSocket with protobuf, a connection to receive, and one to
 * send when it publishes. Its state belongs to its WebSocket's thread, one call at a time.
 */
public final class RoomMember {
    /** Who wants to know what members hear. */
    public interface Ear {
        /** Somebody's track is muted or no longer. */
        void onMuted(String sid, boolean muted, long atNanos);

        /** Nothing comes from somebody any more, or somebody is gone for good. */
        default void onLost(String sid, boolean gone, long atNanos) {}

        /** A message of the server, whatever it says. */
        default void onMessage(byte[] message) {}

        /** A packet of media came that somebody gave this mark. */
        default void onMark(long mark) {}
    }

    private static final int FIRST_SSRC = 100_000;

    private final EventLoopGroup group;
    private final String url;
    private final int number;
    private final int bitrate;
    private final ClientLoop sending;
    private final ClientLoop receiving;
    private final Latencies latencies;
    private final Ear ear;
    private volatile @Nullable RoomSocket socket;
    private @Nullable SyntheticPublisher publisher;
    private volatile @Nullable ViewingPeer viewer;
    private volatile String sid = "";
    private volatile String trackSid = "";
    private volatile String goodbye = "";
    private volatile boolean muted;
    private volatile long mark;
    private volatile CompletableFuture<Void> greeted = new CompletableFuture<>();
    private volatile CompletableFuture<Void> connected = new CompletableFuture<>();
    private volatile CompletableFuture<Void> published = new CompletableFuture<>();
    private volatile CompletableFuture<Void> resumed = new CompletableFuture<>();
    private volatile CompletableFuture<Void> told = new CompletableFuture<>();

    /**
     * @param url where to, with the token, ready for more parameters
     * @param bitrate as {@link SyntheticPublisher} takes it
     */
    public RoomMember(
            EventLoopGroup group,
            String url,
            int number,
            int bitrate,
            ClientLoop sending,
            ClientLoop receiving,
            Latencies latencies,
            Ear ear) {
        this.group = group;
        this.url = url;
        this.number = number;
        this.bitrate = bitrate;
        this.sending = sending;
        this.receiving = receiving;
        this.latencies = latencies;
        this.ear = ear;
    }

    /** Joins. @return completes when it may receive */
    public CompletableFuture<Void> join() {
        close();
        trackSid = "";
        goodbye = "";
        greeted = new CompletableFuture<>();
        connected = new CompletableFuture<>();
        published = new CompletableFuture<>();
        told = new CompletableFuture<>();
        return open("").thenCompose(_ -> connected);
    }

    private CompletableFuture<Void> open(String more) {
        CompletableFuture<Void> open = new CompletableFuture<>();
        CompletableFuture<Void> saidGoodbye = told;
        RoomSocket.Listener listener =
                new RoomSocket.Listener() {
                    @Override
                    public void onMade(RoomSocket made) {
                        socket = made;
                    }

                    @Override
                    @SuppressWarnings("ReferenceEquality") // one object a stay
                    public void onMessage(byte[] message) {
                        if (told == saidGoodbye) { // of this stay
                            RoomMember.this.onMessage(message);
                        }
                    }

                    @Override
                    public void onClosed() {
                        saidGoodbye.complete(null);
                    }
                };
        RoomSocket.connect(group, URI.create(url + more), listener, open);
        return open;
    }

    /**
     * @return completes when the first message has come
     */
    public CompletableFuture<Void> greeted() {
        return greeted;
    }

    /** Publishes a microphone. @return completes when it may send */
    public CompletableFuture<Void> publish() {
        send(
                SignalRequest.newBuilder()
                        .setAddTrack(
                                AddTrackRequest.newBuilder()
                                        .setCid("microphone")
                                        .setType(TrackType.AUDIO)
                                        .setSource(TrackSource.MICROPHONE)));
        return published;
    }

    private void offer() {
        long ssrc = FIRST_SSRC + 10L * number;
        SyntheticPublisher peer = new SyntheticPublisher(sending, bitrate, ssrc, 0, false);
        peer.mark(mark);
        publisher = peer;
        String sdp = peer.offer(true, 1, 0, ssrc, false);
        send(
                SignalRequest.newBuilder()
                        .setOffer(
                                SessionDescription.newBuilder()
                                        .setType("offer")
                                        .setId(1)
                                        .setSdp(sdp)));
    }

    /** Marks what it publishes from now on. */
    public void mark(long number) {
        mark = number;
    }

    /**
     * @return of its microphone, empty while there is none
     */
    public String trackSid() {
        return trackSid;
    }

    /** Mutes the microphone, or unmutes it. */
    public void toggle() {
        muted = !muted;
        send(
                SignalRequest.newBuilder()
                        .setMute(MuteTrackRequest.newBuilder().setSid(trackSid).setMuted(muted)));
    }

    /** Loses its socket. */
    public void cut() {
        RoomSocket lost = socket;
        if (lost != null) {
            lost.abort();
        }
    }

    /** Comes back on another socket. @return completes when all is as it was */
    public CompletableFuture<Void> resume() {
        return resume(sid);
    }

    /** The same with any session's id. */
    public CompletableFuture<Void> resume(String session) {
        resumed = new CompletableFuture<>();
        told = new CompletableFuture<>();
        return open("&reconnect=1&sid=" + session).thenCompose(_ -> resumed);
    }

    /**
     * @return completes when the server has said goodbye, or is gone
     */
    public CompletableFuture<Void> told() {
        return told;
    }

    /** Leaves without waiting for an answer. */
    public void leave() {
        send(SignalRequest.newBuilder().setLeave(LeaveRequest.getDefaultInstance()));
        close();
    }

    /** Is gone without a word. */
    public void vanish() {
        close();
    }

    private void close() {
        cut();
        if (publisher != null) {
            publisher.close();
        }
        ViewingPeer receives = viewer;
        if (receives != null) {
            receives.close();
            viewer = null;
        }
    }

    /**
     * @return how far its joining came
     */
    public String progress() {
        return sid
                + (greeted.isDone() ? " greeted" : "")
                + (connected.isDone() ? " receiving" : "")
                + (trackSid.isEmpty() ? "" : " announced")
                + (published.isDone() ? " sending" : "")
                + (told.isDone() ? " closed " + goodbye : "");
    }

    /**
     * @return what it receives with, null before
     */
    public @Nullable ViewingPeer viewer() {
        return viewer;
    }

    public String sid() {
        return sid;
    }

    /** Sends any request. */
    public void send(SignalRequest.Builder request) {
        RoomSocket open = socket;
        if (open != null) {
            open.send(request.build().toByteArray());
        }
    }

    private void onMessage(byte[] bytes) {
        ear.onMessage(bytes);
        try {
            onMessage(SignalResponse.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private void onMessage(SignalResponse message) {
        switch (message.getMessageCase()) {
            case JOIN -> {
                sid = message.getJoin().getParticipant().getSid();
                greeted.complete(null);
            }
            case OFFER -> onOffer(message.getOffer());
            case TRACK_PUBLISHED -> {
                trackSid = message.getTrackPublished().getTrack().getSid();
                offer();
            }
            case ANSWER -> onAnswer(message.getAnswer().getSdp());
            case UPDATE -> message.getUpdate().getParticipantsList().forEach(this::onUpdate);
            case CONNECTION_QUALITY ->
                    message.getConnectionQuality().getUpdatesList().stream()
                            .filter(each -> each.getQuality() == ConnectionQuality.LOST)
                            .forEach(each ->
                                    ear.onLost(each.getParticipantSid(), false, System.nanoTime()));
            case LEAVE -> {
                goodbye = message.getLeave().getReason().name();
                Throwable refused = new IllegalStateException(goodbye);
                connected.completeExceptionally(refused);
                resumed.completeExceptionally(refused);
                published.completeExceptionally(refused);
                told.complete(null);
            }
            default -> {
                // not of interest here
            }
        }
    }

    private void onUpdate(ParticipantInfo participant) {
        if (participant.getState() == ParticipantInfo.State.DISCONNECTED) {
            ear.onLost(participant.getSid(), true, System.nanoTime());
        }
        if (participant.getTracksCount() > 0) {
            ear.onMuted(
                    participant.getSid(), participant.getTracks(0).getMuted(), System.nanoTime());
        }
    }

    private void onOffer(SessionDescription offer) {
        ViewingPeer receives = viewer;
        boolean first = receives == null;
        if (receives == null) {
            receives = new ViewingPeer(receiving, latencies, true).marks(ear::onMark);
            viewer = receives;
        }
        String transport = receives.transportSdp().replace("setup:actpass", "setup:active");
        send(
                SignalRequest.newBuilder()
                        .setAnswer(
                                SessionDescription.newBuilder()
                                        .setType("answer")
                                        .setId(offer.getId())
                                        .setSdp(SubscriberAnswer.to(offer.getSdp(), transport))));
        if (first) {
            pass(receives.connect(Answer.read(offer.getSdp())), connected);
        } else {
            receives.restart(Answer.read(offer.getSdp()));
            resumed.complete(null); // a resumed session's last message
        }
    }

    private void onAnswer(String sdp) {
        SyntheticPublisher sends = publisher;
        if (sends != null) {
            pass(sends.connect(Answer.read(sdp)), published);
        }
    }

    private static void pass(CompletableFuture<Void> from, CompletableFuture<Void> to) {
        from.whenComplete((_, failure) -> {
            if (failure == null) {
                to.complete(null);
            } else {
                to.completeExceptionally(failure);
            }
        });
    }
}
