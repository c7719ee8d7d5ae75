package dev.sluice.signaling.livekit;

import dev.sluice.signaling.config.ServerConfig;

/**
 * What holds for one room. Immutable.
 *
 * @param metadata for its participants, may be empty
 * @param maxParticipants 0 for any number
 * @param emptyTimeout seconds that it stays when nobody ever came
 * @param departureTimeout seconds that it stays after the last left
 */
record RoomOptions(String metadata, int maxParticipants, int emptyTimeout, int departureTimeout) {
    static RoomOptions of(ServerConfig.RoomRules rules) {
        return new RoomOptions(
                "", rules.maxParticipants(), rules.emptyTimeout(), rules.departureTimeout());
    }

    RoomOptions withMetadata(String changed) {
        return new RoomOptions(changed, maxParticipants, emptyTimeout, departureTimeout);
    }
}
