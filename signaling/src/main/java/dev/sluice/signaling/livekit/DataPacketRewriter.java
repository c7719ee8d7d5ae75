package dev.sluice.signaling.livekit;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a client's {@code DataPacket} becomes for the others: who sent it is written here, whatever
 * the sender says. It works on the bytes, so that kinds of messages and fields that are newer than
 * this server pass. Reused; confined to the worker of the client.
 */
final class DataPacketRewriter {
    /** Fields of {@code DataPacket}. */
    private static final int KIND = 1;

    private static final int USER = 2;
    private static final int SPEAKER = 3;
    private static final int IDENTITY = 4;
    private static final int DESTINATIONS = 5;
    private static final int TRANSCRIPTION = 7;
    private static final int METRICS = 8;
    private static final int SEQUENCE = 16;
    private static final int SID = 17;

    /** Fields of {@code UserPacket}. */
    private static final int USER_SID = 1;

    private static final int USER_PAYLOAD = 2;
    private static final int USER_DESTINATION_SIDS = 3;
    private static final int USER_TOPIC = 4;
    private static final int USER_IDENTITY = 5;
    private static final int USER_DESTINATIONS = 6;

    private static final int MAX_DESTINATIONS = 1_000;
    private static final int LOSSY = 1;

    private final ProtoFields fields = new ProtoFields();
    private final ProtoFields inner = new ProtoFields();
    private final Set<String> to = new LinkedHashSet<>();
    private final Set<String> userTo = new LinkedHashSet<>();
    private boolean addressed;
    private boolean transcription;
    private int sequence;
    private int payloadAt;
    private int payloadLength;
    private String topic = "";

    /**
     * Looks a packet through.
     *
     * @return false when it is none, or one that no client may send to others
     */
    boolean read(ByteBuf packet) {
        to.clear();
        userTo.clear();
        addressed = false;
        transcription = false;
        sequence = 0;
        payloadAt = -1;
        payloadLength = 0;
        topic = "";
        fields.of(packet, packet.readerIndex(), packet.readableBytes());
        while (fields.next()) {
            if (!take(packet)) {
                return false;
            }
        }
        return fields.isWhole() && to.size() + userTo.size() <= MAX_DESTINATIONS;
    }

    private boolean take(ByteBuf packet) {
        switch (fields.number()) {
            case SPEAKER, METRICS -> {
                return false; // the server's own, and for nobody else
            }
            case TRANSCRIPTION -> transcription = true;
            case SEQUENCE -> sequence = (int) fields.varint();
            case DESTINATIONS -> {
                addressed = true;
                to.add(fields.text());
            }
            case USER -> {
                return fields.hasLength() && readUser(packet);
            }
            default -> {}
        }
        return true;
    }

    private boolean readUser(ByteBuf packet) {
        payloadAt = packet.readerIndex();
        inner.of(packet, fields.at(), fields.length());
        while (inner.next()) {
            switch (inner.number()) {
                case USER_PAYLOAD -> {
                    payloadAt = inner.at();
                    payloadLength = inner.length();
                }
                case USER_TOPIC -> topic = inner.text();
                case USER_DESTINATION_SIDS, USER_DESTINATIONS -> userTo.add(inner.text());
                default -> {}
            }
        }
        return inner.isWhole();
    }

    /**
     * @return whether only agents send such packets
     */
    boolean isTranscription() {
        return transcription;
    }

    /**
     * @return the sender's number of it, 0 for none
     */
    int sequence() {
        return sequence;
    }

    /**
     * @return identities and ids it is for, empty for all
     */
    Set<String> destinations() {
        if (to.isEmpty() && userTo.isEmpty()) {
            return Set.of();
        }
        Set<String> all = new LinkedHashSet<>(to);
        all.addAll(userTo);
        return all;
    }

    /**
     * @return whether it is a message of the application, whose bytes others could be given plain
     */
    boolean isUser() {
        return payloadAt >= 0;
    }

    ByteBuf payload(ByteBuf packet) {
        return packet.retainedSlice(payloadAt, payloadLength);
    }

    String topic() {
        return topic;
    }

    /**
     * Writes the packet that was read.
     *
     * @param identity of its sender, empty for a hidden one
     * @param sid of the same
     */
    ByteBuf write(ByteBuf packet, boolean reliable, String identity, String sid) {
        byte[] identityBytes = identity.getBytes(StandardCharsets.UTF_8);
        byte[] sidBytes = sid.getBytes(StandardCharsets.UTF_8);
        int more = 2 * (identityBytes.length + sidBytes.length) + 32;
        ByteBuf out = packet.alloc().buffer(2 * packet.readableBytes() + more);
        fields.of(packet, packet.readerIndex(), packet.readableBytes());
        while (fields.next()) {
            switch (fields.number()) {
                case KIND, IDENTITY, SID -> {}
                case USER -> writeUser(packet, out, identityBytes, sidBytes);
                default -> out.writeBytes(packet, fields.from(), fields.to() - fields.from());
            }
        }
        if (!reliable) {
            ProtoFields.writeVarint(out, KIND, LOSSY);
        }
        ProtoFields.writeBytes(out, IDENTITY, identityBytes);
        ProtoFields.writeBytes(out, SID, sidBytes);
        return out;
    }

    /** Older clients read and write who sent a message, and whom it is for, in here. */
    private void writeUser(ByteBuf packet, ByteBuf out, byte[] identity, byte[] sid) {
        ByteBuf user = packet.alloc().buffer(fields.length() + identity.length + sid.length + 16);
        inner.of(packet, fields.at(), fields.length());
        while (inner.next()) {
            int number = inner.number();
            if (number != USER_SID && number != USER_IDENTITY) {
                user.writeBytes(packet, inner.from(), inner.to() - inner.from());
            }
            if (number == USER_DESTINATIONS && !addressed) {
                ByteBuf name = packet.slice(inner.at(), inner.length());
                ProtoFields.writeBytes(out, DESTINATIONS, name);
            }
        }
        ProtoFields.writeBytes(user, USER_SID, sid);
        ProtoFields.writeBytes(user, USER_IDENTITY, identity);
        ProtoFields.writeHead(out, USER, user.readableBytes());
        out.writeBytes(user);
        user.release();
    }
}
