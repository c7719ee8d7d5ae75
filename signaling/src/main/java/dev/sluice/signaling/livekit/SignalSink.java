package dev.sluice.signaling.livekit;

import livekit.LivekitRtc.SignalResponse;

/** One client's connection as its session sees it. */
public interface SignalSink {
    void send(SignalResponse message);

    /** Closes the connection after what was sent; idempotent. */
    void close(int code);
}
