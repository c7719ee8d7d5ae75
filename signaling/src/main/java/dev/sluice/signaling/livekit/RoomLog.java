package dev.sluice.signaling.livekit;

import dev.sluice.signaling.livekit.RoomEvent.Kind;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.List;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.Room;
import livekit.LivekitModels.TrackInfo;
import org.jspecify.annotations.Nullable;

/** What happens in one room, numbered in its order; the latest are kept for who asks. */
final class RoomLog {
    private static final int KEPT = 100;

    private final Clock clock;
    private final RoomEvent.Listener listener;
    private final ArrayDeque<RoomEvent> latest = new ArrayDeque<>();
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
        if (latest.size() == KEPT) {
            latest.remove();
        }
        latest.add(event);
        listener.onEvent(event);
    }

    /**
     * @return the latest events, oldest first
     */
    List<RoomEvent> latest() {
        return List.copyOf(latest);
    }
}
