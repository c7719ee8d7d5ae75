package dev.sluice.core.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts a stream of bytes into packets: two bytes of length before each (RFC 4571 §2). */
final class TcpFrames {
    /** Bytes before each packet. */
    static final int HEADER = 2;

    private final ByteBufAllocator allocator;
    private @Nullable ByteBuf begun;
    private int missing;
    private int firstLengthByte = -1;

    TcpFrames(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /**
     * Takes bytes as they come; a packet that is not whole yet is kept.
     *
     * @param bytes borrowed
     * @param whole gets the packets; theirs to release
     * @return false when a packet is announced that is longer than any may be: nothing that follows
     *     can be read
     */
    boolean read(ByteBuf bytes, List<ByteBuf> whole) {
        while (bytes.isReadable()) {
            if (begun == null && !begin(bytes)) {
                return false;
            }
            ByteBuf packet = begun;
            if (packet != null) {
                int now = Math.min(missing, bytes.readableBytes());
                packet.writeBytes(bytes, now);
                missing -= now;
                if (missing == 0) {
                    whole.add(packet);
                    begun = null;
                }
            }
        }
        return true;
    }

    private boolean begin(ByteBuf bytes) {
        if (firstLengthByte < 0) {
            firstLengthByte = bytes.readUnsignedByte();
            if (!bytes.isReadable()) {
                return true;
            }
        }
        int length = firstLengthByte << 8 | bytes.readUnsignedByte();
        firstLengthByte = -1;
        if (length > DatagramReceiver.MAX_DATAGRAM) {
            return false;
        }
        if (length > 0) { // nothing is sent to keep a way open
            begun = allocator.directBuffer(length, length);
            missing = length;
        }
        return true;
    }

    /** Frees a packet that will never be whole. */
    void close() {
        if (begun != null) {
            begun.release();
            begun = null;
        }
    }
}
