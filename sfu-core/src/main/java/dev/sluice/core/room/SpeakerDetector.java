package dev.sluice.core.room;

import dev.sluice.core.loop.Timed;
import dev.sluice.core.media.PublishedTrack;
import dev.sluice.core.room.RoomEvents.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the level meters of a room's audio tracks every 400 ms and tells what changed. */
final class SpeakerDetector implements Timed {
    private static final long WINDOW_NANOS = 400_000_000L;

    /** Levels are told in eighths: finer changes move nothing on a screen. */
    private static final int STEPS = 8;

    private final Map<String, PublishedTrack> tracks;
    private final RoomEvents events;
    private final Map<String, Integer> told = new HashMap<>();
    private long nextNanos;

    SpeakerDetector(long nowNanos, Map<String, PublishedTrack> tracks, RoomEvents events) {
        this.tracks = tracks;
        this.events = events;
        this.nextNanos = nowNanos + WINDOW_NANOS;
    }

    /** A track is gone: its speaker is silent. */
    void forget(String trackId) {
        told.remove(trackId);
    }

    @Override
    public long nextTimeout() {
        return nextNanos;
    }

    @Override
    public void onTimeout(long nowNanos) {
        nextNanos = nowNanos + WINDOW_NANOS;
        List<Level> changed = List.of();
        for (PublishedTrack track : tracks.values()) {
            if (!track.isAudio()) {
                continue;
            }
            double level = track.level().endWindow();
            int step = (int) Math.ceil(level * STEPS);
            if (told.getOrDefault(track.id(), 0) != step) {
                told.put(track.id(), step);
                if (changed.isEmpty()) {
                    changed = new ArrayList<>();
                }
                changed.add(new Level(track.id(), level));
            }
        }
        if (!changed.isEmpty()) {
            events.onLevels(changed);
        }
    }
}
