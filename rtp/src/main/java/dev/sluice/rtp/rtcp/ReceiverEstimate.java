package dev.sluice.rtp.rtcp;

/**
 * Receiver Estimated Maximum Bitrate (draft-alvestrand-rmcat-remb-03 §2.2): what a receiver without
 * transport-wide feedback believes its network takes.
 *
 * <pre>
 *  header(4, PT 206 FMT 15) sender SSRC(4) media SSRC(4) = 0
 *  "REMB"(4) count(1) exponent(6 bits) mantissa(18 bits) SSRC(4) × count
 * </pre>
 */
public final class ReceiverEstimate {
    /** Feedback message type: application layer feedback (RFC 4585 §6.4). */
    public static final int FORMAT = 15;

    private static final int NAME = 0x52454D42; // "REMB"
    private static final int LENGTH = 20;
    private static final int MAX_EXPONENT = 40;

    private ReceiverEstimate() {}

    /**
     * @return whether the packet under the cursor is such an estimate
     */
    public static boolean accepts(RtcpCompound packet) {
        return packet.packetType() == RtcpCompound.PSFB
                && packet.count() == FORMAT
                && packet.length() >= LENGTH
                && packet.buffer().getInt(packet.offset() + 12) == NAME;
    }

    /**
     * @return bits a second; absurdly large ones are cut
     */
    public static double bitsPerSecond(RtcpCompound packet) {
        int value = packet.buffer().getUnsignedMedium(packet.offset() + 17);
        return (double) (value & 0x3_FFFF) * (1L << Math.min(value >>> 18, MAX_EXPONENT));
    }
}
