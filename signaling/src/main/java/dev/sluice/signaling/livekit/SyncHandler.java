package dev.sluice.signaling.livekit;

import dev.sluice.core.congestion.LayerReason;
import dev.sluice.core.media.Wish;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.SyncState;
import livekit.LivekitRtc.TrackPublishedResponse;

/** What a client that resumed believes is so. */
final class SyncHandler {
    private SyncHandler() {}

    static void onSyncState(Session session, SignalRoom room, SyncState state) {
        for (TrackPublishedResponse published : state.getPublishTracksList()) {
            if (session.tracks().find(published.getTrack().getSid()) == null) {
                session.end(DisconnectReason.STATE_MISMATCH, LeaveRequest.Action.RECONNECT);
                return;
            }
        }
        // the subscriptions named are the exceptions from what the client wants on the whole
        SubscriptionHandler.onSubscription(session, room, state.getSubscription());
        Wish nothing = new Wish(Wish.HIGHEST, LayerReason.SUBSCRIBER_DISABLED, 0, 0, true);
        for (String sid : state.getTrackSidsDisabledList()) {
            session.subscriber().wish(sid, nothing);
        }
    }
}
