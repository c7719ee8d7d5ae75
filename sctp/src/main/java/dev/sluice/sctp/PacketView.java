package dev.sluice.sctp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** A packet that came, chunk by chunk. Reused; nothing is read beyond its bounds. */
final class PacketView {
    static final int HEADER = 12;

    /** More is no honest packet. */
    private static final int MAX_CHUNKS = 64;

    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private int start;
    private int end;
    private int next;
    private int chunk;
    private int chunkEnd;
    private int chunks;

    /**
     * @return false when it cannot be a packet
     */
    boolean wrap(ByteBuf from, int at, int length) {
        if (length < HEADER + Chunk.HEADER) {
            return false;
        }
        buffer = from;
        start = at;
        end = at + length;
        next = at + HEADER;
        chunks = 0;
        return true;
    }

    int sourcePort() {
        return buffer.getUnsignedShort(start);
    }

    int destinationPort() {
        return buffer.getUnsignedShort(start + 2);
    }

    int tag() {
        return buffer.getInt(start + 4);
    }

    int checksum() {
        return buffer.getInt(start + Crc32c.AT);
    }

    /**
     * @return type of the first chunk
     */
    int firstType() {
        return buffer.getUnsignedByte(start + HEADER);
    }

    /**
     * Moves to the next chunk.
     *
     * @return false at the end, and before a chunk whose length is a lie
     */
    boolean next() {
        if (next + Chunk.HEADER > end || chunks == MAX_CHUNKS) {
            return false;
        }
        int length = buffer.getUnsignedShort(next + 2);
        if (length < Chunk.HEADER || next + length > end) {
            return false;
        }
        chunk = next;
        chunkEnd = next + length;
        next = next + ((length + 3) & ~3);
        chunks++;
        return true;
    }

    int type() {
        return buffer.getUnsignedByte(chunk);
    }

    int flags() {
        return buffer.getUnsignedByte(chunk + 1);
    }

    ByteBuf buffer() {
        return buffer;
    }

    /**
     * @return where the chunk's value begins
     */
    int at() {
        return chunk + Chunk.HEADER;
    }

    /**
     * @return bytes of the chunk's value
     */
    int length() {
        return chunkEnd - at();
    }

    int int32(int offset) {
        return buffer.getInt(at() + offset);
    }

    int int16(int offset) {
        return buffer.getUnsignedShort(at() + offset);
    }
}
