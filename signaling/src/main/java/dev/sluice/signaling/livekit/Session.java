package dev.sluice.signaling.livekit;

import dev.sluice.core.PeerHandle;
import dev.sluice.core.transport.CloseReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitRtc.JoinRequest;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.Pong;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import org.jspecify.annotations.Nullable;

/** One client's signaling state: messages in, sink out, no socket. It holds and dispatches. */
public final class Session {
    private static final Duration TOKEN_TTL = Duration.ofMinutes(10);
    private static final long TOKEN_REFRESH_MINUTES = 5;
    private static final int CLOSE_AFTER_LEAVE = 1000;
    private static final int CLOSE_REPLACED = 1008;

    private final SignalScope scope;
    private Grants grants;
    private final ClientSettings client;
    private final SignalLink link;
    private final @Nullable SignalRoom room;
    private final String sid;
    private final long joinedAtMillis;
    private final Tracks tracks = new Tracks();
    private final SubscriptionRules rules = new SubscriptionRules();
    private final PublisherConnection publisher;
    private final Subscriptions subscriber;
    private @Nullable ViewerConnection viewer;
    private ParticipantInfo.State state = ParticipantInfo.State.JOINING;
    private DisconnectReason disconnectReason = DisconnectReason.UNKNOWN_REASON;
    private boolean wasActive;
    private int version;
    private final SessionData data;
    private @Nullable Future<?> refreshing;
    private @Nullable Future<?> givingUp;

    Session(
            SignalScope scope,
            Grants grants,
            ClientSettings client,
            SignalSink sink,
            @Nullable SignalRoom room) {
        this.scope = scope;
        this.grants = grants;
        this.client = client;
        this.link = new SignalLink(sink);
        this.room = room;
        this.sid = scope.sids().participant();
        this.data = new SessionData(sid, grants, room == null ? null : room.handle());
        this.joinedAtMillis = scope.clock().millis();
        if (client.flow() == ClientSettings.Flow.SINGLE) {
            SingleConnection single = new SingleConnection(scope, this, room);
            this.publisher = single;
            this.subscriber = single;
        } else {
            this.publisher = new PublisherConnection(scope, this, room);
            this.subscriber = new SubscriberConnection(scope, this, room);
        }
    }

    /** A client that wants to go on with a session that is not here: it is told to join anew. */
    static Session ofUnknownResume(
            SignalScope scope, Grants grants, ClientSettings client, SignalSink sink) {
        Session session = new Session(scope, grants, client, sink, null);
        session.end(DisconnectReason.STATE_MISMATCH, LeaveRequest.Action.RECONNECT);
        return session;
    }

    /** Sends the first message and begins the subscriber's connection. */
    void start(List<ParticipantInfo> others) {
        state = ParticipantInfo.State.JOINED;
        send(Greetings.join(scope, this, requireRoom(), others));
        if (!client.flow().isSignaled()) {
            return;
        }
        data.join();
        refreshToken();
        refreshing =
                scope.loop()
                        .scheduleAtFixedRate(
                                this::refreshToken,
                                TOKEN_REFRESH_MINUTES,
                                TOKEN_REFRESH_MINUTES,
                                TimeUnit.MINUTES);
        subscriber.start();
    }

    /** What the client asked for with its joining, as if it came behind. */
    void onFirst(JoinRequest first) {
        JoinRequests.apply(first, scope, this, requireRoom());
    }

    /** Receives on this connection instead of one that we offer: WHEP, before it joins. */
    void view(ViewerConnection connection) {
        viewer = connection;
    }

    private void refreshToken() {
        send(
                SignalResponse.newBuilder()
                        .setRefreshToken(scope.tokens().sign(grants, TOKEN_TTL))
                        .build());
    }

    private SignalRoom requireRoom() {
        SignalRoom joined = room;
        if (joined == null) {
            throw new IllegalStateException("this session never joined a room");
        }
        return joined;
    }

    /**
     * @return whether the room's worker takes another track
     */
    boolean mayPublishMore() {
        return room != null && room.takesMore();
    }

