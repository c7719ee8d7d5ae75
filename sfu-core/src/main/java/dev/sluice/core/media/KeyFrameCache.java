package dev.sluice.core.media;

/**
 * What the packet cache holds of an encoding's newest key frame and everything behind it, so that
 * who joins or switches can begin at once, without a request to the publisher. Keeps numbers only.
 */
final class KeyFrameCache {
    private static final long MAX_AGE_NANOS = 2_500_000_000L;

    /** Packets that a replay may have: beyond it a new key frame costs less. */
    private static final int MAX_PACKETS = 256;

    private static final int MAX_BYTES = 256 * 1024;

    private final PacketCache packets;
    private long first = -1;
    private long last = -1;
    private long sinceNanos;
    private int bytes;

    KeyFrameCache(PacketCache packets) {
        this.packets = packets;
    }

    /**
     * A packet came.
     *
     * @param keyFrame whether it is the first of a key frame
     */
    void onPacket(long nowNanos, long extended, int length, boolean keyFrame) {
        if (keyFrame) {
            first = extended;
            last = extended;
            sinceNanos = nowNanos;
            bytes = length;
        } else if (first >= 0 && extended > first) {
            last = Math.max(last, extended);
            bytes += length;
        }
    }

    /** Numbers begin anew: nothing of before can be used. */
    void clear() {
        first = -1;
    }

    /**
     * Whether somebody may begin with what is here.
     *
     * @param mostBytes what its network takes in a short time
     */
    boolean isUsable(long nowNanos, double mostBytes) {
        if (first < 0
                || nowNanos - sinceNanos > MAX_AGE_NANOS
                || last - first >= MAX_PACKETS
                || bytes > Math.min(MAX_BYTES, mostBytes)) {
            return false;
        }
        for (long number = first; number <= last; number++) {
            if (packets.find(number) == PacketCache.MISSING) {
                return false; // still missing, or overwritten
            }
        }
        return true;
    }

    long first() {
        return first;
    }

    long last() {
        return last;
    }
}
