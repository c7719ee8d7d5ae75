package dev.sluice.rtp.rtcp;

import io.netty.buffer.ByteBuf;

/**
 * Source description with one CNAME item (RFC 3550 §6.5), which every compound report must carry.
 */
public final class SourceDescription {
    private static final int CNAME = 1;

    private SourceDescription() {}

    /**
     * Writes an SDES packet for one source.
     *
     * @param cname ASCII, at most 255 bytes
     * @return bytes written, a multiple of 4
     */
    public static int write(ByteBuf buffer, int offset, long ssrc, byte[] cname) {
        buffer.setInt(offset + 4, (int) ssrc);
        buffer.setByte(offset + 8, CNAME);
        buffer.setByte(offset + 9, cname.length);
        int at = offset + 10;
        for (byte octet : cname) {
            buffer.setByte(at++, octet);
        }
        do { // a zero octet ends the chunk, then padding to the word (§6.5)
            buffer.setByte(at++, 0);
        } while (((at - offset) & 3) != 0);
        RtcpCompound.writeHeader(buffer, offset, 1, RtcpCompound.SDES, at - offset);
        return at - offset;
    }
}
