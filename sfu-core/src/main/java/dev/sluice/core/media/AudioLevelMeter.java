package dev.sluice.core.media;

/**
 * How loud a publisher is, from the levels its packets carry (RFC 6464: −dBov, 0 loud, 127 silent).
 * Active when at least 40 % of a window of 400 ms was loud enough.
 */
public final class AudioLevelMeter {
    private static final int ACTIVE_LEVEL = 35;
    private static final int WINDOW_PACKETS = 20; // 400 ms of 20 ms packets
    private static final double ACTIVE_SHARE = 0.4;
    private static final double SMOOTHING = 2.0 / 3;

    private int packets;
    private int active;
    private int loudest = 127;
    private double smoothed;

    /** Notes one packet. */
    void onPacket(int level) {
        packets++;
        if (level <= ACTIVE_LEVEL) {
            active++;
            loudest = Math.min(loudest, level);
        }
    }

    /**
     * Ends a window of 400 ms; gaps of discontinuous transmission count as silence.
     *
     * @return 0…1, 0 when not active
     */
    public double endWindow() {
        double now = 0;
        if (active >= ACTIVE_SHARE * WINDOW_PACKETS) {
            double share = Math.min(1.0, (double) active / WINDOW_PACKETS);
            double level = loudest - 20 * Math.log10(share);
            now = Math.pow(10, -level / 20);
        }
        smoothed = packets == 0 ? 0 : smoothed + SMOOTHING * (now - smoothed);
        if (now == 0 && smoothed < 0.01) {
            smoothed = 0;
        }
        packets = 0;
        active = 0;
        loudest = 127;
        return now == 0 ? 0 : smoothed;
    }
}
