package dev.sluice.rtp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Reads unsigned numbers bit by bit, most significant first. Past the end it reads zeros. */
final class BitReader {
    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private int offset;
    private int at;
    private int end;

    /** Looks at {@code length} bytes from their first bit on. */
    void wrap(ByteBuf bytes, int offset, int length) {
        buffer = bytes;
        this.offset = offset;
        at = 0;
        end = length * 8;
    }

    boolean flag() {
        return bits(1) != 0;
    }

    /**
     * @param count 0…32
     */
    int bits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            int bit = at < end ? buffer.getByte(offset + (at >>> 3)) >>> (7 - (at & 7)) & 1 : 0;
            value = value << 1 | bit;
            at++;
        }
        return value;
    }

    /** Reads {@code ns(n)}, a number below {@code n} (AV1 bitstream specification §4.10.7). */
    int below(int n) {
        int width = Integer.SIZE - Integer.numberOfLeadingZeros(n);
        int shorter = (1 << width) - n;
        int value = bits(width - 1);
        return value < shorter ? value : (value << 1) - shorter + bits(1);
    }

    /**
     * @return whether more was read than there is
     */
    boolean isPastEnd() {
        return at > end;
    }
}
