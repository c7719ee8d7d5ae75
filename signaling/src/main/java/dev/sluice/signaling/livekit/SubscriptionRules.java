package dev.sluice.signaling.livekit;

import livekit.LivekitRtc.SubscriptionPermission;
import livekit.LivekitRtc.TrackPermission;

/** Who may receive a participant's tracks, as the participant says itself: all, at first. */
final class SubscriptionRules {
    private SubscriptionPermission rules =
            SubscriptionPermission.newBuilder().setAllParticipants(true).build();

    void set(SubscriptionPermission changed) {
        rules = changed;
    }

    /**
     * @return whether this participant may receive this track
     */
    boolean allows(Session subscriber, String trackSid) {
        if (rules.getAllParticipants()) {
            return true;
        }
        for (TrackPermission each : rules.getTrackPermissionsList()) {
            boolean named =
                    each.getParticipantIdentity().isEmpty()
                            ? each.getParticipantSid().equals(subscriber.sid())
                            : each.getParticipantIdentity().equals(subscriber.identity());
            if (named && (each.getAllTracks() || each.getTrackSidsList().contains(trackSid))) {
                return true;
            }
        }
        return false;
    }
}
