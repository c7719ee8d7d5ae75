package dev.sluice.rtp.codec;

/**
 * What a frame means to a decode target (AV1 RTP specification, appendix A.2): two bits for each of
 * up to 32 targets, packed in a long.
 */
public final class DecodeTarget {
    /** The target does not have the frame. */
    public static final int ABSENT = 0;

    /** Nothing that the target has depends on the frame. */
    public static final int DISCARDABLE = 1;

    /** Who has the frame can decode all that follows of the target. */
    public static final int SWITCH = 2;

    /** The target needs the frame. */
    public static final int REQUIRED = 3;

    private DecodeTarget() {}

    /**
     * @return one of the above
     */
    public static int indication(long indications, int target) {
        return (int) (indications >>> (2 * target)) & 3;
    }
}
