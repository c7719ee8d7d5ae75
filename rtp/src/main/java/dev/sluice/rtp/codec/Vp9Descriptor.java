package dev.sluice.rtp.codec;

import io.netty.buffer.ByteBuf;

/**
 * VP9 payload descriptor (RFC 9628 §4.2) as far as frames and layers need it.
 *
 * <pre>
 *  |I|P|L|F|B|E|V|Z|   I: |M| picture id (7 or 15) |   L: |TID|U|SID|D|  and TL0PICIDX when F = 0
 * </pre>
 */
public final class Vp9Descriptor {
    private int flags;
    private int layers;
    private boolean hasLayers;
    private int pictureId;

    /**
     * Looks at a payload of {@code length} bytes.
     *
     * @return whether the fields that are read here lie inside it
     */
    public boolean wrap(ByteBuf buffer, int offset, int length) {
        pictureId = -1;
        layers = 0;
        hasLayers = false;
        int end = offset + length;
        int at = offset;
        if (at >= end) {
            return false;
        }
        flags = buffer.getByte(at++);
        if ((flags & 0x80) != 0) {
            if (at >= end) {
                return false;
            }
            boolean wide = (buffer.getByte(at) & 0x80) != 0;
            if (wide && at + 2 > end) {
                return false;
            }
            pictureId = wide ? buffer.getUnsignedShort(at) & 0x7FFF : buffer.getByte(at) & 0x7F;
            at += wide ? 2 : 1;
        }
        if ((flags & 0x20) != 0) {
            if (at >= end) {
                return false;
            }
            hasLayers = true;
            layers = buffer.getByte(at++);
        }
        return at < end;
    }

    /**
     * @return 7 or 15 bits, −1 when absent
     */
    public int pictureId() {
        return pictureId;
    }

    /**
     * @return the B bit: first packet of a layer frame
     */
    public boolean isStartOfFrame() {
        return (flags & 0x08) != 0;
    }

    /**
     * @return the E bit: last packet of a layer frame
     */
    public boolean isEndOfFrame() {
        return (flags & 0x04) != 0;
    }

    /**
     * @return the P bit
     */
    public boolean isInterPicturePredicted() {
        return (flags & 0x40) != 0;
    }

    /**
     * @return first packet of a picture that depends on nothing: P = 0, B = 1, lowest layer
     */
    public boolean isKeyFrame() {
        return !isInterPicturePredicted() && isStartOfFrame() && spatialId() == 0;
    }

    /**
     * @return the U bit: later pictures of this temporal layer depend on nothing of it before this
     */
    public boolean isSwitchingUp() {
        return hasLayers && (layers & 0x10) != 0;
    }

    public int spatialId() {
        return hasLayers ? (layers >>> 1) & 0x07 : 0;
    }

    public int temporalId() {
        return hasLayers ? (layers >>> 5) & 0x07 : 0;
    }
}
