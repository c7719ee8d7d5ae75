package dev.sluice.signaling.livekit;

import dev.sluice.signaling.livekit.RoomEvent.Kind;
import java.time.Clock;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.Room;
import livekit.LivekitModels.TrackInfo;
import org.jspecify.annotations.Nullable;

/** What happens in one room, numbered in its order. */
final class RoomLog {
    private final Clock clock;
    private final RoomEvent.Listener listener;
    private long number;

    RoomLog(Clock clock, RoomEvent.Listener listener) {
        this.clock = clock;
        this.listener = listener;
    }

    void add(
            Kind kind,
            Room room,
            @Nullable ParticipantInfo participant,
            @Nullable TrackInfo track) {
        RoomEvent event = new RoomEvent(kind, ++number, clock.millis(), room, participant, track);
        listener.onEvent(event);
    }
}
