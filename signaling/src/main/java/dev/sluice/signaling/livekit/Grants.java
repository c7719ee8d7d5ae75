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
 */
public record Grants(
        String identity,
        String name,
        String metadata,
        Map<String, String> attributes,
        String kind,
        String room,
        Video video) {

    /**
     * @return the same, not shown to others
     */
    public Grants hidden() {
        Video unseen =
                new Video(
                        video.roomJoin,
                        video.canPublish,
                        video.canSubscribe,
                        video.canPublishData,
                        video.sources,
                        video.canUpdateOwnMetadata,
                        true);
        return new Grants(identity, name, metadata, attributes, kind, room, unseen);
    }

    /**
     * @param roomJoin may join
     * @param canPublish may publish tracks
     * @param canSubscribe may receive tracks
     * @param canPublishData may send data messages
     * @param sources the only sources it may publish, empty for all
     * @param canUpdateOwnMetadata may change its own metadata
     * @param hidden is not shown to others
     */
    public record Video(
            boolean roomJoin,
            boolean canPublish,
            boolean canSubscribe,
            boolean canPublishData,
            List<String> sources,
            boolean canUpdateOwnMetadata,
            boolean hidden) {

        /**
         * @return whether a track of this source (camera, microphone, …) may be published
         */
        public boolean maySend(String source) {
            return canPublish && (sources.isEmpty() || sources.contains(source));
        }
    }
}
