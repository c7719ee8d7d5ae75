package dev.sluice.signaling.livekit;

import com.google.protobuf.UnsafeByteOperations;
import io.netty.buffer.ByteBuf;
import livekit.LivekitModels.DataPacket;
import livekit.LivekitModels.UserPacket;

/** Messages of applications as clients of LiveKit read them. */
@SuppressWarnings("deprecation") // older clients read these fields
final class UserPackets {
    private UserPackets() {}

    /**
     * Writes a message that came as it is.
     *
     * @param topic the channel it came by
     */
    static ByteBuf write(
            ByteBuf payload, boolean lossy, String topic, String identity, String sid) {
        UserPacket.Builder user =
                UserPacket.newBuilder()
                        .setTopic(topic)
                        .setParticipantIdentity(identity)
                        .setParticipantSid(sid)
                        .setPayload(UnsafeByteOperations.unsafeWrap(payload.nioBuffer()));
        byte[] bytes =
                DataPacket.newBuilder()
                        .setKind(kind(!lossy))
                        .setParticipantIdentity(identity)
                        .setParticipantSid(sid)
                        .setUser(user)
                        .build()
                        .toByteArray();
        return payload.alloc().buffer(bytes.length).writeBytes(bytes);
    }

    /** Writes a message of the server. */
    static byte[] write(boolean reliable, UserPacket user) {
        return DataPacket.newBuilder()
                .setKind(kind(reliable))
                .addAllDestinationIdentities(user.getDestinationIdentitiesList())
                .setUser(user)
                .build()
                .toByteArray();
    }

    private static DataPacket.Kind kind(boolean reliable) {
        return reliable ? DataPacket.Kind.RELIABLE : DataPacket.Kind.LOSSY;
    }
}
