package dev.sluice.signaling.livekit;

import dev.sluice.core.RoomHandle;
import dev.sluice.core.room.RoomEvents;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import livekit.LivekitModels;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.SpeakerInfo;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.SignalResponse;
import org.jspecify.annotations.Nullable;

/** The participants of one room, and who hears what about whom. */
final class SignalRoom implements RoomEvents {
    private static final int COUNTS_SECONDS = 5;

    private final SignalScope scope;
    private final String name;
    private final String sid;
    private final long createdAtSeconds;
    private final RoomHandle handle;
    private final Consumer<SignalRoom> onEmpty;
    private final Map<String, Session> byIdentity = new LinkedHashMap<>();
    private final QualityMonitor quality;
    private final Presence presence;
    private final Speakers speakers = new Speakers();
    private final RoomLog log;
    private RoomOptions options;
    private boolean telling;

    SignalRoom(SignalScope scope, String name, RoomOptions options, Consumer<SignalRoom> onEmpty) {
        this.scope = scope;
        this.options = options;
        this.presence = new Presence(scope, this::tellOthers);
        this.log = new RoomLog(scope.clock(), scope.events());
        this.name = name;
        this.onEmpty = onEmpty;
        this.sid = scope.sids().room();
        this.createdAtSeconds = scope.clock().instant().getEpochSecond();
        this.handle = scope.sfu().openRoom(this);
        this.quality = new QualityMonitor(scope, byIdentity.values());
        log.add(RoomEvent.Kind.ROOM_STARTED, info(), null, null);
    }

    /** A new session comes in; a live one of the same identity is replaced by it. */
    void join(Session session) {
        Session older = byIdentity.remove(session.identity());
        byIdentity.put(session.identity(), session);
        if (older != null) {
            older.end(DisconnectReason.DUPLICATE_IDENTITY, LeaveRequest.Action.DISCONNECT);
            presence.tell(session, older.info(), size());
        }
        session.start(others(session));
        offerAll(session);
    }

    /**
     * @return the participants that this one may see, without itself
     */
    List<ParticipantInfo> others(Session session) {
        return byIdentity.values().stream()
                .filter(other -> other != session && other.isVisible())
                .map(Session::info)
                .toList();
    }

    /** Nothing comes from one of a participant's connections, or something does again. */
    void onSilent(Connection connection, boolean silent) {
        quality.onSilent(connection, silent);
    }

    /**
     * @return whether its worker lets more people in, and more tracks
     */
    boolean takesMore() {
        return handle.takesMore();
    }

    /** A participant changed: others hear of it, and it hears of itself. */
    void onChanged(Session session) {
        if (byIdentity.get(session.identity()) == session) {
            ParticipantInfo info = session.nextInfo();
            if (session.isVisible()) {
                presence.tell(session, info, size());
            }
            session.send(Messages.update(List.of(info)));
        }
    }

    /** A participant can be seen and heard from now on. */
    void onActive(Session session) {
        onChanged(session);
        log.add(RoomEvent.Kind.PARTICIPANT_JOINED, info(), session.info(), null);
        session.tracks().published().forEach(track -> onTrackPublished(session, track));
        tellCounts();
    }

    /** Gives a participant every track that it may have, and takes all others. */
    void offerAll(Session session) {
        for (Session other : byIdentity.values()) {
            for (Track track : other.tracks().published()) {
                if (other == session || !other.isVisible()) {
                    continue;
                }
                if (session.mayReceive(other, track)) {
                    session.onTrackPublished(other, track);
                } else {
                    session.onTrackUnpublished(track.sid());
                }
            }
        }
    }

    /** A participant says anew who may have its tracks. */
    void onRulesChanged(Session publisher) {
        for (Session other : byIdentity.values()) {
            for (Track track : publisher.tracks().published()) {
                if (other != publisher) {
                    other.onPermission(publisher, track, other.mayReceive(publisher, track));
                }
            }
        }
    }

    /** Says how many there are, when that has not changed for a while. */
    private void tellCounts() {
        if (!telling) {
            telling = true;
            Future<?> later =
                    scope.loop()
                            .schedule(
                                    () -> {
                                        telling = false;
                                        tellAll(Messages.roomUpdate(info()));
                                    },
                                    COUNTS_SECONDS,
                                    TimeUnit.SECONDS);
            assert !later.isCancelled();
        }
    }

    private void tellAll(SignalResponse message) {
        tellOthers(null, message);
    }

    /** The API describes the room anew. */
    void options(RoomOptions changed) {
        options = changed;
        tellAll(Messages.roomUpdate(info()));
    }

    RoomOptions options() {
        return options;
    }

    Collection<Session> sessions() {
        return List.copyOf(byIdentity.values());
    }

    void onTrackPublished(Session publisher, Track track) {
        if (track.announce()) {
            log.add(RoomEvent.Kind.TRACK_PUBLISHED, info(), publisher.info(), track.info());
        }
        for (Session other : byIdentity.values()) {
            if (other != publisher) {
                other.onTrackPublished(publisher, track);
            }
        }
    }

