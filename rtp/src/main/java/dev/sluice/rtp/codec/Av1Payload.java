package dev.sluice.rtp.codec;

import io.netty.buffer.ByteBuf;

/**
 * Key-frame knowledge for AV1 (AV1 RTP specification §4.4, appendix A): the dependency descriptor
 * when the packet has one, the aggregation header otherwise.
 */
public final class Av1Payload {
    private static final int MANDATORY = 3;

    private Av1Payload() {}

    /**
     * A new coded video sequence starts when the N bit of the aggregation header is set.
     *
     * <pre>
     *  |Z|Y|W W|N|- - -|
     * </pre>
     */
    public static boolean isKeyFrame(ByteBuf buffer, int offset, int length) {
        return length > 1 && (buffer.getByte(offset) & 0x88) == 0x08;
    }

    /**
     * Whether a dependency descriptor begins a frame and brings the template structure, which it
     * does at key frames.
     *
     * <pre>
     *  start(1) end(1) template(6) frame number(16) | structure present(1) …
     * </pre>
     */
    public static boolean hasStructure(ByteBuf buffer, int offset, int length) {
        return length > MANDATORY
                && (buffer.getByte(offset) & 0x80) != 0
                && (buffer.getByte(offset + MANDATORY) & 0x80) != 0;
    }

    /**
     * Reads an unsigned number in LEB128 (AV1 bitstream specification §4.10.5).
     *
     * @return the value, −1 when it is longer than eight bytes or than {@code length}, or over
     *     2^32−1
     */
    public static long leb128(ByteBuf buffer, int offset, int length) {
        long value = 0;
        for (int i = 0; i < Math.min(8, length); i++) {
            int octet = buffer.getUnsignedByte(offset + i);
            value |= (long) (octet & 0x7F) << (7 * i);
            if ((octet & 0x80) == 0) {
                return value > 0xFFFF_FFFFL ? -1 : value;
            }
        }
        return -1;
    }
}
