package dev.sluice.rtp.rtcp;

import io.netty.buffer.ByteBuf;

/**
 * Full intra request (RFC 5104 §4.3.1): a command for a key frame, with a sequence number that
 * tells a repetition from a new command.
 *
 * <pre>
 *  header(4, PT 206 FMT 4) sender SSRC(4) 0(4) { SSRC(4) sequence(1) reserved(3) }…
 * </pre>
 */
public final class FullIntraRequest {
    /** Feedback message type. */
    public static final int FORMAT = 4;

    private static final int HEADER = 12;
    private static final int ITEM = 8;

    private FullIntraRequest() {}

    /**
     * @return whether the packet under the cursor is a FIR with at least one entry
     */
    public static boolean accepts(RtcpCompound packet) {
        return packet.packetType() == RtcpCompound.PSFB
                && packet.count() == FORMAT
                && packet.length() >= HEADER + ITEM;
    }

    public static int items(RtcpCompound packet) {
        return (packet.length() - HEADER) / ITEM;
    }

    /**
     * @return the SSRC asked for a key frame
     */
    public static long ssrc(RtcpCompound packet, int item) {
        return packet.buffer().getUnsignedInt(packet.offset() + HEADER + item * ITEM);
    }

    /**
     * @return 0…255
     */
    public static int sequence(RtcpCompound packet, int item) {
        return packet.buffer().getUnsignedByte(packet.offset() + HEADER + item * ITEM + 4);
    }

    /** Writes a FIR with one entry. @return bytes written */
    public static int write(
            ByteBuf buffer, int offset, long senderSsrc, long mediaSsrc, int sequence) {
        RtcpCompound.writeHeader(buffer, offset, FORMAT, RtcpCompound.PSFB, HEADER + ITEM);
        buffer.setInt(offset + 4, (int) senderSsrc);
        buffer.setInt(offset + 8, 0);
        buffer.setInt(offset + 12, (int) mediaSsrc);
        buffer.setInt(offset + 16, sequence << 24);
        return HEADER + ITEM;
    }
}
