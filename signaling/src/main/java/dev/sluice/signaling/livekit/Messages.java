package dev.sluice.signaling.livekit;

import java.util.Collection;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.ParticipantUpdate;
import livekit.LivekitRtc.RequestResponse;
import livekit.LivekitRtc.SignalResponse;

/** Responses that more than one place sends. */
final class Messages {
    private Messages() {}

    static SignalResponse update(Collection<ParticipantInfo> participants) {
        return SignalResponse.newBuilder()
                .setUpdate(ParticipantUpdate.newBuilder().addAllParticipants(participants))
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
}
