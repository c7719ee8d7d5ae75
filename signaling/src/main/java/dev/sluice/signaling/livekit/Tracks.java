package dev.sluice.signaling.livekit;

import dev.sluice.core.media.MediaKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tracks of one participant, announced and published, in order of announcement. */
final class Tracks {
    private final Map<String, Track> bySid = new LinkedHashMap<>();

    void add(Track track) {
        bySid.put(track.sid(), track);
    }

    @Nullable Track remove(String sid) {
        return bySid.remove(sid);
    }

    @Nullable Track find(String sid) {
        return bySid.get(sid);
    }

    @Nullable Track byCid(String cid) {
        for (Track track : bySid.values()) {
            if (track.answersTo(cid)) {
                return track;
            }
        }
        return null;
    }

    /**
     * @return the announced track that a media section carries: by the client's id, else the oldest
     *     unpublished one of its kind, since some browsers make ids of their own
     */
    @Nullable Track match(String clientTrackId, MediaKind kind) {
        Track named = byCid(clientTrackId);
        if (named != null) {
            return named.kind() == kind ? named : null;
        }
        for (Track track : bySid.values()) {
            if (!track.isPublished() && track.kind() == kind) {
                return track;
            }
        }
        return null;
    }

    List<Track> published() {
        return bySid.values().stream().filter(Track::isPublished).toList();
    }

    int size() {
        return bySid.size();
    }
}
