package dev.sluice.core.transport;

import io.netty.buffer.ByteBuf;

/**
 * The headers of the last packets of a stream as they left, so that the very same packet can be
 * sent again. Confined to the worker.
 */
public final class SentHeaders {
    /** Packets that are remembered. */
    public static final int KEPT = 128;

    /** Longer headers are not kept: those of sound have about half of it. */
    private static final int LONGEST = 64;

    private final byte[] bytes = new byte[KEPT * LONGEST];
    private final byte[] lengths = new byte[KEPT];
    private final byte[] paddings = new byte[KEPT];

    private static int place(long index) {
        return (int) index & (KEPT - 1);
    }

    /** Remembers the finished header of a packet, and how many bytes of padding its payload has. */
    void keep(long index, ByteBuf from, int at, int length, int padding) {
        int place = place(index);
        lengths[place] = 0;
        if (length <= LONGEST) {
            lengths[place] = (byte) length;
            paddings[place] = (byte) padding;
            from.getBytes(at, bytes, place * LONGEST, length);
        }
    }

    /** Writes a header once more. @return its bytes, 0 when it was not kept */
    int write(long index, ByteBuf to, int at) {
        int place = place(index);
        to.setBytes(at, bytes, place * LONGEST, lengths[place]);
        return lengths[place];
    }

    int padding(long index) {
        return paddings[place(index)];
    }
}
