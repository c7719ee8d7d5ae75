package dev.sluice.signaling.livekit;

import dev.sluice.core.media.MediaKind;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tracks that wait for a section in which the client receives, first come, first served. */
final class WaitingTracks {
    /** One of them, with who publishes it. */
    record Waiting(Session publisher, Track track) {}

    private final Map<String, Waiting> bySid = new LinkedHashMap<>();

    void add(Session publisher, Track track) {
        bySid.put(track.sid(), new Waiting(publisher, track));
    }

    /**
     * @return whether it waited
     */
    boolean remove(String trackSid) {
        return bySid.remove(trackSid) != null;
    }

    boolean has(String trackSid) {
        return bySid.containsKey(trackSid);
    }

    boolean isEmpty() {
        return bySid.isEmpty();
    }

    long count(MediaKind kind) {
        return bySid.values().stream().filter(each -> each.track.kind() == kind).count();
    }

    /**
     * @return the next of a kind, which waits no more; null when there is none
     */
    @Nullable Waiting take(MediaKind kind) {
        for (Waiting each : bySid.values()) {
            if (each.track.kind() == kind) {
                bySid.remove(each.track.sid());
                return each;
            }
        }
        return null;
    }
}
