package dev.sluice.core.media;

/**
 * What was sent under which number, so that a NACK can be answered: the last {@value #SIZE}
 * packets. Hundreds of viewers have one each, so a packet takes three words that lie together.
 *
 * <pre>
 *  0: extended number it came with (48)  outgoing payload type (7)  marker (1)  layer (4)  answers (4)
 *  1: outgoing number, lowest 32 bits    outgoing timestamp (32)
 *  2: VP8 picture id plus one (17)  TL0PICIDX plus one (9)  epoch of the encoding (32)
 * </pre>
 */
final class SentHistory {
    static final int SIZE = 512;
    private static final int MASK = SIZE - 1;
    private static final int WORDS = 3;
    private static final int MAX_ANSWERS = 5;
    private static final int ANSWERS = 0xF;
    private static final int LAYER_SHIFT = 4;
    private static final int MARKER_SHIFT = 8;
    private static final int TYPE_SHIFT = 9;
    private static final int INCOMING_SHIFT = 16;
    private static final long EMPTY = -1;

    private final long[] words = new long[SIZE * WORDS];
    private long[] answeredNanos = {}; // made with the first answer: most viewers lose nothing

    SentHistory() {
        for (int i = 0; i < SIZE; i++) {
            words[i * WORDS] = EMPTY;
        }
    }

    /** Remembers where an outgoing packet came from. @return its place, for the details */
    int put(long outgoing, int layer, int epoch, long incoming, long timestamp) {
        int at = (int) outgoing & MASK;
        words[at * WORDS] = incoming << INCOMING_SHIFT | (long) layer << LAYER_SHIFT;
        words[at * WORDS + 1] = outgoing << 32 | (timestamp & 0xFFFF_FFFFL);
        words[at * WORDS + 2] = epoch & 0xFFFF_FFFFL;
        return at;
    }

    /** Remembers payload type, marker and the rewritten VP8 fields, −1 where there are none. */
    void details(int at, int payloadType, boolean marker, int pictureId, int tl0PictureIndex) {
        words[at * WORDS] |= (long) payloadType << TYPE_SHIFT | (marker ? 1L << MARKER_SHIFT : 0);
        words[at * WORDS + 2] |= (long) (pictureId + 1) << 41 | (long) (tl0PictureIndex + 1) << 32;
    }

    /**
     * @return the place of a packet sent under this 16-bit number, −1 when it is too old
     */
    int find(int sequence) {
        int at = sequence & MASK;
        boolean known = words[at * WORDS] != EMPTY;
        return known && (words[at * WORDS + 1] >>> 32 & 0xFFFF) == sequence ? at : -1;
    }

    /**
     * @return whether it may be sent again now; counts as an answer then
     */
    boolean answer(int at, long nowNanos, long minGapNanos) {
        if (answeredNanos.length == 0) {
            answeredNanos = new long[SIZE];
        }
        int answers = (int) words[at * WORDS] & ANSWERS;
        if (answers >= MAX_ANSWERS || (answers > 0 && nowNanos - answeredNanos[at] < minGapNanos)) {
            return false;
        }
        words[at * WORDS]++;
        answeredNanos[at] = nowNanos;
        return true;
    }

    int layer(int at) {
        return (int) (words[at * WORDS] >>> LAYER_SHIFT) & 0xF;
    }

    /**
     * @return the encoding's {@link Encoding#epoch} when it was sent
     */
    int epoch(int at) {
        return (int) words[at * WORDS + 2];
    }

    /**
     * @return the extended number it came with, 48 bits
     */
    long incoming(int at) {
        return words[at * WORDS] >>> INCOMING_SHIFT;
    }

    long timestamp(int at) {
        return words[at * WORDS + 1] & 0xFFFF_FFFFL;
    }

    int payloadType(int at) {
        return (int) (words[at * WORDS] >>> TYPE_SHIFT) & 0x7F;
    }

    boolean marker(int at) {
        return (words[at * WORDS] >>> MARKER_SHIFT & 1) != 0;
    }

    int pictureId(int at) {
        return (int) (words[at * WORDS + 2] >>> 41) - 1;
    }

    int tl0PictureIndex(int at) {
        return (int) (words[at * WORDS + 2] >>> 32 & 0x1FF) - 1;
    }
}
