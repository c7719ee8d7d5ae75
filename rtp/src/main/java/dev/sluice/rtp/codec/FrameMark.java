package dev.sluice.rtp.codec;

/**
 * What forwarding needs to know of a video packet, in one int, so that it is found out once for all
 * subscribers.
 */
public final class FrameMark {
    /** Nothing known: the only layer, no key frame. */
    public static final int PLAIN = 0;

    /** The packet is the first of a key frame. */
    public static final int KEY_FRAME = 1;

    /** The frame depends on lower temporal layers only: one may switch up to its layer here. */
    public static final int TEMPORAL_SYNC = 1 << 1;

    /** The frame depends on no earlier picture at its spatial layer. */
    public static final int SPATIAL_SYNC = 1 << 2;

    /** The packet is the first of a layer's frame. */
    public static final int START = 1 << 3;

    /** The packet is the last of a layer's frame. */
    public static final int END = 1 << 4;

    /** What the frame depends on is described: {@link #frame} says where. */
    public static final int DESCRIBED = 1 << 5;

    /** No higher spatial layer needs the frame. */
    public static final int SPATIAL_LEAF = 1 << 6;

    private static final int FRAME_SHIFT = 16;
    private static final int FRAME_MASK = 0xFF;
    private static final int TEMPORAL_SHIFT = 8;
    private static final int SPATIAL_SHIFT = 12;
    private static final int LAYER_MASK = 7;

    private FrameMark() {}

    /** Packs the two layers, 0…7 each. */
    public static int of(int spatial, int temporal) {
        return (spatial & LAYER_MASK) << SPATIAL_SHIFT | (temporal & LAYER_MASK) << TEMPORAL_SHIFT;
    }

    /**
     * @return spatial layer inside its stream, 0…7; 0 for each stream of a simulcast
     */
    public static int spatial(int mark) {
        return mark >>> SPATIAL_SHIFT & LAYER_MASK;
    }

    /**
     * @return temporal layer, 0…7
     */
    public static int temporal(int mark) {
        return mark >>> TEMPORAL_SHIFT & LAYER_MASK;
    }

    /**
     * @param place 0…255, where the frame's dependencies are kept
     * @return the mark with it
     */
    public static int described(int mark, int place) {
        return mark | DESCRIBED | (place & FRAME_MASK) << FRAME_SHIFT;
    }

    /**
     * @return where the frame's dependencies are kept; only with {@link #DESCRIBED}
     */
    public static int frame(int mark) {
        return mark >>> FRAME_SHIFT & FRAME_MASK;
    }

    public static boolean isKeyFrame(int mark) {
        return (mark & KEY_FRAME) != 0;
    }

    /**
     * @return whether all of these bits are set
     */
    public static boolean has(int mark, int bits) {
        return (mark & bits) == bits;
    }
}
