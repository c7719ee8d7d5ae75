package dev.sluice.rtp.rtcp;

import dev.sluice.rtp.SequenceNumbers;
import io.netty.buffer.ByteBuf;

/**
 * Generic NACK (RFC 4585 §6.2.1): items of a lost sequence number and a bit mask of the 16 that
 * follow it.
 *
 * <pre>
 *  header(4, PT 205 FMT 1) sender SSRC(4) media SSRC(4) { PID(2) BLP(2) }…
 * </pre>
 */
public final class Nack {
    /** Feedback message type. */
    public static final int FORMAT = 1;

    private static final int HEADER = 12;
    private static final int ITEM = 4;
    private static final int MASK_BITS = 16;

    private Nack() {}

    /**
     * @return whether the packet under the cursor is a NACK with at least one item
     */
    public static boolean accepts(RtcpCompound packet) {
        return packet.packetType() == RtcpCompound.RTPFB
                && packet.count() == FORMAT
                && packet.length() >= HEADER + ITEM;
    }

    public static int items(RtcpCompound packet) {
        return (packet.length() - HEADER) / ITEM;
    }

    /**
     * @return the first lost number of an item, 0…65,535
     */
    public static int packetId(RtcpCompound packet, int item) {
        return packet.buffer().getUnsignedShort(packet.offset() + HEADER + item * ITEM);
    }

    /**
     * @return bit i set: number {@code packetId + i + 1} is lost as well
     */
    public static int lostMask(RtcpCompound packet, int item) {
        return packet.buffer().getUnsignedShort(packet.offset() + HEADER + item * ITEM + 2);
    }

    /**
     * Writes a NACK for ascending lost numbers.
     *
     * @param lost sequence numbers, oldest first
     * @return bytes written; 0 when {@code count} is 0
     */
    public static int write(
            ByteBuf buffer, int offset, long senderSsrc, long mediaSsrc, int[] lost, int count) {
        if (count == 0) {
            return 0;
        }
        int at = offset + HEADER;
        int i = 0;
        while (i < count) {
            int first = lost[i++];
            int mask = 0;
            while (i < count) {
                int distance = SequenceNumbers.distance(first, lost[i]);
                if (distance < 1 || distance > MASK_BITS) {
                    break;
                }
                mask |= 1 << (distance - 1);
                i++;
            }
            buffer.setShort(at, first);
            buffer.setShort(at + 2, mask);
            at += ITEM;
        }
        RtcpCompound.writeHeader(buffer, offset, FORMAT, RtcpCompound.RTPFB, at - offset);
        buffer.setInt(offset + 4, (int) senderSsrc);
        buffer.setInt(offset + 8, (int) mediaSsrc);
        return at - offset;
    }
}