    /** Takes a message of the client; what makes no sense is answered or ignored. */
    public void onMessage(SignalRequest request) {
        SignalRoom joined = room;
        if (isEnded() || joined == null) {
            return;
        }
        switch (request.getMessageCase()) {
            case OFFER -> publisher.onOffer(request.getOffer());
            case ANSWER -> {
                if (subscriber instanceof SubscriberConnection offering) {
                    offering.onAnswer(request.getAnswer());
                }
            }
            case ADD_TRACK -> TrackHandler.onAddTrack(scope, this, request.getAddTrack());
            case MUTE -> TrackHandler.onMute(this, joined, request.getMute());
            case SUBSCRIPTION ->
                    SubscriptionHandler.onSubscription(this, joined, request.getSubscription());
            case TRACK_SETTING ->
                    SubscriptionHandler.onTrackSetting(this, joined, request.getTrackSetting());
            case UPDATE_METADATA ->
                    ParticipantHandler.onUpdate(this, joined, request.getUpdateMetadata());
            case SUBSCRIPTION_PERMISSION ->
                    ParticipantHandler.onPermission(
                            this, joined, request.getSubscriptionPermission());
            case UPDATE_AUDIO_TRACK ->
                    ParticipantHandler.onAudioTrack(this, joined, request.getUpdateAudioTrack());
            case UPDATE_VIDEO_TRACK ->
                    ParticipantHandler.onVideoTrack(this, joined, request.getUpdateVideoTrack());
            case SIMULATE -> {
                if (scope.config().demo()) {
                    ParticipantHandler.onSimulate(this, request.getSimulate());
                }
            }
            case SYNC_STATE -> SyncHandler.onSyncState(this, joined, request.getSyncState());
            case LEAVE -> onLeave();
            case PING -> send(SignalResponse.newBuilder().setPong(scope.clock().millis()).build());
            case PING_REQ ->
                    send(
                            SignalResponse.newBuilder()
                                    .setPongResp(
                                            Pong.newBuilder()
                                                    .setLastPingTimestamp(
                                                            request.getPingReq().getTimestamp())
                                                    .setTimestamp(scope.clock().millis()))
                                    .build());
            default -> {
                // candidates are learned from checks; the rest comes with later releases
            }
        }
    }

    private void onLeave() {
        close(DisconnectReason.CLIENT_INITIATED);
        link.close(CLOSE_AFTER_LEAVE);
    }

    /**
     * A socket is gone. The participant and its media stay for a while: networks change, and
     * clients come back.
     *
     * @param wanted whether the client closed it as one does who leaves
     */
    public void onSocketClosed(SignalSink socket, boolean wanted) {
        if (isEnded() || !link.onClosed(socket)) {
            return;
        }
        int window = scope.config().room().reconnectWindow();
        boolean leaves = wanted && client.sdk().isEmpty();
        if (leaves || window == 0 || !client.flow().isSignaled()) {
            close(DisconnectReason.SIGNAL_CLOSE);
            return;
        }
        givingUp =
                scope.loop()
                        .schedule(
                                () -> close(DisconnectReason.CONNECTION_TIMEOUT),
                                window,
                                TimeUnit.SECONDS);
    }

    /** The client is back on another socket: it hears what it missed, once, and then goes on. */
    void resume(SignalSink socket) {
        cancel(givingUp);
        givingUp = null;
        SignalRoom joined = requireRoom();
        List<ParticipantInfo> gone = link.replace(socket, CLOSE_REPLACED);
        send(Greetings.reconnect(scope, this));
        if (!gone.isEmpty()) {
            send(Messages.update(gone));
        }
        List<ParticipantInfo> present = new ArrayList<>(joined.others(this));
        present.add(info());
        send(Messages.update(present));
        send(Messages.roomUpdate(joined.info()));
        refreshToken();
        subscriber.restart();
    }

    /** Says goodbye with a reason, and ends. */
    void end(DisconnectReason reason, LeaveRequest.Action action) {
        if (!isEnded()) {
            send(Messages.leave(reason, action));
            close(reason);
            link.close(CLOSE_AFTER_LEAVE);
        }
    }

    private void close(DisconnectReason reason) {
        if (isEnded()) {
            return;
        }
        state = ParticipantInfo.State.DISCONNECTED;
        disconnectReason = reason;
        version++;
        cancel(refreshing);
        cancel(givingUp);
        if (room != null) {
            rememberEstimate(room);
            room.onEnded(this);
        }
        data.leave();
        publisher.close();
        subscriber.close();
        if (viewer != null) {
            viewer.close();
        }
    }

