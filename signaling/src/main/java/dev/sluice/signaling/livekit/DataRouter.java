package dev.sluice.signaling.livekit;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import livekit.LivekitModels.DataPacket;
import livekit.LivekitModels.UserPacket;
import org.jspecify.annotations.Nullable;

/**
 * Messages of participants to others in their room. Who sent one is written here, whatever the
 * sender says; what kind of message it is, is the clients' business, and new kinds pass.
 */
@SuppressWarnings("deprecation") // older clients read and write these fields
final class DataRouter {
    private static final int MAX_DESTINATIONS = 1_000;

    private DataRouter() {}

    /** A participant sends a packet to others; what is none is dropped. */
    static void route(SignalRoom room, Session from, boolean reliable, byte[] bytes) {
        if (from.isEnded() || !from.grants().video().canPublishData()) {
            return;
        }
        try {
            DataPacket packet = DataPacket.parseFrom(bytes);
            if (mayPass(from, packet)
                    && !(reliable && from.data().isRepeated(packet.getSequence()))) {
                send(room, from, reliable, signed(from, reliable, packet));
            }
        } catch (InvalidProtocolBufferException e) {
            return; // no packet: nobody is to have it
        }
    }

    /** The server itself sends: the API does. */
    static void route(SignalRoom room, boolean reliable, UserPacket user) {
        DataPacket packet =
                DataPacket.newBuilder()
                        .setKind(kind(reliable))
                        .addAllDestinationIdentities(user.getDestinationIdentitiesList())
                        .setUser(user)
                        .build();
        send(room, null, reliable, packet);
    }

    private static boolean mayPass(Session from, DataPacket packet) {
        return switch (packet.getValueCase()) {
            case SPEAKER, METRICS -> false; // the server's own, and for nobody else
            case TRANSCRIPTION -> from.grants().kind().equals("agent");
            default -> true;
        };
    }

    private static DataPacket.Kind kind(boolean reliable) {
        return reliable ? DataPacket.Kind.RELIABLE : DataPacket.Kind.LOSSY;
    }

    private static DataPacket signed(Session from, boolean reliable, DataPacket packet) {
        boolean hidden = from.grants().video().hidden();
        String identity = hidden ? "" : from.identity();
        String sid = hidden ? "" : from.sid();
        DataPacket.Builder signed =
                packet.toBuilder()
                        .setKind(kind(reliable))
                        .setParticipantIdentity(identity)
                        .setParticipantSid(sid);
        if (packet.hasUser()) {
            UserPacket.Builder user = packet.getUser().toBuilder();
            user.setParticipantIdentity(identity).setParticipantSid(sid);
            if (packet.getDestinationIdentitiesCount() == 0) {
                signed.addAllDestinationIdentities(user.getDestinationIdentitiesList());
            }
            signed.setUser(user);
        }
        return signed.build();
    }

    private static void send(
            SignalRoom room, @Nullable Session from, boolean reliable, DataPacket packet) {
        List<String> identities = packet.getDestinationIdentitiesList();
        List<String> sids =
                packet.hasUser() ? packet.getUser().getDestinationSidsList() : List.of();
        if (identities.size() + sids.size() > MAX_DESTINATIONS) {
            return;
        }
        boolean all = identities.isEmpty() && sids.isEmpty();
        List<Session> receivers = new ArrayList<>();
        for (Session each : room.sessions()) {
            boolean meant =
                    all || identities.contains(each.identity()) || sids.contains(each.sid());
            if (each != from && meant) {
                receivers.add(each);
            }
        }
        if (!receivers.isEmpty()) {
            byte[] bytes = packet.toByteArray();
            String label = reliable ? DataLink.RELIABLE : DataLink.LOSSY;
            receivers.forEach(each -> each.sendData(label, bytes));
        }
    }
}
