package dev.sluice.core.room;

import dev.sluice.core.transport.CloseReason;

/** What a peer's creator is told; called on the worker, so post it on. */
public interface PeerEvents {
    /** ICE, DTLS and SRTP are up. */
    void onConnected();

    /** A subscribed track was paused, or is forwarded again, as the network takes it. */
    default void onPaused(String trackId, boolean paused) {}

    /** Nothing authentic came for five seconds, or something did again. */
    default void onQuiet(boolean quiet) {}

    /** The transport ended by itself. */
    void onClosed(CloseReason reason);
}
