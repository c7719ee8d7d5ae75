package dev.sluice.signaling.livekit;

import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.ParticipantPermission;
import livekit.LivekitModels.TrackSource;

/** A session as others may see it. */
final class ParticipantInfos {
    private ParticipantInfos() {}

    static ParticipantInfo of(Session session) {
        Grants grants = session.grants();
        ParticipantInfo.Builder info =
                ParticipantInfo.newBuilder()
                        .setSid(session.sid())
                        .setIdentity(grants.identity())
                        .setName(grants.name())
                        .setMetadata(grants.metadata())
                        .putAllAttributes(grants.attributes())
                        .setState(session.state())
                        .setJoinedAt(session.joinedAtMillis() / 1000)
                        .setJoinedAtMs(session.joinedAtMillis())
                        .setVersion(session.version())
                        .setIsPublisher(!session.tracks().published().isEmpty())
                        .setPermission(permission(grants.video()));
        for (Track track : session.tracks().published()) {
            info.addTracks(track.info());
        }
        if (session.isEnded()) {
            info.setDisconnectReason(session.disconnectReason());
        }
        return info.build();
    }

    private static ParticipantPermission permission(Grants.Video video) {
        ParticipantPermission.Builder permission =
                ParticipantPermission.newBuilder()
                        .setCanPublish(video.canPublish())
                        .setCanSubscribe(video.canSubscribe())
                        .setCanPublishData(video.canPublishData())
                        .setHidden(video.hidden())
                        .setCanUpdateMetadata(video.canUpdateOwnMetadata());
        for (TrackSource source : TrackSource.values()) {
            if (source != TrackSource.UNRECOGNIZED
                    && video.sources().contains(TrackHandler.sourceName(source))) {
                permission.addCanPublishSources(source);
            }
        }
        return permission.build();
    }
}
