package dev.sluice.signaling.livekit;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.Room;
import livekit.LivekitModels.SpeakerInfo;
import livekit.LivekitModels.VideoQuality;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.ParticipantUpdate;
import livekit.LivekitRtc.RequestResponse;
import livekit.LivekitRtc.RoomUpdate;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SpeakersChanged;
import livekit.LivekitRtc.StreamState;
import livekit.LivekitRtc.StreamStateInfo;
import livekit.LivekitRtc.StreamStateUpdate;
import livekit.LivekitRtc.SubscribedCodec;
import livekit.LivekitRtc.SubscribedQuality;
import livekit.LivekitRtc.SubscribedQualityUpdate;
import livekit.LivekitRtc.SubscriptionPermissionUpdate;
import livekit.LivekitRtc.TrackSubscribed;

/** Responses that more than one place sends. */
final class Messages {
    private Messages() {}

    static SignalResponse speakers(List<SpeakerInfo> changed) {
        return SignalResponse.newBuilder()
                .setSpeakersChanged(SpeakersChanged.newBuilder().addAllSpeakers(changed))
                .build();
    }

    static SignalResponse update(Collection<ParticipantInfo> participants) {
        return SignalResponse.newBuilder()
                .setUpdate(ParticipantUpdate.newBuilder().addAllParticipants(participants))
                .build();
    }

    static SignalResponse roomUpdate(Room room) {
        return SignalResponse.newBuilder()
                .setRoomUpdate(RoomUpdate.newBuilder().setRoom(room))
                .build();
    }

    static SignalResponse permission(String participantSid, String trackSid, boolean allowed) {
        return SignalResponse.newBuilder()
                .setSubscriptionPermissionUpdate(
                        SubscriptionPermissionUpdate.newBuilder()
                                .setParticipantSid(participantSid)
                                .setTrackSid(trackSid)
                                .setAllowed(allowed))
                .build();
    }

    static SignalResponse subscribed(String trackSid) {
        return SignalResponse.newBuilder()
                .setTrackSubscribed(TrackSubscribed.newBuilder().setTrackSid(trackSid))
                .build();
    }

    static SignalResponse leave(DisconnectReason reason, LeaveRequest.Action action) {
        return SignalResponse.newBuilder()
                .setLeave(
                        LeaveRequest.newBuilder()
                                .setReason(reason)
                                .setAction(action)
                                // older clients know only this flag
                                .setCanReconnect(action != LeaveRequest.Action.DISCONNECT))
                .build();
    }

    static SignalResponse refused(int requestId, RequestResponse.Reason reason, String message) {
        return SignalResponse.newBuilder()
                .setRequestResponse(
                        RequestResponse.newBuilder()
                                .setRequestId(requestId)
                                .setReason(reason)
                                .setMessage(message))
                .build();
    }

    static SignalResponse streamState(String participantSid, String trackSid, boolean paused) {
        return SignalResponse.newBuilder()
                .setStreamStateUpdate(
                        StreamStateUpdate.newBuilder()
                                .addStreamStates(
                                        StreamStateInfo.newBuilder()
                                                .setParticipantSid(participantSid)
                                                .setTrackSid(trackSid)
                                                .setState(
                                                        paused
                                                                ? StreamState.PAUSED
                                                                : StreamState.ACTIVE)))
                .build();
    }

    /** Which qualities of a track anybody wants (dynacast). */
    @SuppressWarnings("deprecation") // older clients read the list without codecs
    static SignalResponse subscribedQuality(
            String trackSid, String codec, Map<VideoQuality, Boolean> wanted) {
        SubscribedQualityUpdate.Builder update =
                SubscribedQualityUpdate.newBuilder().setTrackSid(trackSid);
        SubscribedCodec.Builder ofCodec = SubscribedCodec.newBuilder().setCodec(codec);
        wanted.forEach((quality, enabled) -> {
            SubscribedQuality.Builder each =
                    SubscribedQuality.newBuilder().setQuality(quality).setEnabled(enabled);
            update.addSubscribedQualities(each);
            ofCodec.addQualities(each);
        });
        return SignalResponse.newBuilder()
                .setSubscribedQualityUpdate(update.addSubscribedCodecs(ofCodec))
                .build();
    }
}
