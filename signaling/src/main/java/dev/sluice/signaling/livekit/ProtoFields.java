package dev.sluice.signaling.livekit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * Goes through the fields of a protobuf message without making objects of them (Protocol Buffers,
 * Encoding). Reused.
 */
final class ProtoFields {
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int LENGTH = 2;
    private static final int FIXED_32 = 5;
    private static final int MAX_VARINT = 10;

    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private int position;
    private int end;
    private boolean broken;
    private int number;
    private int type;
    private int from;
    private int at;
    private long value;

    /** Begins with bytes of a buffer, which is borrowed. */
    void of(ByteBuf message, int index, int length) {
        buffer = message;
        position = index;
        end = index + length;
        broken = false;
    }

    /**
     * Goes to the next field.
     *
     * @return false at the end, or where the message is broken
     */
    boolean next() {
        if (position >= end || broken) {
            return false;
        }
        from = position;
        long tag = readVarint();
        number = (int) (tag >>> 3);
        type = (int) tag & 7;
        broken |= number <= 0 || tag >>> 32 != 0;
        at = position;
        value = 0;
        switch (type) {
            case VARINT -> value = readVarint();
            case FIXED_64 -> position += 8;
            case FIXED_32 -> position += 4;
            case LENGTH -> skipBytes();
            default -> broken = true;
        }
        broken |= position > end;
        return !broken;
    }

    private void skipBytes() {
        long length = readVarint();
        at = position;
        if (length < 0 || length > end - position) {
            broken = true;
        } else {
            position += (int) length;
        }
    }

    private long readVarint() {
        long read = 0;
        for (int i = 0; i < MAX_VARINT && position < end; i++) {
            byte next = buffer.getByte(position++);
            read |= (next & 0x7FL) << (7 * i);
            if (next >= 0) {
                return read;
            }
        }
        broken = true;
        return 0;
    }

    /**
     * @return whether the message was well-formed up to where {@link #next} came
     */
    boolean isWhole() {
        return !broken;
    }

    int number() {
        return number;
    }

    /**
     * @return whether the field is text, bytes or a message
     */
    boolean hasLength() {
        return type == LENGTH;
    }

    long varint() {
        return value;
    }

    /**
     * @return the field's first byte, its number included
     */
    int from() {
        return from;
    }

    /**
     * @return the byte behind the field
     */
    int to() {
        return position;
    }

    /**
     * @return first byte of the value
     */
    int at() {
        return at;
    }

    int length() {
        return position - at;
    }

    String text() {
        return buffer.toString(at, length(), StandardCharsets.UTF_8);
    }

    static void writeVarint(ByteBuf out, int number, long value) {
        write(out, (long) number << 3 | VARINT);
        write(out, value);
    }

    /** Begins a field of that many bytes. */
    static void writeHead(ByteBuf out, int number, int length) {
        write(out, (long) number << 3 | LENGTH);
        write(out, length);
    }

    /** Writes a field; nothing for no bytes. */
    static void writeBytes(ByteBuf out, int number, byte[] bytes) {
        if (bytes.length > 0) {
            writeHead(out, number, bytes.length);
            out.writeBytes(bytes);
        }
    }

    static void writeBytes(ByteBuf out, int number, ByteBuf bytes) {
        writeHead(out, number, bytes.readableBytes());
        out.writeBytes(bytes);
    }

    private static void write(ByteBuf out, long value) {
        long rest = value;
        while (rest >>> 7 != 0) {
            out.writeByte((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }
}
