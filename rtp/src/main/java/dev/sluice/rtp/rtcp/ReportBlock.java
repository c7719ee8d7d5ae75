package dev.sluice.rtp.rtcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Reception report block (RFC 3550 §6.4.1), and the receiver report around it (§6.4.2).
 *
 * <pre>
 *  SSRC(4) fraction lost(1) cumulative lost(3, signed) highest sequence(4) jitter(4) LSR(4) DLSR(4)
 * </pre>
 */
public final class ReportBlock {
    /** Bytes of one block. */
    public static final int LENGTH = 24;

    /** Bytes of a receiver report before its blocks. */
    public static final int RECEIVER_REPORT_HEADER = 8;

    /** Blocks that one report can hold: the count has five bits. */
    public static final int MAX_BLOCKS = 31;

    private static final int MAX_LOST = 0x7F_FFFF;
    private static final int MIN_LOST = -0x80_0000;

    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private int offset;

    /**
     * @return offset of the first block inside the report, 0 when the packet is no whole report
     */
    public static int blocksAt(RtcpCompound packet) {
        if (packet.packetType() == RtcpCompound.RR
                && packet.length() >= RECEIVER_REPORT_HEADER + packet.count() * LENGTH) {
            return RECEIVER_REPORT_HEADER;
        }
        return SenderReport.accepts(packet) ? SenderReport.LENGTH : 0;
    }

    /**
     * Looks at block {@code index} of the report under the cursor; only after {@link #blocksAt}.
     */
    public void wrap(RtcpCompound packet, int blocksAt, int index) {
        buffer = packet.buffer();
        offset = packet.offset() + blocksAt + index * LENGTH;
    }

    public long ssrc() {
        return buffer.getUnsignedInt(offset);
    }

    /**
     * @return 0…255, in 1/256
     */
    public int fractionLost() {
        return buffer.getUnsignedByte(offset + 4);
    }

    public int cumulativeLost() {
        return buffer.getMedium(offset + 5);
    }

    /**
     * @return the extended highest sequence number, 32 bits
     */
    public long highestSequence() {
        return buffer.getUnsignedInt(offset + 8);
    }

    /**
     * @return ticks of the media clock
     */
    public long jitter() {
        return buffer.getUnsignedInt(offset + 12);
    }

    public long lastSenderReport() {
        return buffer.getUnsignedInt(offset + 16);
    }

    /**
     * @return units of 1/65,536 s
     */
    public long delaySinceLastSenderReport() {
        return buffer.getUnsignedInt(offset + 20);
    }

    /** Writes the head of a receiver report with {@code count} blocks. @return bytes written */
    public static int writeReceiverReport(ByteBuf buffer, int offset, long senderSsrc, int count) {
        RtcpCompound.writeHeader(
                buffer, offset, count, RtcpCompound.RR, RECEIVER_REPORT_HEADER + count * LENGTH);
        buffer.setInt(offset + 4, (int) senderSsrc);
        return RECEIVER_REPORT_HEADER;
    }

    /** Writes who is reported on and what was lost; the rest by {@link #writeTimes}. */
    public static void writeLoss(
            ByteBuf buffer, int offset, long ssrc, int fractionLost, long cumulativeLost) {
        buffer.setInt(offset, (int) ssrc);
        buffer.setByte(offset + 4, fractionLost);
        buffer.setMedium(offset + 5, Math.clamp(cumulativeLost, MIN_LOST, MAX_LOST));
    }

    /** Writes the second half of a block. @return bytes of the whole block */
    public static int writeTimes(
            ByteBuf buffer, int offset, long highest, long jitter, long lsr, long dlsr) {
        buffer.setInt(offset + 8, (int) highest);
        buffer.setInt(offset + 12, (int) jitter);
        buffer.setInt(offset + 16, (int) lsr);
        buffer.setInt(offset + 20, (int) dlsr);
        return LENGTH;
    }
}
