package dev.sluice.core.media;

import dev.sluice.rtp.RtpPacket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** A packet of nothing but padding, for probes where no media can be repeated; one per worker. */
public final class Padding {
    /** Bytes of padding: what one byte can say (RFC 3550 §5.1). */
    static final int BYTES = 255;

    static final int LENGTH = RtpPacket.FIXED_HEADER_LENGTH + BYTES;

    private final ByteBuf buffer;

    public Padding(ByteBufAllocator allocator) {
        buffer = allocator.directBuffer(LENGTH + RtpPacket.FIXED_HEADER_LENGTH);
        buffer.writeZero(LENGTH);
        buffer.setByte(0, 0x80).setByte(LENGTH - 1, BYTES);
    }

    ByteBuf buffer() {
        return buffer;
    }

    /** Frees the memory. */
    public void close() {
        buffer.release();
    }
}
