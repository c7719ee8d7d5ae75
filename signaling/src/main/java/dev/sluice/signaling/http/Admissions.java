package dev.sluice.signaling.http;

import dev.sluice.signaling.livekit.Rooms;
import dev.sluice.signaling.livekit.Session;
import dev.sluice.signaling.livekit.SignalCodec;
import dev.sluice.signaling.livekit.SignalSink;
import io.netty.channel.group.ChannelGroup;

/** Lets admitted WebSockets into rooms, and knows all of them. */
final class Admissions {
    private final Rooms rooms;
    private final SignalCodec codec;
    private final ChannelGroup open;

    Admissions(Rooms rooms, SignalCodec codec, ChannelGroup open) {
        this.rooms = rooms;
        this.codec = codec;
        this.open = open;
    }

    Session join(Routes.Admission admission, SignalSink sink) {
        return rooms.join(admission.grants(), admission.client(), sink);
    }

    SignalCodec codec() {
        return codec;
    }

    /**
     * @return the open WebSockets; a connection enters itself
     */
    ChannelGroup open() {
        return open;
    }
}
