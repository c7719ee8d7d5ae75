package dev.sluice.rtp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * View of one RTP packet (RFC 3550 §5.1).
 *
 * <pre>
 *  0                   1                   2                   3
 *  |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 *  |                           timestamp                           |
 *  |                             SSRC                              |
 *  |                        CSRC (0…15) …                          |
 *  |  extension profile            |  length in words  |  … data   |
 * </pre>
 *
 * One view is wrapped again for each packet; it holds no bytes of its own.
 */
public final class RtpPacket {
    /** Bytes of the fixed header. */
    public static final int FIXED_HEADER_LENGTH = 12;

    private static final int EXTENSION_BIT = 0x10;
    private static final int PADDING_BIT = 0x20;

    private final HeaderExtensions extensions = new HeaderExtensions();
    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private int offset;
    private int length;
    private int headerLength;
    private int paddingLength;

    /**
     * Looks at {@code length} bytes at {@code offset} as a whole plain packet, padding included.
     *
     * @return whether the bytes are a well-formed packet; if not, call no other method
     */
    public boolean wrap(ByteBuf buffer, int offset, int length) {
        if (!wrapHeader(buffer, offset, length)) {
            return false;
        }
        paddingLength = 0;
        if ((buffer.getByte(offset) & PADDING_BIT) != 0) {
            if (length == headerLength) {
                return false;
            }
            paddingLength = buffer.getUnsignedByte(offset + length - 1);
            return paddingLength > 0 && headerLength + paddingLength <= length;
        }
        return true;
    }

    /**
     * Looks at a packet whose payload is still encrypted: everything but padding can be asked.
     *
     * @return whether the header is well formed and lies inside {@code length}
     */
    public boolean wrapHeader(ByteBuf buffer, int offset, int length) {
        extensions.clear();
        if (length < FIXED_HEADER_LENGTH || (buffer.getByte(offset) & 0xC0) != 0x80) {
            return false;
        }
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
        this.paddingLength = 0;
        int first = buffer.getByte(offset);
        int header = FIXED_HEADER_LENGTH + 4 * (first & 0x0F);
        if ((first & EXTENSION_BIT) != 0) {
            if (header + 4 > length) {
                return false;
            }
            int profile = buffer.getUnsignedShort(offset + header);
            int bytes = 4 * buffer.getUnsignedShort(offset + header + 2);
            if (header + 4 + bytes > length
                    || !extensions.locate(buffer, profile, offset + header + 4, bytes)) {
                return false;
            }
            header += 4 + bytes;
        }
        headerLength = header;
        return header <= length;
    }

    /**
     * @return the SSRC of a packet of at least {@link #FIXED_HEADER_LENGTH} bytes, without wrapping
     *     it
     */
    public static long ssrcOf(ByteBuf buffer, int offset) {
        return buffer.getUnsignedInt(offset + 8);
    }

    public ByteBuf buffer() {
        return buffer;
    }

    public int offset() {
        return offset;
    }

    /**
     * @return bytes of the whole packet
     */
    public int length() {
        return length;
    }

    /**
     * @return bytes before the payload: fixed header, CSRCs and extensions
     */
    public int headerLength() {
        return headerLength;
    }

    public int payloadOffset() {
        return offset + headerLength;
    }

    /**
     * @return bytes of payload without padding
     */
    public int payloadLength() {
        return length - headerLength - paddingLength;
    }

    /**
     * @return bytes of padding, its count byte included; 0 when there is none
     */
    public int paddingLength() {
        return paddingLength;
    }

    public boolean marker() {
        return (buffer.getByte(offset + 1) & 0x80) != 0;
    }

    /**
     * @return 0…127
     */
    public int payloadType() {
        return buffer.getByte(offset + 1) & 0x7F;
    }

    /**
     * @return 0…65,535
     */
    public int sequenceNumber() {
        return buffer.getUnsignedShort(offset + 2);
    }

    /**
     * @return 0…2^32−1, ticks of the media clock
     */
    public long timestamp() {
        return buffer.getUnsignedInt(offset + 4);
    }

    /**
     * @return 0…2^32−1
     */
    public long ssrc() {
        return buffer.getUnsignedInt(offset + 8);
    }

    /**
     * @return number of CSRCs, 0…15
     */
    public int csrcCount() {
        return buffer.getByte(offset) & 0x0F;
    }

    /**
     * @return the CSRC at {@code index}, below {@link #csrcCount}
     */
    public long csrc(int index) {
        return buffer.getUnsignedInt(offset + FIXED_HEADER_LENGTH + 4 * index);
    }

    public HeaderExtensions extensions() {
        return extensions;
    }

    /** Sets the payload type in place and leaves the marker. */
    public void payloadType(int payloadType) {
        buffer.setByte(offset + 1, (buffer.getByte(offset + 1) & 0x80) | payloadType);
    }

    public void sequenceNumber(int sequence) {
        buffer.setShort(offset + 2, sequence);
    }

    public void ssrc(long ssrc) {
        buffer.setInt(offset + 8, (int) ssrc);
    }
}
