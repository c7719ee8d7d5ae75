package dev.sluice.sctp;

import io.netty.buffer.ByteBuf;

/** Which fragments came: everything up to a number, and a bitmap beyond. Of fixed size. */
final class ReceiveTracker {
    /** How far beyond the first gap fragments are taken. */
    static final int RANGE = 4096;

    private static final int MAX_BLOCKS = 20;

    private final long[] bits = new long[RANGE / Long.SIZE];
    private final int[] duplicates = new int[MAX_BLOCKS];
    private int duplicateCount;
    private long cumulative;
    private long highest;

    /**
     * @param first the number of the first fragment
     */
    ReceiveTracker(long first) {
        cumulative = first - 1;
        highest = cumulative;
    }

    /**
     * @return up to where everything came
     */
    long cumulative() {
        return cumulative;
    }

    boolean has(long tsn) {
        return tsn <= cumulative || (tsn <= highest && isSet(tsn));
    }

    boolean isTooFar(long tsn) {
        return tsn > cumulative + RANGE;
    }

    boolean hasGap() {
        return highest > cumulative;
    }

    private boolean isSet(long tsn) {
        return (bits[word(tsn)] >>> tsn & 1) != 0;
    }

    private static int word(long tsn) {
        return (int) (tsn & (RANGE - 1)) / Long.SIZE;
    }

    /** Notes a fragment that {@link #has} denied and that is not too far. */
    void add(long tsn) {
        bits[word(tsn)] |= 1L << tsn;
        highest = Math.max(highest, tsn);
        advance();
    }

    void addDuplicate(long tsn) {
        if (duplicateCount < MAX_BLOCKS) {
            duplicates[duplicateCount++] = (int) tsn;
        }
    }

    private void advance() {
        while (cumulative < highest && isSet(cumulative + 1)) {
            cumulative++;
            bits[word(cumulative)] &= ~(1L << cumulative);
        }
    }

    /** The peer gives everything up to there up. */
    void forward(long tsn) {
        while (cumulative < tsn) {
            cumulative++;
            bits[word(cumulative)] &= ~(1L << cumulative);
        }
        highest = Math.max(highest, cumulative);
        advance();
    }

    /** Writes the value of a SACK. */
    void write(long window, ByteBuf into) {
        into.writeInt((int) cumulative).writeInt((int) window);
        int countAt = into.writerIndex();
        into.writeShort(0).writeShort(duplicateCount);
        int blocks = 0;
        long tsn = cumulative + 2; // the one behind the cumulative is missing
        while (tsn <= highest && blocks < MAX_BLOCKS) {
            if (!isSet(tsn)) {
                tsn++;
                continue;
            }
            long from = tsn;
            while (tsn <= highest && isSet(tsn)) {
                tsn++;
            }
            into.writeShort((int) (from - cumulative)).writeShort((int) (tsn - 1 - cumulative));
            blocks++;
        }
        into.setShort(countAt, blocks);
        for (int i = 0; i < duplicateCount; i++) {
            into.writeInt(duplicates[i]);
        }
        duplicateCount = 0;
    }
}
