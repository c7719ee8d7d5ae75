package dev.sluice.signaling.livekit;

import java.util.List;
import java.util.Map;

/**
 * What a token allows. Immutable.
 *
 * @param identity who it is
 * @param name display name, may be empty
 * @param metadata of the participant, may be empty
 * @param attributes of the participant
 * @param kind standard, ingress, egress, sip or agent
 * @param room the only room it lets in to, empty for none
 * @param video the rights in that room
 * @param admin the rights over rooms
 */
public record Grants(
        String identity,
        String name,
        String metadata,
        Map<String, String> attributes,
        String kind,
        String room,
        Video video,
        Admin admin) {

    /**
     * @return the same, not shown to others
     */
    public Grants hidden() {
        return with(
                new Video(
                        video.roomJoin,
                        video.canPublish,
                        video.canSubscribe,
                        video.canPublishData,
                        video.sources,
                        video.canUpdateOwnMetadata,
                        true,
                        video.recorder));
    }

    /**
     * @return the same with other rights in the room
     */
    Grants with(Video other) {
        return new Grants(identity, name, metadata, attributes, kind, room, other, admin);
    }

    /**
     * @return the same participant described otherwise
     */
    Grants with(String otherName, String otherMetadata, Map<String, String> otherAttributes) {
        return new Grants(
                identity, otherName, otherMetadata, otherAttributes, kind, room, video, admin);
    }

    /**
     * @param roomCreate may create and delete rooms
     * @param roomList may list rooms
     * @param roomAdmin may administer the room of the token
     */
    public record Admin(boolean roomCreate, boolean roomList, boolean roomAdmin) {
        /** No rights. */
        public static final Admin NONE = new Admin(false, false, false);
    }

    /**
     * @param roomJoin may join
     * @param canPublish may publish tracks
     * @param canSubscribe may receive tracks
     * @param canPublishData may send data messages
     * @param sources the only sources it may publish, empty for all
     * @param canUpdateOwnMetadata may change its own metadata
     * @param hidden is not shown to others
     * @param recorder records the room
     */
    public record Video(
            boolean roomJoin,
            boolean canPublish,
            boolean canSubscribe,
            boolean canPublishData,
            List<String> sources,
            boolean canUpdateOwnMetadata,
            boolean hidden,
            boolean recorder) {

        /**
         * @return whether a track of this source (camera, microphone, …) may be published
         */
        public boolean maySend(String source) {
            return canPublish && (sources.isEmpty() || sources.contains(source));
        }
    }
}
