package dev.sluice.srtp;

/** Which of the last 128 indexes were received (RFC 3711 §3.3.2; the RFC asks for at least 64). */
final class ReplayWindow {
    static final int SIZE = 128;

    private long highest = -1;
    private long low; // bit i: index highest − i
    private long high; // bit i: index highest − 64 − i

    /**
     * @return whether this index may still be accepted
     */
    boolean accepts(long index) {
        if (index > highest) {
            return true;
        }
        long age = highest - index;
        if (age >= SIZE) {
            return false;
        }
        return age < 64 ? (low >>> age & 1) == 0 : (high >>> (age - 64) & 1) == 0;
    }

    /** Marks an index that {@link #accepts} and whose packet was authenticated. */
    void mark(long index) {
        if (index > highest) {
            shift(highest < 0 ? SIZE : index - highest);
            highest = index;
        }
        long age = highest - index;
        if (age < 64) {
            low |= 1L << age;
        } else {
            high |= 1L << (age - 64);
        }
    }

    private void shift(long by) {
        if (by >= SIZE) {
            low = 0;
            high = 0;
        } else if (by >= 64) {
            high = by == 64 ? low : low << (by - 64);
            low = 0;
        } else {
            high = high << by | low >>> (64 - by);
            low <<= by;
        }
    }

    /** Starts at {@code index} with everything up to it taken as received. */
    void resumeAt(long index) {
        highest = index;
        low = -1;
        high = -1;
    }

    /**
     * @return the highest index marked, −1 before the first
     */
    long highest() {
        return highest;
    }
}
