package dev.sluice.signaling.livekit;

import dev.sluice.core.PeerHandle;
import dev.sluice.core.media.Wish;
import org.jspecify.annotations.Nullable;

/** What a session receives, on whichever peer connection. */
interface Subscriptions {
    /** Begins to negotiate, where the server offers first. */
    void start();

    /** Receives a track; one that is received already is not received twice. */
    void add(Session publisher, Track track);

    /** No longer receives a track; unknown ones are ignored. */
    void remove(String trackSid);

    /** Says what is wanted of a track. */
    void wish(String trackSid, Wish wish);

    /**
     * @return whether the track is received, or about to be
     */
    boolean has(String trackSid);

    /** The client is back after its signaling was lost. */
    void restart();

    int trackCount();

    /**
     * @return the peer that receives, null while there is none
     */
    @Nullable PeerHandle peer();

    void close();
}
