package dev.sluice.rtp.rtcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Cursor over a compound RTCP packet (RFC 3550 §6.1); reduced-size packets too (RFC 5506).
 *
 * <pre>
 *  |V=2|P| count/FMT |      PT       |        length in words − 1    |
 * </pre>
 */
public final class RtcpCompound {
    /** Packet types (IANA "RTCP Control Packet Types"). */
    public static final int SR = 200;

    public static final int RR = 201;
    public static final int SDES = 202;
    public static final int BYE = 203;
    public static final int APP = 204;
    public static final int RTPFB = 205;
    public static final int PSFB = 206;
    public static final int XR = 207;

    /** Bytes of the common header. */
    public static final int HEADER_LENGTH = 4;

    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private int at;
    private int end;
    private int length;
    private int padding;

    /** Starts before the first packet of {@code length} bytes at {@code offset}. */
    public void wrap(ByteBuf buffer, int offset, int length) {
        this.buffer = buffer;
        this.at = offset;
        this.end = offset + length;
        this.length = 0;
    }

    /**
     * Moves to the next packet.
     *
     * @return false at the end or where the bytes are malformed: {@link #isMalformed} tells which
     */
    public boolean next() {
        at += length;
        length = 0;
        padding = 0;
        if (end - at < HEADER_LENGTH || (buffer.getByte(at) & 0xC0) != 0x80) {
            return false;
        }
        int bytes = 4 * (buffer.getUnsignedShort(at + 2) + 1);
        if (bytes > end - at) {
            return false;
        }
        if ((buffer.getByte(at) & 0x20) != 0) {
            padding = buffer.getUnsignedByte(at + bytes - 1);
            if (padding == 0 || padding + HEADER_LENGTH > bytes) {
                return false;
            }
        }
        length = bytes;
        return true;
    }

    /**
     * @return after {@link #next} gave false: whether bytes are left that are no packet
     */
    public boolean isMalformed() {
        return at < end;
    }

    public ByteBuf buffer() {
        return buffer;
    }

    public int offset() {
        return at;
    }

    /**
     * @return bytes of this packet without padding
     */
    public int length() {
        return length - padding;
    }

    public int packetType() {
        return buffer.getUnsignedByte(at + 1);
    }

    /**
     * @return report count, source count or feedback message type, 0…31
     */
    public int count() {
        return buffer.getByte(at) & 0x1F;
    }

    /**
     * @return the SSRC behind the header; only when {@link #length} is at least 8
     */
    public long senderSsrc() {
        return buffer.getUnsignedInt(at + 4);
    }

    /**
     * @return the media SSRC of a feedback packet; only when {@link #length} is at least 12
     */
    public long mediaSsrc() {
        return buffer.getUnsignedInt(at + 8);
    }

    /** Writes a common header for a packet of {@code bytes} bytes, a multiple of 4. */
    static void writeHeader(ByteBuf buffer, int offset, int count, int packetType, int bytes) {
        buffer.setByte(offset, 0x80 | count);
        buffer.setByte(offset + 1, packetType);
        buffer.setShort(offset + 2, bytes / 4 - 1);
    }
}