    void onTrackUnpublished(Session publisher, String trackSid) {
        for (Session other : byIdentity.values()) {
            if (other != publisher) {
                other.onTrackUnpublished(trackSid);
            }
        }
    }

    /** Somebody receives a track; its publisher hears of the first. */
    void onReceived(String trackSid) {
        Session publisher = publisherOf(trackSid);
        Track track = publisher == null ? null : publisher.tracks().find(trackSid);
        if (publisher != null && track != null && track.receive()) {
            publisher.send(Messages.subscribed(trackSid));
        }
    }

    /** A track ended, of which others had been told. */
    void onTrackEnded(Session publisher, Track track) {
        onTrackUnpublished(publisher, track.sid());
        SpeakerInfo silent = speakers.ended(track.sid());
        if (silent != null) {
            tellAll(Messages.speakers(List.of(silent)));
        }
        log.add(RoomEvent.Kind.TRACK_UNPUBLISHED, info(), publisher.info(), track.info());
    }

    /** A session ended; others hear of it unless another took its identity. */
    void onEnded(Session session) {
        if (byIdentity.remove(session.identity(), session)) {
            if (session.wasVisible()) {
                presence.tell(session, session.info(), size());
            }
            tellCounts();
            if (byIdentity.isEmpty()) {
                onEmpty.accept(this);
            }
        }
        session.tracks().published().forEach(track -> onTrackEnded(session, track));
        boolean active = session.wasActive();
        log.add(
                active
                        ? RoomEvent.Kind.PARTICIPANT_LEFT
                        : RoomEvent.Kind.PARTICIPANT_CONNECTION_ABORTED,
                info(),
                session.info(),
                null);
    }

    private void tellOthers(@Nullable Session except, SignalResponse message) {
        for (Session other : List.copyOf(byIdentity.values())) {
            if (other != except) {
                other.send(message);
            }
        }
    }

    /**
     * @return who publishes this track, null when nobody does
     */
    @Nullable Session publisherOf(String trackSid) {
        for (Session session : byIdentity.values()) {
            if (session.tracks().find(trackSid) != null) {
                return session;
            }
        }
        return null;
    }

    /**
     * @return whether a viewer with this filter would see something
     */
    boolean isLive(ViewerConnection.Filter filter) {
        return byIdentity.values().stream()
                .anyMatch(session ->
                        session.isVisible()
                                && filter.accepts(session.identity())
                                && !session.tracks().published().isEmpty());
    }

    @Nullable Session find(String identity) {
        return byIdentity.get(identity);
    }

    boolean has(String identity) {
        return byIdentity.containsKey(identity);
    }

    int size() {
        return byIdentity.size();
    }

    int trackCount(boolean published) {
        return byIdentity.values().stream()
                .mapToInt(session ->
                        published
                                ? session.tracks().published().size()
                                : session.subscriptionCount())
                .sum();
    }

    String name() {
        return name;
    }

    RoomLog log() {
        return log;
    }

    RoomHandle handle() {
        return handle;
    }

    LivekitModels.Room info() {
        return LivekitModels.Room.newBuilder()
                .setSid(sid)
                .setName(name)
                .setCreationTime(createdAtSeconds)
                .setCreationTimeMs(createdAtSeconds * 1000)
                .setEmptyTimeout(options.emptyTimeout())
                .setDepartureTimeout(options.departureTimeout())
                .setMaxParticipants(options.maxParticipants())
                .setMetadata(options.metadata())
                .setNumParticipants(byIdentity.size())
                .setNumPublishers(publishers())
                .addAllEnabledCodecs(ServerDescription.codecs())
                .build();
    }

    private int publishers() {
        return (int)
                byIdentity.values().stream()
                        .filter(each -> !each.tracks().published().isEmpty())
                        .count();
    }

    @Override
    public void onLevels(List<Level> changed) {
        scope.loop().execute(() -> tellSpeakers(changed));
    }

    @Override
    public void onDemand(String trackId, int layer) {
        scope.loop()
                .execute(() -> {
                    Session publisher = publisherOf(trackId);
                    Track track = publisher == null ? null : publisher.tracks().find(trackId);
                    if (publisher != null && track != null) {
                        publisher.send(
                                Messages.subscribedQuality(
                                        trackId, track.codecName(), track.qualities(layer)));
                    }
                });
    }

    private void tellSpeakers(List<Level> changed) {
        List<SpeakerInfo> told = new ArrayList<>();
        for (Level level : changed) {
            Session speaker = publisherOf(level.trackId());
            if (speaker != null && speaker.isVisible()) {
                told.add(speakers.changed(level.trackId(), speaker.sid(), level.level()));
            }
        }
        if (!told.isEmpty()) {
            tellAll(Messages.speakers(told));
        }
    }

    void leaveAll(DisconnectReason reason, LeaveRequest.Action action) {
        for (Session session : List.copyOf(byIdentity.values())) {
            session.end(reason, action);
        }
    }

    void close() {
        log.add(RoomEvent.Kind.ROOM_FINISHED, info(), null, null);
        presence.close();
        quality.close();
        handle.close();
    }
}
