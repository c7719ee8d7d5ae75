package dev.sluice.core.transport;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * The headers of the last packets of a stream as they left, so that the very same packet can be
 * sent again. Confined to the worker.
 */
public final class SentHeaders {
    /** Packets that are remembered. */
    private static final int KEPT = 128;

    /** Longer headers are not kept: those of sound have about half of it. */
    private static final int LONGEST = 64;

    private final long[] indexes = new long[KEPT];
    private final byte[] bytes = new byte[KEPT * LONGEST];
    private final byte[] lengths = new byte[KEPT];
    private final byte[] paddings = new byte[KEPT];

    /** Remembers nothing yet. */
    public SentHeaders() {
        Arrays.fill(indexes, -1);
    }

    private static int place(long index) {
        return (int) index & (KEPT - 1);
    }

    /** Remembers the finished header of a packet, and how many bytes of padding its payload has. */
    void keep(long index, ByteBuf from, int at, int length, int padding) {
        int place = place(index);
        indexes[place] = -1;
        if (length <= LONGEST) {
            indexes[place] = index;
            lengths[place] = (byte) length;
            paddings[place] = (byte) padding;
            from.getBytes(at, bytes, place * LONGEST, length);
        }
    }

    /**
     * @return whether the packet left under this index, not long ago
     */
    public boolean knows(long index) {
        return indexes[place(index)] == index;
    }

    /** Writes a header that it {@link #knows} once more. @return its bytes */
    int write(long index, ByteBuf to, int at) {
        int place = place(index);
        to.setBytes(at, bytes, place * LONGEST, lengths[place]);
        return lengths[place];
    }

    int padding(long index) {
        return paddings[place(index)];
    }
}
