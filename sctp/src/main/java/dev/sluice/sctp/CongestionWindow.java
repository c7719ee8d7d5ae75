package dev.sluice.sctp;

/** How much may be on its way (RFC 9260 §7.2). Bytes of payload. */
final class CongestionWindow {
    private static final int PACKET = PacketWriter.SIZE;
    private static final int INITIAL = 10 * PACKET;
    private static final int MINIMUM = 4 * PACKET;
    private static final int MAXIMUM = 256 * 1024;

    private long window = INITIAL;
    private long threshold = Long.MAX_VALUE;
    private long acknowledged; // since the last step of congestion avoidance
    private long recoveryExit = Long.MIN_VALUE;

    long bytes() {
        return window;
    }

    /**
     * @return whether losses up to this fragment were answered already
     */
    boolean isRecovering(long cumulative) {
        return cumulative < recoveryExit;
    }

    /**
     * The row of acknowledged fragments became longer.
     *
     * @param flight bytes that were on their way before
     */
    void onAcknowledged(long bytes, long flight, long cumulative) {
        if (isRecovering(cumulative) || flight + PACKET < window) {
            return; // more than is used would be a guess
        }
        if (window <= threshold) {
            window += Math.min(bytes, PACKET);
        } else {
            acknowledged += bytes;
            if (acknowledged >= window) {
                acknowledged -= window;
                window += PACKET;
            }
        }
        window = Math.min(window, MAXIMUM);
    }

    /**
     * Fragments are missing that later ones overtook.
     *
     * @param highest the latest fragment sent
     * @return false when that was answered already
     */
    boolean onLoss(long cumulative, long highest) {
        if (isRecovering(cumulative)) {
            return false;
        }
        threshold = Math.max(window / 2, MINIMUM);
        window = threshold;
        acknowledged = 0;
        recoveryExit = highest;
        return true;
    }

    /** Nothing is acknowledged any more. */
    void onTimeout() {
        threshold = Math.max(window / 2, MINIMUM);
        window = PACKET;
        acknowledged = 0;
        recoveryExit = Long.MIN_VALUE;
    }

    /** Nothing was sent for longer than a timeout. */
    void onIdle() {
        window = Math.max(window / 2, INITIAL);
    }
}
