package dev.sluice.core.media;

import dev.sluice.rtp.codec.Vp8Descriptor;

/**
 * Lets VP8 picture ids and TL0PICIDX run on by one at a switch of the source and where pictures of
 * a temporal layer are left out (RFC 7741 §4.2): decoders take a jump for lost frames.
 */
final class Vp8Rewriter {
    /** The picture cannot be sent any more. */
    static final int LEFT_OUT = -2;

    private final Rewriter pictures = new Rewriter(0);
    private long highest = -1; // picture id that came, extended
    private int tl0Offset;
    private int lastTl0 = -1;
    private boolean begun;

    /** The packet under the view is the first of a new source. */
    void switchSource(Vp8Descriptor first) {
        highest = first.pictureId() + (1L << 16);
        if (begun) {
            pictures.switchSource(highest);
            tl0Offset = lastTl0 < 0 ? 0 : lastTl0 + 1 - first.tl0PictureIndex();
        } else {
            begun = true;
            pictures.continueAs(highest, first.pictureId());
        }
    }

    /** The picture under the view is left out. */
    void skip(Vp8Descriptor packet) {
        if (packet.pictureIdBits() > 0) {
            pictures.skip(extend(packet));
        }
    }

    private long extend(Vp8Descriptor packet) {
        int bits = packet.pictureIdBits();
        int range = 1 << bits;
        int step = (packet.pictureId() - (int) highest) & (range - 1);
        long extended = highest + (step < range / 2 ? step : step - range);
        highest = Math.max(highest, extended);
        return extended;
    }

    /**
     * @return the picture id to send, −1 when the packet has none, {@link #LEFT_OUT} when packets
     *     of the picture were left out before
     */
    int pictureId(Vp8Descriptor packet) {
        int bits = packet.pictureIdBits();
        if (bits == 0) {
            return -1;
        }
        long id = pictures.rewrite(extend(packet));
        return id == Rewriter.NONE ? LEFT_OUT : (int) id & ((1 << bits) - 1);
    }

    /**
     * @return the TL0PICIDX to send, −1 when the packet has none
     */
    int tl0PictureIndex(Vp8Descriptor packet) {
        if (packet.tl0PictureIndex() < 0) {
            return -1;
        }
        int index = (packet.tl0PictureIndex() + tl0Offset) & 0xFF;
        if (lastTl0 < 0 || isNewer(index, lastTl0)) {
            lastTl0 = index;
        }
        return index;
    }

    private static boolean isNewer(int a, int b) {
        int distance = (a - b) & 0xFF;
        return distance != 0 && distance < 0x80;
    }
}
