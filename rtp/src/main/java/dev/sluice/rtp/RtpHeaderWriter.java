package dev.sluice.rtp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Writes an outgoing RTP header field by field: the fixed part first, then extension elements, then
 * {@link #finish}. Ids above 14 or data of 0 or more than 16 bytes need the two-byte form (RFC 8285
 * §4.3), which {@link #begin} is told beforehand.
 */
public final class RtpHeaderWriter {
    private static final int VERSION_2 = 0x80;
    private static final int EXTENSION_BIT = 0x10;
    private static final int PADDING_BIT = 0x20;

    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private int offset;
    private int at;
    private boolean twoByte;
    private boolean extended;

    /**
     * Starts a header at {@code offset}.
     *
     * @param twoByte whether extension elements are written in the two-byte form
     */
    public void begin(ByteBuf buffer, int offset, boolean twoByte) {
        this.buffer = buffer;
        this.offset = offset;
        this.twoByte = twoByte;
        this.at = offset + RtpPacket.FIXED_HEADER_LENGTH;
        this.extended = false;
        buffer.setByte(offset, VERSION_2);
    }

    public void payloadType(int payloadType, boolean marker) {
        buffer.setByte(offset + 1, payloadType | (marker ? 0x80 : 0));
    }

    public void numbers(int sequence, long timestamp, long ssrc) {
        buffer.setShort(offset + 2, sequence);
        buffer.setInt(offset + 4, (int) timestamp);
        buffer.setInt(offset + 8, (int) ssrc);
    }

    /** Appends an element whose data lies in {@code source}. */
    public void extension(int id, ByteBuf source, int sourceOffset, int length) {
        elementHead(id, length);
        for (int i = 0; i < length; i++) { // a few bytes: a bulk copy costs an object here
            buffer.setByte(at + i, source.getByte(sourceOffset + i));
        }
        at += length;
    }

    /** Appends an element from an array. */
    public void extension(int id, byte[] data) {
        elementHead(id, data.length);
        for (int i = 0; i < data.length; i++) {
            buffer.setByte(at + i, data[i]);
        }
        at += data.length;
    }

    /** Appends an element of two bytes. */
    public void extension(int id, int value) {
        elementHead(id, 2);
        buffer.setShort(at, value);
        at += 2;
    }

    private void elementHead(int id, int length) {
        if (!extended) {
            extended = true;
            buffer.setByte(offset, buffer.getByte(offset) | EXTENSION_BIT);
            buffer.setShort(at, twoByte ? 0x1000 : HeaderExtensions.ONE_BYTE_PROFILE);
            at += 4;
        }
        if (twoByte) {
            buffer.setByte(at++, id);
            buffer.setByte(at++, length);
        } else {
            assert id > 0 && id < 15 && length > 0 && length <= 16;
            buffer.setByte(at++, id << 4 | (length - 1));
        }
    }

    /** Says that padding follows the payload (RFC 3550 §5.1). */
    public void padded() {
        buffer.setByte(offset, buffer.getByte(offset) | PADDING_BIT);
    }

    /** Pads the extension block to words and writes its length. @return bytes of the header */
    public int finish() {
        if (extended) {
            int start = offset + RtpPacket.FIXED_HEADER_LENGTH + 4;
            while (((at - start) & 3) != 0) {
                buffer.setByte(at++, 0);
            }
            buffer.setShort(start - 2, (at - start) / 4);
        }
        return at - offset;
    }
}