    private static void cancel(@Nullable Future<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void rememberEstimate(SignalRoom left) {
        PeerHandle peer = receiving();
        if (peer != null) {
            peer.estimate()
                    .thenAcceptAsync(
                            bits -> {
                                if (bits > 0) {
                                    scope.estimates().put(left.name(), identity(), bits);
                                }
                            },
                            scope.loop());
        }
    }

    /** The primary transport is up: from now on others see the participant. */
    void onPrimaryConnected() {
        if (state == ParticipantInfo.State.JOINED) {
            state = ParticipantInfo.State.ACTIVE;
            wasActive = true;
            requireRoom().onActive(this);
        }
    }

    /** One of the transports ended by itself. */
    void onTransportClosed(CloseReason reason) {
        switch (reason) {
            case NEVER_CONNECTED, HANDSHAKE_TIMEOUT, HANDSHAKE_FAILED, FINGERPRINT_MISMATCH ->
                    end(DisconnectReason.JOIN_FAILURE, LeaveRequest.Action.DISCONNECT);
            case DTLS_CLOSED, LEFT -> {
                // the client took a connection down; its signaling, if any, decides about the rest
                if (!client.flow().isSignaled() || link.isLost()) {
                    end(DisconnectReason.CLIENT_INITIATED, LeaveRequest.Action.DISCONNECT);
                }
            }
            default -> end(DisconnectReason.CONNECTION_TIMEOUT, LeaveRequest.Action.RECONNECT);
        }
    }

    void onTrackPublished(Session publisherSession, Track track) {
        if (viewer != null) {
            viewer.add(publisherSession, track);
        } else if (client.autoSubscribe() && mayReceive(publisherSession, track)) {
            subscriber.add(publisherSession, track);
        }
    }

    /**
     * @return whether this participant may receive that track
     */
    boolean mayReceive(Session publisherSession, Track track) {
        return grants.video().canSubscribe() && publisherSession.rules().allows(this, track.sid());
    }

    /** Who this is, or what it may do, changed; the caller tells others. */
    void grants(Grants changed) {
        grants = changed;
        data.grants(changed);
        refreshToken();
    }

    /** Loses its socket, as networks do to it. */
    void cutSocket(int code) {
        link.close(code);
    }

    SubscriptionRules rules() {
        return rules;
    }

    /** A participant allows a track to this one, or no longer does. */
    void onPermission(Session publisherSession, Track track, boolean allowed) {
        if (allowed == subscriber.has(track.sid())) {
            return;
        }
        send(Messages.permission(publisherSession.sid(), track.sid(), allowed));
        if (allowed) {
            onTrackPublished(publisherSession, track);
        } else {
            onTrackUnpublished(track.sid());
        }
    }

    void onTrackUnpublished(String trackSid) {
        subscriber.remove(trackSid);
        if (viewer != null) {
            viewer.remove(trackSid);
        }
    }

    void send(SignalResponse message) {
        if (!isEnded()) {
            link.send(message);
        }
    }

    /**
     * @return whether the participant is there without its socket
     */
    boolean isSignalLost() {
        return link.isLost();
    }

    SessionData data() {
        return data;
    }

    boolean isEnded() {
        return state == ParticipantInfo.State.DISCONNECTED;
    }

    /**
     * @return whether others are told of the participant
     */
    boolean isVisible() {
        return state == ParticipantInfo.State.ACTIVE && !grants.video().hidden();
    }

    /**
     * @return whether it was ever there for others, or would have been were it not hidden
     */
    boolean wasActive() {
        return wasActive;
    }

    boolean wasVisible() {
        return wasActive && !grants.video().hidden();
    }

    /**
     * @return the participant with its version raised, for an update
     */
    ParticipantInfo nextInfo() {
        version++;
        return info();
    }

    /**
     * @return the participant as others may see it
     */
    ParticipantInfo info() {
        return ParticipantInfos.of(this);
    }

    String identity() {
        return grants.identity();
    }

    String sid() {
        return sid;
    }

    Grants grants() {
        return grants;
    }

    ClientSettings client() {
        return client;
    }

    Tracks tracks() {
        return tracks;
    }

    ParticipantInfo.State state() {
        return state;
    }

    DisconnectReason disconnectReason() {
        return disconnectReason;
    }

    long joinedAtMillis() {
        return joinedAtMillis;
    }

    int version() {
        return version;
    }

    /** The network of this participant does not take a track, or takes it again. */
    void onTrackPaused(String trackSid, boolean paused) {
        Session publisher = room == null ? null : room.publisherOf(trackSid);
        if (publisher != null) {
            send(Messages.streamState(publisher.sid(), trackSid, paused));
        }
    }

    /**
     * @return the peer that this participant receives by, null while it has none
     */
    @Nullable PeerHandle receiving() {
        return viewer == null ? subscriber.peer() : viewer.peer();
    }

    /**
     * @return its peers that are there
     */
    List<PeerHandle> peers() {
        List<PeerHandle> there = new ArrayList<>();
        PeerHandle receives = receiving();
        PeerHandle sends = publisher.peer();
        if (receives != null) {
            there.add(receives);
        }
        if (sends != null && sends != receives) {
            there.add(sends);
        }
        return there;
    }

    /**
     * @return the control loop
     */
    Executor executor() {
        return scope.loop();
    }

    Subscriptions subscriber() {
        return subscriber;
    }

    PublisherConnection publisher() {
        return publisher;
    }

    int subscriptionCount() {
        return subscriber.trackCount() + (viewer == null ? 0 : viewer.trackCount());
    }
}
