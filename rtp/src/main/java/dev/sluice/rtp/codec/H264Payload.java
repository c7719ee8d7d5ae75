package dev.sluice.rtp.codec;

import io.netty.buffer.ByteBuf;

/**
 * Key frames in H.264 (RFC 6184 §5) and H.265 (RFC 7798 §4.4) payloads: parameter sets or an
 * intra-only slice, alone, in an aggregation packet, or at the start of a fragmented unit.
 * Switching happens at the parameter sets, so that they come first.
 */
public final class H264Payload {
    private static final int STAP_A = 24;
    private static final int FU_A = 28;
    private static final int IDR = 5;
    private static final int SPS = 7;
    private static final int H265_AGGREGATION = 48;
    private static final int H265_FRAGMENT = 49;

    private H264Payload() {}

    /**
     * @return whether an H.264 payload starts an access unit that can be decoded by itself
     */
    public static boolean isKeyFrame(ByteBuf buffer, int offset, int length) {
        if (length < 2) {
            return false;
        }
        int type = buffer.getByte(offset) & 0x1F;
        if (type == FU_A) {
            int header = buffer.getByte(offset + 1);
            return (header & 0x80) != 0 && isKeyUnit(header & 0x1F);
        }
        if (type != STAP_A) {
            return isKeyUnit(type);
        }
        int at = offset + 1;
        int end = offset + length;
        while (at + 3 <= end) {
            int size = buffer.getUnsignedShort(at);
            if (isKeyUnit(buffer.getByte(at + 2) & 0x1F)) {
                return true;
            }
            at += 2 + size;
        }
        return false;
    }

    private static boolean isKeyUnit(int type) {
        return type == IDR || type == SPS;
    }

    /**
     * @return whether an H.265 payload starts an intra random access picture or its parameter sets
     */
    public static boolean isH265KeyFrame(ByteBuf buffer, int offset, int length) {
        if (length < 3) {
            return false;
        }
        int type = (buffer.getByte(offset) >>> 1) & 0x3F;
        if (type == H265_FRAGMENT) {
            int header = buffer.getByte(offset + 2);
            return (header & 0x80) != 0 && isH265KeyUnit(header & 0x3F);
        }
        if (type == H265_AGGREGATION) {
            return length >= 5 && isH265KeyUnit((buffer.getByte(offset + 4) >>> 1) & 0x3F);
        }
        return isH265KeyUnit(type);
    }

    private static boolean isH265KeyUnit(int type) {
        return (type >= 16 && type <= 21) || (type >= 32 && type <= 34); // IRAP; VPS, SPS, PPS
    }
}
