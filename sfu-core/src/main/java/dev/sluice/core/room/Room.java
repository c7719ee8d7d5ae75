package dev.sluice.core.room;

import dev.sluice.core.data.DataRoom;
import dev.sluice.core.data.DataScope;
import dev.sluice.core.loop.Deadlines;
import dev.sluice.core.media.AudioSelector;
import dev.sluice.core.media.Demand;
import dev.sluice.core.media.MediaScope;
import dev.sluice.core.media.PublishedTrack;
import dev.sluice.core.transport.TransportScope;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The peers and tracks of one room on one worker. */
public final class Room {
    private final TransportScope transports;
    private final MediaScope media;
    private final DataScope dataScope;
    private final DataRoom data;
    private final Set<Peer> peers = new HashSet<>();
    private final Map<String, PublishedTrack> tracks = new HashMap<>();
    private final @Nullable RoomEvents events;
    private @Nullable AudioSelector audio;
    private final @Nullable SpeakerDetector speakers;
    private final Deadlines.@Nullable Timer speakerTimer;

    public Room(
            long nowNanos,
            TransportScope transports,
            MediaScope media,
            DataScope dataScope,
            RoomEvents events) {
        this.transports = transports;
        this.media = media;
        this.dataScope = dataScope;
        this.data = new DataRoom(media.counters(), media.deadlines());
        this.events = events;
        this.speakers = new SpeakerDetector(nowNanos, tracks, events);
        this.speakerTimer = media.deadlines().add(speakers);
    }

    /** A part of a room on another than its home worker: subscribers only, tracks come by relay. */
    public Room(TransportScope transports, MediaScope media, DataScope dataScope) {
        this.transports = transports;
        this.media = media;
        this.dataScope = dataScope;
        this.data = new DataRoom(media.counters(), media.deadlines());
        this.events = null;
        this.speakers = null;
        this.speakerTimer = null;
    }

    TransportScope transports() {
        return transports;
    }

    MediaScope media() {
        return media;
    }

    DataScope dataScope() {
        return dataScope;
    }

    /**
     * @return the members that get each other's messages; on the home worker only
     */
    public DataRoom data() {
        return data;
    }

    void add(Peer peer) {
        peers.add(peer);
    }

    void remove(Peer peer) {
        peers.remove(peer);
    }

    public void add(PublishedTrack track) {
        tracks.put(track.id(), track);
        if (events != null && track.isAudio() && media.audio().most() > 0) {
            if (audio == null) {
                audio = new AudioSelector(media.audio().most(), media.audio().small());
            }
            track.select(audio);
        }
        if (events != null && !track.isAudio() && track.encodings().size() > 1) {
            long nowNanos = transports.clock().nowNanos();
            track.demand(new Demand(nowNanos, track, events::onDemand, media.deadlines()));
        }
    }

    public void remove(PublishedTrack track) {
        if (tracks.remove(track.id(), track) && speakers != null) {
            speakers.forget(track.id());
        }
    }

    /**
     * @return the published track with this id, null when there is none
     */
    public @Nullable PublishedTrack track(String id) {
        return tracks.get(id);
    }

    /** Ends every peer without telling it. */
    public void close() {
        for (Peer peer : Set.copyOf(peers)) {
            peer.close();
        }
        data.close();
        if (speakerTimer != null) {
            speakerTimer.cancel();
        }
    }
}
