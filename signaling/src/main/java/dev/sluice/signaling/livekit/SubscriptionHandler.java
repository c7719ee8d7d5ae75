package dev.sluice.signaling.livekit;

import dev.sluice.core.congestion.LayerReason;
import dev.sluice.core.media.Wish;
import java.util.ArrayList;
import java.util.List;
import livekit.LivekitModels.ParticipantTracks;
import livekit.LivekitModels.SubscriptionError;
import livekit.LivekitModels.VideoQuality;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SubscriptionResponse;
import livekit.LivekitRtc.UpdateSubscription;
import livekit.LivekitRtc.UpdateTrackSettings;

/** Messages about the tracks a participant receives. */
final class SubscriptionHandler {
    private SubscriptionHandler() {}

    static void onSubscription(Session session, SignalRoom room, UpdateSubscription request) {
        set(
                session,
                room,
                request.getTrackSidsList(),
                request.getParticipantTracksList(),
                request.getSubscribe());
    }

    /**
     * Subscribes to tracks or no longer does.
     *
     * @param ofParticipants further ones, by participant
     */
    static void set(
            Session session,
            SignalRoom room,
            List<String> trackSids,
            List<ParticipantTracks> ofParticipants,
            boolean wanted) {
        List<String> sids = new ArrayList<>(trackSids);
        ofParticipants.forEach(tracks -> sids.addAll(tracks.getTrackSidsList()));
        for (String sid : sids) {
            if (wanted) {
                subscribe(session, room, sid);
            } else {
                session.subscriber().remove(sid);
            }
        }
    }

    private static void subscribe(Session session, SignalRoom room, String sid) {
        Session publisher = room.publisherOf(sid);
        Track track = publisher == null ? null : publisher.tracks().find(sid);
        if (publisher == null
                || publisher == session
                || !publisher.isVisible()
                || track == null
                || !track.isPublished()
                || !session.mayReceive(publisher, track)) {
            session.send(
                    SignalResponse.newBuilder()
                            .setSubscriptionResponse(
                                    SubscriptionResponse.newBuilder()
                                            .setTrackSid(sid)
                                            .setErr(SubscriptionError.SE_TRACK_NOTFOUND))
                            .build());
            return;
        }
        session.subscriber().add(publisher, track);
    }

    /** Width and height beat quality, as the SDKs that send sizes expect. */
    static void onTrackSetting(Session session, SignalRoom room, UpdateTrackSettings settings) {
        for (String sid : settings.getTrackSidsList()) {
            Session publisher = room.publisherOf(sid);
            Track track = publisher == null ? null : publisher.tracks().find(sid);
            if (track == null) {
                continue;
            }
            int layer;
            if (settings.getWidth() > 0) {
                layer = track.layerFor(settings.getWidth(), settings.getHeight());
            } else if (settings.getQuality() == VideoQuality.UNRECOGNIZED) {
                continue;
            } else {
                layer = track.layerFor(settings.getQuality());
            }
            LayerReason cause =
                    settings.getWidth() > 0
                            ? LayerReason.SUBSCRIBER_SIZE
                            : LayerReason.SUBSCRIBER_QUALITY;
            int fps = Math.max(0, settings.getFps());
            int priority = Math.clamp(settings.getPriority(), 0, 255);
            boolean disabled = settings.getDisabled();
            session.subscriber().wish(sid, new Wish(layer, cause, fps, priority, disabled));
        }
    }
}
