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

    /**
     * @return rights as the API sets them; who is hidden or records is told by the token alone
     */
    static Grants.Video video(Grants.Video before, ParticipantPermission permission) {
        return new Grants.Video(
                before.roomJoin(),
                permission.getCanPublish(),
                permission.getCanSubscribe(),
                permission.getCanPublishData(),
                permission.getCanPublishSourcesList().stream()
                        .map(TrackHandler::sourceName)
                        .toList(),
                permission.getCanUpdateMetadata(),
                before.hidden(),
                before.recorder());
    }

    @SuppressWarnings("deprecation") // clients still show recorders by it
    private static ParticipantPermission permission(Grants.Video video) {
        ParticipantPermission.Builder permission =
                ParticipantPermission.newBuilder()
                        .setCanPublish(video.canPublish())
                        .setCanSubscribe(video.canSubscribe())
                        .setCanPublishData(video.canPublishData())
                        .setHidden(video.hidden())
                        .setRecorder(video.recorder())
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
