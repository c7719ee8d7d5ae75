package dev.sluice.signaling.livekit;

import java.util.List;
import java.util.stream.Stream;
import livekit.LivekitModels.Codec;
import livekit.LivekitModels.ServerInfo;

/** How the server describes itself to clients. */
final class ServerDescription {
    /**
     * Protocol that we announce; clients gate features on it and on the version, which stands for
     * the set of features of LiveKit's server 1.9.
     */
    static final int PROTOCOL = 16;

    private static final String COMPATIBLE_VERSION = "1.9.0";

    private ServerDescription() {}

    static String version() {
        return COMPATIBLE_VERSION;
    }

    static ServerInfo info(String ownVersion) {
        return ServerInfo.newBuilder()
                .setEdition(ServerInfo.Edition.Standard)
                .setVersion(COMPATIBLE_VERSION)
                .setProtocol(PROTOCOL)
                .setNodeId("sluice-" + ownVersion)
                .build();
    }

    static List<Codec> codecs() {
        return Stream.of(
                        "audio/opus",
                        "audio/red",
                        "video/VP8",
                        "video/H264",
                        "video/VP9",
                        "video/AV1",
                        "video/H265")
                .map(mime -> Codec.newBuilder().setMime(mime).build())
                .toList();
    }
}
