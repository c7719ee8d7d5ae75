package dev.sluice.rtp.rtcp;

import io.netty.buffer.ByteBuf;

/** Picture loss indication (RFC 4585 §6.3.1): "send a key frame". PT 206, FMT 1, no body. */
public final class PictureLoss {
    /** Feedback message type. */
    public static final int FORMAT = 1;

    private static final int LENGTH = 12;

    private PictureLoss() {}

    /**
     * @return whether the packet under the cursor is a PLI
     */
    public static boolean accepts(RtcpCompound packet) {
        return packet.packetType() == RtcpCompound.PSFB
                && packet.count() == FORMAT
                && packet.length() >= LENGTH;
    }

    /** Writes a PLI. @return bytes written */
    public static int write(ByteBuf buffer, int offset, long senderSsrc, long mediaSsrc) {
        RtcpCompound.writeHeader(buffer, offset, FORMAT, RtcpCompound.PSFB, LENGTH);
        buffer.setInt(offset + 4, (int) senderSsrc);
        buffer.setInt(offset + 8, (int) mediaSsrc);
        return LENGTH;
    }
}
