package dev.sluice.rtp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * VP8 payload descriptor (RFC 7741 §4.2), with picture id and TL0PICIDX rewritten in place.
 *
 * <pre>
 *  |X|R|N|S|R| PID |   X: |I|L|T|K| RSV |   I: |M| picture id (7 or 15) |   L: TL0PICIDX(8)
 *  T or K: |TID|Y| KEYIDX |
 * </pre>
 */
public final class Vp8Descriptor {
    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private int offset;
    private int length;
    private int pictureIdAt;
    private int tl0At;
    private int tidAt;
    private boolean keyFrame;

    /**
     * Looks at a payload of {@code length} bytes.
     *
     * @return whether a whole descriptor and at least one byte behind it are there
     */
    public boolean wrap(ByteBuf buffer, int offset, int length) {
        this.buffer = buffer;
        this.offset = offset;
        pictureIdAt = -1;
        tl0At = -1;
        tidAt = -1;
        keyFrame = false;
        if (length < 1) {
            return false;
        }
        int end = offset + length;
        int at = offset + 1;
        if ((buffer.getByte(offset) & 0x80) != 0) {
            at = locate(at, end);
            if (at < 0) {
                return false;
            }
        }
        this.length = at - offset;
        if (at >= end) {
            return false;
        }
        // the first octet of the VP8 header: bit 0 clear means key frame (RFC 7741 §4.3)
        keyFrame = isStartOfFrame() && (buffer.getByte(at) & 0x01) == 0;
        return true;
    }

    private int locate(int start, int end) {
        int at = start;
        if (at >= end) {
            return -1;
        }
        int flags = buffer.getByte(at++);
        if ((flags & 0x80) != 0) {
            if (at >= end) {
                return -1;
            }
            pictureIdAt = at;
            at += (buffer.getByte(at) & 0x80) != 0 ? 2 : 1;
        }
        if ((flags & 0x40) != 0) {
            tl0At = at++;
        }
        if ((flags & 0x30) != 0) {
            tidAt = (flags & 0x20) != 0 ? at : -1;
            at++;
        }
        return at > end ? -1 : at;
    }

    /**
     * @return bytes of the descriptor
     */
    public int length() {
        return length;
    }

    public boolean isNonReference() {
        return (buffer.getByte(offset) & 0x20) != 0;
    }

    /**
     * @return the S bit: start of a VP8 partition
     */
    public boolean isStartOfPartition() {
        return (buffer.getByte(offset) & 0x10) != 0;
    }

    /**
     * @return partition index, 0…7
     */
    public int partition() {
        return buffer.getByte(offset) & 0x07;
    }

    /**
     * @return whether this is the first packet of a frame: S set and partition 0
     */
    public boolean isStartOfFrame() {
        return (buffer.getByte(offset) & 0x17) == 0x10;
    }

    /**
     * @return whether this is the first packet of a key frame
     */
    public boolean isKeyFrame() {
        return keyFrame;
    }

    /**
     * @return 7 or 15 bits, −1 when absent
     */
    public int pictureId() {
        if (pictureIdAt < 0) {
            return -1;
        }
        return pictureIdBits() == 15
                ? buffer.getUnsignedShort(pictureIdAt) & 0x7FFF
                : buffer.getByte(pictureIdAt) & 0x7F;
    }

    /**
     * @return 7 or 15, 0 when there is no picture id
     */
    public int pictureIdBits() {
        if (pictureIdAt < 0) {
            return 0;
        }
        return (buffer.getByte(pictureIdAt) & 0x80) != 0 ? 15 : 7;
    }

    /**
     * @return 0…255, −1 when absent
     */
    public int tl0PictureIndex() {
        return tl0At < 0 ? -1 : buffer.getUnsignedByte(tl0At);
    }

    /**
     * @return temporal layer 0…3; 0 when absent
     */
    public int temporalId() {
        return tidAt < 0 ? 0 : (buffer.getByte(tidAt) >>> 6) & 0x03;
    }

    /**
     * @return the Y bit: the frame depends on the base layer only, so one may switch up here
     */
    public boolean isLayerSync() {
        return tidAt >= 0 && (buffer.getByte(tidAt) & 0x20) != 0;
    }

    /** Overwrites the picture id in its present width; nothing when absent. */
    public void pictureId(int pictureId) {
        if (pictureIdAt >= 0) {
            if (pictureIdBits() == 15) {
                buffer.setShort(pictureIdAt, 0x8000 | (pictureId & 0x7FFF));
            } else {
                buffer.setByte(pictureIdAt, pictureId & 0x7F);
            }
        }
    }

    /** Overwrites TL0PICIDX; nothing when absent. */
    public void tl0PictureIndex(int index) {
        if (tl0At >= 0) {
            buffer.setByte(tl0At, index);
        }
    }
}
