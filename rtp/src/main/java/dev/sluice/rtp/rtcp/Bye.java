package dev.sluice.rtp.rtcp;

import io.netty.buffer.ByteBuf;

/** Goodbye (RFC 3550 §6.6): the named sources are gone. */
public final class Bye {
    private Bye() {}

    /**
     * @return whether the packet under the cursor is a BYE whose sources lie inside it
     */
    public static boolean accepts(RtcpCompound packet) {
        return packet.packetType() == RtcpCompound.BYE
                && packet.length() >= RtcpCompound.HEADER_LENGTH + 4 * packet.count();
    }

    /**
     * @return source {@code index}, below the packet's count
     */
    public static long ssrc(RtcpCompound packet, int index) {
        return packet.buffer()
                .getUnsignedInt(packet.offset() + RtcpCompound.HEADER_LENGTH + 4 * index);
    }

    /** Writes a BYE for one source. @return bytes written */
    public static int write(ByteBuf buffer, int offset, long ssrc) {
        RtcpCompound.writeHeader(buffer, offset, 1, RtcpCompound.BYE, 8);
        buffer.setInt(offset + 4, (int) ssrc);
        return 8;
    }
}
