package dev.sluice.signaling.livekit;

import java.util.Locale;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.MuteTrackRequest;
import livekit.LivekitRtc.RequestResponse;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.TrackPublishedResponse;

/** Messages about a participant's own tracks. */
final class TrackHandler {
    private TrackHandler() {}

    /**
     * @return the name that a token's {@code canPublishSources} uses
     */
    static String sourceName(TrackSource source) {
        return source.name().toLowerCase(Locale.ROOT);
    }

    static void onAddTrack(SignalScope scope, Session session, AddTrackRequest request) {
        boolean known =
                request.getType() == TrackType.AUDIO || request.getType() == TrackType.VIDEO;
        if (!session.grants().video().maySend(sourceName(request.getSource()))) {
            refuse(
                    session,
                    request,
                    RequestResponse.Reason.NOT_ALLOWED,
                    "the token does not allow it");
        } else if (!known || request.getCid().isEmpty()) {
            refuse(
                    session,
                    request,
                    RequestResponse.Reason.UNSUPPORTED_TYPE,
                    "expected an audio or video track with a cid");
        } else if (session.tracks().size() >= scope.config().limit().tracksPerParticipant()
                || request.getName().length() > Rooms.MAX_NAME
                || request.getCid().length() > Rooms.MAX_NAME) {
            refuse(
                    session,
                    request,
                    RequestResponse.Reason.LIMIT_EXCEEDED,
                    "too many tracks, or a name of over 256 characters");
        } else if (!session.mayPublishMore()) {
            refuse(
                    session,
                    request,
                    RequestResponse.Reason.LIMIT_EXCEEDED,
                    Rooms.Refusal.OVERLOADED.text());
        } else {
            add(scope, session, request);
        }
    }

    private static void add(SignalScope scope, Session session, AddTrackRequest request) {
        Track track = session.tracks().byCid(request.getCid());
        if (track == null) {
            track = new Track(scope.sids().track(), request);
            session.tracks().add(track);
        }
        session.send(
                SignalResponse.newBuilder()
                        .setTrackPublished(
                                TrackPublishedResponse.newBuilder()
                                        .setCid(request.getCid())
                                        .setTrack(track.info()))
                        .build());
        session.publisher().onTrackAnnounced();
    }

    private static void refuse(
            Session session, AddTrackRequest request, RequestResponse.Reason reason, String why) {
        session.send(
                SignalResponse.newBuilder()
                        .setRequestResponse(
                                RequestResponse.newBuilder()
                                        .setReason(reason)
                                        .setMessage(why)
                                        .setAddTrack(request))
                        .build());
    }

    static void onMute(Session session, SignalRoom room, MuteTrackRequest request) {
        Track track = session.tracks().find(request.getSid());
        if (track != null) {
            mute(session, room, track, request.getMuted());
        }
    }

    static void mute(Session session, SignalRoom room, Track track, boolean muted) {
        if (track.info().getMuted() != muted) {
            track.muted(muted);
            room.onChanged(session);
        }
    }
}
