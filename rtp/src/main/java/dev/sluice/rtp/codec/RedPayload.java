package dev.sluice.rtp.codec;

import dev.sluice.rtp.RtpPacket;
import io.netty.buffer.ByteBuf;

/**
 * Redundant audio (RFC 2198 §3): older packets' payloads before the current one.
 *
 * <pre>
 *  |F=1| block PT(7) | timestamp offset(14) | block length(10) |   for each redundant block
 *  |F=0| block PT(7) |                                            for the primary one, last
 * </pre>
 */
public final class RedPayload {
    private static final int BLOCK_HEADER = 4;

    private RedPayload() {}

    /**
     * @return how many bytes stand before the primary block's data, −1 when the payload is
     *     malformed
     */
    public static int primaryOffset(ByteBuf buffer, int offset, int length) {
        int at = offset;
        int end = offset + length;
        int redundant = 0;
        while (at < end && (buffer.getByte(at) & 0x80) != 0) {
            if (end - at < BLOCK_HEADER) {
                return -1;
            }
            redundant += buffer.getInt(at) & 0x3FF;
            at += BLOCK_HEADER;
        }
        int primary = at + 1 + redundant;
        return at < end && primary <= end ? primary - offset : -1;
    }

    /**
     * @return bytes of the payload to leave out so that the primary block's data remains, 0 when it
     *     is malformed
     */
    public static int skipped(RtpPacket packet) {
        int at = primaryOffset(packet.buffer(), packet.payloadOffset(), packet.payloadLength());
        return Math.max(0, at);
    }
}
