package dev.sluice.signaling.livekit;

import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.Room;
import livekit.LivekitModels.TrackInfo;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a room. Immutable.
 *
 * @param kind what
 * @param number in its room, from 1 on
 * @param atMillis when, since 1970
 * @param room as it was then
 * @param participant who, null for the room itself
 * @param track which, null for the others
 */
public record RoomEvent(
        Kind kind,
        long number,
        long atMillis,
        Room room,
        @Nullable ParticipantInfo participant,
        @Nullable TrackInfo track) {
    /** What happens in rooms, in lower case as webhooks name it. */
    public enum Kind {
        ROOM_STARTED,
        ROOM_FINISHED,
        PARTICIPANT_JOINED,
        PARTICIPANT_LEFT,
        PARTICIPANT_CONNECTION_ABORTED,
        TRACK_PUBLISHED,
        TRACK_UNPUBLISHED
    }

    /** Who hears of events, in the order in which they happened in their room. */
    public interface Listener {
        void onEvent(RoomEvent event);
    }
}
