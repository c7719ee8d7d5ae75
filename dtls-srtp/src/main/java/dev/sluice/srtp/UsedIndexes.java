package dev.sluice.srtp;

/**
 * Refuses to seal an index twice. Two packets under one (key, SSRC, index) reveal the
 * authentication key of GCM and the plaintext of counter mode (RFC 3711 §9.1, RFC 7714 §10), so
 * this guard is never off.
 */
final class UsedIndexes {
    static final int WINDOW = 1024;

    private final long[] used = new long[WINDOW / 64];
    private long highest = -1;

    /**
     * @return false when the index was used before or lies behind the window
     */
    boolean take(long index) {
        if (index > highest) {
            advance(index);
        } else if (highest - index >= WINDOW) {
            return false;
        }
        int word = (int) (index >>> 6) & (used.length - 1);
        long bit = 1L << (index & 63);
        if ((used[word] & bit) != 0) {
            return false;
        }
        used[word] |= bit;
        return true;
    }

    private void advance(long index) {
        long from = Math.max(highest + 1, index - WINDOW + 1);
        for (long i = from; i <= index; i++) {
            used[(int) (i >>> 6) & (used.length - 1)] &= ~(1L << (i & 63));
        }
        highest = index;
    }

    long highest() {
        return highest;
    }
}
