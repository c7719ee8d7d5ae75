package dev.sluice.core.media;

import dev.sluice.rtp.codec.Vp8Descriptor;

/**
 * Lets VP8 picture ids and TL0PICIDX run on by one at a switch of the source (RFC 7741 §4.2):
 * decoders take a jump for lost frames.
 */
final class Vp8Rewriter {
    private int pictureOffset;
    private int tl0Offset;
    private int lastPicture = -1;
    private int lastTl0 = -1;

    /** The packet under the view is the first of a new source. */
    void switchSource(Vp8Descriptor first) {
        pictureOffset = lastPicture < 0 ? 0 : lastPicture + 1 - first.pictureId();
        tl0Offset = lastTl0 < 0 ? 0 : lastTl0 + 1 - first.tl0PictureIndex();
    }

    /**
     * @return the picture id to send, −1 when the packet has none
     */
    int pictureId(Vp8Descriptor packet) {
        int bits = packet.pictureIdBits();
        if (bits == 0) {
            return -1;
        }
        int id = (packet.pictureId() + pictureOffset) & ((1 << bits) - 1);
        if (lastPicture < 0 || isNewer(id, lastPicture, bits)) {
            lastPicture = id;
        }
        return id;
    }

    /**
     * @return the TL0PICIDX to send, −1 when the packet has none
     */
    int tl0PictureIndex(Vp8Descriptor packet) {
        if (packet.tl0PictureIndex() < 0) {
            return -1;
        }
        int index = (packet.tl0PictureIndex() + tl0Offset) & 0xFF;
        if (lastTl0 < 0 || isNewer(index, lastTl0, 8)) {
            lastTl0 = index;
        }
        return index;
    }

    private static boolean isNewer(int a, int b, int bits) {
        int distance = (a - b) & ((1 << bits) - 1);
        return distance != 0 && distance < 1 << (bits - 1);
    }
}
