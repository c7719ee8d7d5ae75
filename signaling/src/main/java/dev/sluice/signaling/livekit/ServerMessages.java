package dev.sluice.signaling.livekit;

import com.google.protobuf.ByteString;
import dev.sluice.core.RoomHandle;
import dev.sluice.core.data.DataMessage;
import dev.sluice.core.data.DataMessage.Form;
import dev.sluice.signaling.livekit.TwirpException.Code;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HashSet;
import java.util.Set;
import livekit.LivekitModels.DataPacket;
import livekit.LivekitModels.UserPacket;
import livekit.LivekitRoom.SendDataRequest;

/** Messages that the API sends to rooms. Runs on the control loop. */
final class ServerMessages {
    private static final int MAX_DATA = 64_000;
    private static final int NONCE = 16;

    private final RecentNonces nonces = new RecentNonces();

    /**
     * Sends one, unless it was sent before: a caller that heard no answer asks again.
     *
     * @throws TwirpException when the request makes no sense
     */
    @SuppressWarnings("deprecation") // as older clients of the API name destinations
    void send(long nowMillis, SignalRoom room, SendDataRequest request) throws TwirpException {
        check(request.getData().size() <= MAX_DATA, "data: at most 64,000 bytes");
        ByteString nonce = request.getNonce();
        check(nonce.isEmpty() || nonce.size() == NONCE, "nonce: expected 16 bytes");
        if (!nonce.isEmpty() && !nonces.add(nowMillis, nonce)) {
            return;
        }
        UserPacket.Builder user =
                UserPacket.newBuilder()
                        .setPayload(request.getData())
                        .addAllDestinationSids(request.getDestinationSidsList())
                        .addAllDestinationIdentities(request.getDestinationIdentitiesList());
        if (request.hasTopic()) {
            user.setTopic(request.getTopic());
        }
        Set<String> to = new HashSet<>(request.getDestinationIdentitiesList());
        to.addAll(request.getDestinationSidsList());
        boolean reliable = request.getKind() == DataPacket.Kind.RELIABLE;
        send(room.handle(), reliable, user.build(), to);
    }

    private static void send(RoomHandle room, boolean reliable, UserPacket user, Set<String> to) {
        ByteBuf packet = Unpooled.wrappedBuffer(UserPackets.write(reliable, user));
        String label = reliable ? DataLink.RELIABLE : DataLink.LOSSY;
        room.sendData(null, new DataMessage(Form.PACKET, label, false, reliable, packet, "", to));
        if (room.readsData(Form.PLAIN)) {
            ByteBuf payload = Unpooled.wrappedBuffer(user.getPayload().toByteArray());
            String topic = user.getTopic();
            room.sendData(
                    null, new DataMessage(Form.PLAIN, topic, false, reliable, payload, "", to));
        }
    }

    private static void check(boolean fine, String what) throws TwirpException {
        if (!fine) {
            throw new TwirpException(Code.INVALID_ARGUMENT, what);
        }
    }
}
