package dev.sluice.signaling.livekit;

import dev.sluice.core.RoomHandle;
import dev.sluice.core.room.RoomEvents;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import livekit.LivekitModels;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.SpeakerInfo;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SpeakersChanged;
import org.jspecify.annotations.Nullable;

/** The participants of one room, and who hears what about whom. */
final class SignalRoom implements RoomEvents {
    private final SignalScope scope;
    private final String name;
    private final String sid;
    private final long createdAtSeconds;
    private final RoomHandle handle;
    private final Consumer<SignalRoom> onEmpty;
    private final Map<String, Session> byIdentity = new LinkedHashMap<>();
    private final QualityMonitor quality;

    SignalRoom(SignalScope scope, String name, Consumer<SignalRoom> onEmpty) {
        this.scope = scope;
        this.name = name;
        this.onEmpty = onEmpty;
        this.sid = scope.sids().room();
        this.createdAtSeconds = scope.clock().instant().getEpochSecond();
        this.handle = scope.sfu().openRoom(this);
        this.quality = new QualityMonitor(scope, byIdentity.values());
    }

    /** A new session comes in; a live one of the same identity is replaced by it. */
    void join(Session session) {
        Session older = byIdentity.remove(session.identity());
        byIdentity.put(session.identity(), session);
        List<ParticipantInfo> gone = new ArrayList<>();
        if (older != null) {
            older.end(DisconnectReason.DUPLICATE_IDENTITY, LeaveRequest.Action.DISCONNECT);
            gone.add(older.info());
        }
        if (!gone.isEmpty()) {
            tellOthers(session, Messages.update(gone));
        }
        List<ParticipantInfo> others = new ArrayList<>();
        for (Session other : byIdentity.values()) {
            if (other != session && other.isVisible()) {
                others.add(other.info());
            }
        }
        session.start(others);
        for (Session other : byIdentity.values()) {
            if (other != session && other.isVisible()) {
                other.tracks().published().forEach(track -> session.onTrackPublished(other, track));
            }
        }
    }

    /** A participant changed: others hear of it, and it hears of itself. */
    void onChanged(Session session) {
        if (byIdentity.get(session.identity()) == session) {
            ParticipantInfo info = session.nextInfo();
            if (session.isVisible()) {
                tellOthers(session, Messages.update(List.of(info)));
            }
            session.send(Messages.update(List.of(info)));
        }
    }

    void onTrackPublished(Session publisher, Track track) {
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

    /** A session ended; others hear of it unless another took its identity. */
    void onEnded(Session session) {
        if (byIdentity.remove(session.identity(), session)) {
            if (session.wasVisible()) {
                tellOthers(session, Messages.update(List.of(session.info())));
            }
            if (byIdentity.isEmpty()) {
                onEmpty.accept(this);
            }
        }
        session.tracks().published().forEach(track -> onTrackUnpublished(session, track.sid()));
    }

    private void tellOthers(Session except, SignalResponse message) {
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

    RoomHandle handle() {
        return handle;
    }

    LivekitModels.Room info() {
        return LivekitModels.Room.newBuilder()
                .setSid(sid)
                .setName(name)
                .setCreationTime(createdAtSeconds)
                .setCreationTimeMs(createdAtSeconds * 1000)
                .setDepartureTimeout(scope.config().room().departureTimeout())
                .setMaxParticipants(scope.config().room().maxParticipants())
                .setNumParticipants(byIdentity.size())
                .addAllEnabledCodecs(ServerDescription.codecs())
                .build();
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
        SpeakersChanged.Builder speakers = SpeakersChanged.newBuilder();
        for (Level level : changed) {
            Session speaker = publisherOf(level.trackId());
            if (speaker != null && speaker.isVisible()) {
                speakers.addSpeakers(
                        SpeakerInfo.newBuilder()
                                .setSid(speaker.sid())
                                .setLevel((float) level.level())
                                .setActive(level.level() > 0));
            }
        }
        if (speakers.getSpeakersCount() > 0) {
            SignalResponse message =
                    SignalResponse.newBuilder().setSpeakersChanged(speakers).build();
            byIdentity.values().forEach(session -> session.send(message));
        }
    }

    void leaveAll(DisconnectReason reason) {
        for (Session session : List.copyOf(byIdentity.values())) {
            session.end(reason, LeaveRequest.Action.RECONNECT);
        }
    }

    void close() {
        quality.close();
        handle.close();
    }
}
