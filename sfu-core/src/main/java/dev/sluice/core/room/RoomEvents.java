package dev.sluice.core.room;

import java.util.List;

/** What a room's creator is told; called on the worker, so post it on. */
public interface RoomEvents {
    /**
     * How loud a track is.
     *
     * @param trackId the published track
     * @param level 0…1; 0 means that its speaker fell silent
     */
    record Level(String trackId, double level) {}

    /** Levels that changed by a step since the last call. */
    void onLevels(List<Level> changed);

    /**
     * The layers of a track that anybody wants changed; the publisher may stop to send the others.
     *
     * @param layer highest layer wanted, −1 for none
     */
    default void onDemand(String trackId, int layer) {}
}
