package dev.sluice.core.room;

import dev.sluice.core.transport.CloseReason;

/** What a peer's creator is told; called on the worker, so post it on. */
public interface PeerEvents {
    /** ICE, DTLS and SRTP are up. */
    void onConnected();

    /** The transport ended by itself. */
    void onClosed(CloseReason reason);
}
