package dev.sluice.core.media;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What was sent under which number, so that a NACK can be answered: the last {@value #SIZE}
 * packets.
 */
final class SentHistory {
    static final int SIZE = 1024;
    private static final int MASK = SIZE - 1;
    private static final int MAX_ANSWERS = 5;

    private final long[] out = new long[SIZE];
    private final long[] in = new long[SIZE];
    private final long[] timestamps = new long[SIZE];
    private final long[] answeredNanos = new long[SIZE];
    private final int[] vp8 = new int[SIZE];
    private final int[] types = new int[SIZE];
    private final byte[] answers = new byte[SIZE];
    private final @Nullable Encoding[] encodings = new Encoding[SIZE];

    SentHistory() {
        Arrays.fill(out, -1);
    }

    /** Remembers where an outgoing packet came from. @return its place, for the details */
    int put(long outgoing, @Nullable Encoding encoding, long incoming, long timestamp) {
        int at = (int) outgoing & MASK;
        out[at] = outgoing;
        in[at] = incoming;
        encodings[at] = encoding;
        timestamps[at] = timestamp;
        answeredNanos[at] = Long.MIN_VALUE;
        answers[at] = 0;
        return at;
    }

    /** Remembers payload type, marker and the rewritten VP8 fields, −1 where there are none. */
    void details(int at, int payloadType, boolean marker, int pictureId, int tl0PictureIndex) {
        types[at] = payloadType << 1 | (marker ? 1 : 0);
        vp8[at] = (pictureId + 1) << 9 | (tl0PictureIndex + 1);
    }

    /**
     * @return the place of a packet sent under this 16-bit number, −1 when it is too old
     */
    int find(int sequence) {
        int at = sequence & MASK;
        return (out[at] & 0xFFFF) == sequence && out[at] >= 0 ? at : -1;
    }

    /**
     * @return whether it may be sent again now; counts as an answer then
     */
    boolean answer(int at, long nowNanos, long minGapNanos) {
        if (answers[at] >= MAX_ANSWERS
                || (answeredNanos[at] != Long.MIN_VALUE
                        && nowNanos - answeredNanos[at] < minGapNanos)) {
            return false;
        }
        answers[at]++;
        answeredNanos[at] = nowNanos;
        return true;
    }

    @Nullable Encoding encoding(int at) {
        return encodings[at];
    }

    long incoming(int at) {
        return in[at];
    }

    long timestamp(int at) {
        return timestamps[at];
    }

    int payloadType(int at) {
        return types[at] >>> 1;
    }

    boolean marker(int at) {
        return (types[at] & 1) != 0;
    }

    int pictureId(int at) {
        return (vp8[at] >>> 9) - 1;
    }

    int tl0PictureIndex(int at) {
        return (vp8[at] & 0x1FF) - 1;
    }
}
