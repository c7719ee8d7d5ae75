package dev.sluice.rtp.rtcp;

import io.netty.buffer.ByteBuf;

/**
 * Sender report (RFC 3550 §6.4.1).
 *
 * <pre>
 *  header(4) SSRC(4) NTP(8) RTP timestamp(4) packets(4) octets(4) report blocks…
 * </pre>
 */
public final class SenderReport {
    /** Bytes before the report blocks. */
    public static final int LENGTH = 28;

    private SenderReport() {}

    /**
     * @return whether the packet under the cursor is a whole sender report with its blocks
     */
    public static boolean accepts(RtcpCompound packet) {
        return packet.packetType() == RtcpCompound.SR
                && packet.length() >= LENGTH + packet.count() * ReportBlock.LENGTH;
    }

    /**
     * @return the 64-bit NTP timestamp
     */
    public static long ntp(RtcpCompound packet) {
        return packet.buffer().getLong(packet.offset() + 8);
    }

    public static long rtpTimestamp(RtcpCompound packet) {
        return packet.buffer().getUnsignedInt(packet.offset() + 16);
    }

    public static long packetCount(RtcpCompound packet) {
        return packet.buffer().getUnsignedInt(packet.offset() + 20);
    }

    public static long octetCount(RtcpCompound packet) {
        return packet.buffer().getUnsignedInt(packet.offset() + 24);
    }

    /**
     * Writes a sender report without blocks.
     *
     * @return bytes written
     */
    public static int write(
            ByteBuf buffer, int offset, long ssrc, long ntp, long rtpTimestamp, long counts) {
        RtcpCompound.writeHeader(buffer, offset, 0, RtcpCompound.SR, LENGTH);
        buffer.setInt(offset + 4, (int) ssrc);
        buffer.setLong(offset + 8, ntp);
        buffer.setInt(offset + 16, (int) rtpTimestamp);
        buffer.setLong(offset + 20, counts);
        return LENGTH;
    }

    /**
     * @return packets and octets in the layout {@link #write} wants: 32 bits each, modulo 2^32
     */
    public static long counts(long packets, long octets) {
        return packets << 32 | (octets & 0xFFFF_FFFFL);
    }
}
