package dev.sluice.core.data;

import dev.sluice.sctp.Reliability;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Messages that open channels (RFC 8832 §5). Immutable.
 *
 * @param label of the channel
 * @param protocol of it, mostly empty
 * @param reliability of what is sent on it
 */
public record Dcep(String label, String protocol, Reliability reliability) {
    /** Payload protocols (RFC 8831 §8). */
    public static final int CONTROL = 50;

    static final int TEXT = 51;
    public static final int BINARY = 53;
    static final int EMPTY_TEXT = 56;
    static final int EMPTY_BINARY = 57;

    private static final int ACK = 2;
    private static final int OPEN = 3;
    private static final int HEADER = 12;
    private static final int MAX_NAME = 256;
    private static final int RETRANSMITS = 1;
    private static final int LIFETIME = 2;
    private static final int UNORDERED = 0x80;
    private static final int PRIORITY = 256;

    /**
     * @return whether the message says that a channel was taken
     */
    public static boolean isAck(ByteBuf message) {
        return message.isReadable() && message.getByte(message.readerIndex()) == ACK;
    }

    /**
     * @return the message that says so
     */
    public static ByteBuf ack(ByteBufAllocator allocator) {
        return allocator.buffer(1, 1).writeByte(ACK);
    }

    /**
     * @return null when it opens nothing
     */
    static @Nullable Dcep read(ByteBuf message) {
        int at = message.readerIndex();
        if (message.readableBytes() < HEADER || message.getByte(at) != OPEN) {
            return null;
        }
        int labelLength = message.getUnsignedShort(at + 8);
        int protocolLength = message.getUnsignedShort(at + 10);
        if (labelLength > MAX_NAME
                || protocolLength > MAX_NAME
                || message.readableBytes() < HEADER + labelLength + protocolLength) {
            return null;
        }
        String label = text(message, at + HEADER, labelLength);
        String protocol = text(message, at + HEADER + labelLength, protocolLength);
        int type = message.getUnsignedByte(at + 1);
        int limit = (int) Math.min(Integer.MAX_VALUE, message.getUnsignedInt(at + 4));
        boolean ordered = (type & UNORDERED) == 0;
        Reliability reliability =
                switch (type & ~UNORDERED) {
                    case 0 ->
                            new Reliability(ordered, Reliability.UNLIMITED, Reliability.UNLIMITED);
                    case RETRANSMITS -> new Reliability(ordered, limit, Reliability.UNLIMITED);
                    case LIFETIME -> new Reliability(ordered, Reliability.UNLIMITED, limit);
                    default -> null;
                };
        return label == null || protocol == null || reliability == null
                ? null
                : new Dcep(label, protocol, reliability);
    }

    private static @Nullable String text(ByteBuf message, int at, int length) {
        byte[] bytes = new byte[length];
        message.getBytes(at, bytes);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /**
     * @return the message that opens the channel
     */
    public ByteBuf write(ByteBufAllocator allocator) {
        byte[] labelBytes = label.getBytes(StandardCharsets.UTF_8);
        byte[] protocolBytes = protocol.getBytes(StandardCharsets.UTF_8);
        boolean counted = reliability.maxRetransmits() >= 0;
        boolean timed = !counted && reliability.lifetimeMillis() >= 0;
        int type =
                (counted ? RETRANSMITS : timed ? LIFETIME : 0)
                        | (reliability.ordered() ? 0 : UNORDERED);
        int limit =
                counted ? reliability.maxRetransmits() : timed ? reliability.lifetimeMillis() : 0;
        ByteBuf message = allocator.buffer(HEADER + labelBytes.length + protocolBytes.length);
        message.writeByte(OPEN).writeByte(type).writeShort(PRIORITY).writeInt(limit);
        message.writeShort(labelBytes.length).writeShort(protocolBytes.length);
        return message.writeBytes(labelBytes).writeBytes(protocolBytes);
    }
}
