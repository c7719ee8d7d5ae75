package dev.sluice.signaling.livekit;

import java.util.List;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitRtc.JoinResponse;
import livekit.LivekitRtc.ReconnectResponse;
import livekit.LivekitRtc.SignalResponse;

/** The first messages of a session, and of one that goes on. */
final class Greetings {
    private static final int PING_TIMEOUT_SECONDS = 15;
    private static final int PING_INTERVAL_SECONDS = 5;

    private Greetings() {}

    static SignalResponse join(
            SignalScope scope, Session session, SignalRoom room, List<ParticipantInfo> others) {
        boolean serverOffers = session.client().flow() == ClientSettings.Flow.BOTH;
        return SignalResponse.newBuilder()
                .setJoin(
                        JoinResponse.newBuilder()
                                .setRoom(room.info())
                                .setParticipant(session.info())
                                .addAllOtherParticipants(others)
                                .setServerVersion(ServerDescription.version())
                                .setServerInfo(ServerDescription.info(scope.version()))
                                .setSubscriberPrimary(serverOffers)
                                .addAllIceServers(scope.turn().servers(session.sid()))
                                .setPingTimeout(PING_TIMEOUT_SECONDS)
                                .setPingInterval(PING_INTERVAL_SECONDS)
                                .addAllEnabledPublishCodecs(ServerDescription.codecs()))
                .build();
    }

    static SignalResponse reconnect(SignalScope scope, Session session) {
        return SignalResponse.newBuilder()
                .setReconnect(
                        ReconnectResponse.newBuilder()
                                .setLastMessageSeq(session.data().lastNumber())
                                .addAllIceServers(scope.turn().servers(session.sid()))
                                .setServerInfo(ServerDescription.info(scope.version())))
                .build();
    }
}
