package dev.sluice.core.congestion;

/**
 * How good a connection is, from 0 to 100, out of what reports of both directions say: delay by the
 * E-model's simplification, loss before repair, layers that the network does not take.
 */
public final class LinkQuality {
    /** Nothing is known of this connection. */
    public static final double UNKNOWN = -1;

    private static final double FLOOR = 30;
    private static final double RISE = 0.4;
    private static final double FALL = 0.8;
    private static final double AUDIO_WEIGHT = 8;
    private static final double VIDEO_WEIGHT = 10;
    private static final double LAYER_WEIGHT = 35;

    private double worst = Double.POSITIVE_INFINITY;
    private double score = UNKNOWN;

    /**
     * A report on one stream.
     *
     * @param fractionLost in 1/256 (RFC 3550 §6.4.1)
     * @param roundTripMs negative when unknown
     */
    public void onReport(boolean audio, int fractionLost, double roundTripMs) {
        double delay = Math.max(0, roundTripMs) / 2;
        double effect = delay <= 160 ? delay / 40 : (delay - 120) / 10;
        double loss = fractionLost * 100.0 / 256;
        worst = Math.min(worst, 100 - effect - (audio ? AUDIO_WEIGHT : VIDEO_WEIGHT) * loss);
    }

    /**
     * A video track that the network does not take as wanted.
     *
     * @param missing spatial layers
     */
    public void onMissingLayers(int missing) {
        worst = Math.min(worst, 100 - LAYER_WEIGHT * missing);
    }

    /**
     * Ends an interval of some seconds.
     *
     * @return 30 to 100, slower up than down; {@link #UNKNOWN} while nothing was ever reported
     */
    public double take() {
        if (worst <= 100) {
            double now = Math.max(FLOOR, worst);
            double weight = now > score ? RISE : FALL;
            score = score < 0 ? now : score + weight * (now - score);
        }
        worst = Double.POSITIVE_INFINITY;
        return score;
    }
}
