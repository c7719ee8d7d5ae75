package dev.sluice.core.congestion;

/**
 * Whether the queue on the way grows: the slope of the accumulated delay over the last groups of
 * packets, held against a threshold that adapts to how noisy the path is (draft-ietf-rmcat-gcc-02
 * §5.3, §5.4, with a line fit instead of the filter).
 */
final class TrendlineEstimator {
    /** What the path does. */
    enum Usage {
        NORMAL,
        OVERUSE,
        UNDERUSE
    }

    private static final int WINDOW = 20;
    private static final double SMOOTHING = 0.9;
    private static final double GAIN = 4;
    private static final int MAX_DELTAS = 60;
    private static final double OVERUSE_MS = 10;
    private static final double UP = 0.0087;
    private static final double DOWN = 0.039;
    private static final double OUTLIER = 15;

    private final double[] times = new double[WINDOW];
    private final double[] delays = new double[WINDOW];
    private int points;
    private int at;
    private int deltas;
    private double firstArrival = -1;
    private double accumulated;
    private double smoothed;
    private double trend;
    private double previousTrend;
    private double threshold = 12.5;
    private double lastNow = -1;
    private double overusing = -1;
    private int overuses;
    private Usage usage = Usage.NORMAL;

    /** Takes the deltas between two groups, all times in ms. */
    void update(double sendDelta, double arrivalDelta, double arrival, double now) {
        deltas = Math.min(deltas + 1, 1000);
        if (firstArrival < 0) {
            firstArrival = arrival;
        }
        accumulated += arrivalDelta - sendDelta;
        smoothed = SMOOTHING * smoothed + (1 - SMOOTHING) * accumulated;
        times[at] = arrival - firstArrival;
        delays[at] = smoothed;
        at = (at + 1) % WINDOW;
        points = Math.min(points + 1, WINDOW);
        if (points == WINDOW) {
            trend = slope(trend);
        }
        detect(sendDelta, now);
    }

    private double slope(double otherwise) {
        double meanTime = 0;
        double meanDelay = 0;
        for (int i = 0; i < WINDOW; i++) {
            meanTime += times[i];
            meanDelay += delays[i];
        }
        meanTime /= WINDOW;
        meanDelay /= WINDOW;
        double above = 0;
        double below = 0;
        for (int i = 0; i < WINDOW; i++) {
            above += (times[i] - meanTime) * (delays[i] - meanDelay);
            below += (times[i] - meanTime) * (times[i] - meanTime);
        }
        return below == 0 ? otherwise : above / below;
    }

    private void detect(double sendDelta, double now) {
        if (deltas < 2) {
            usage = Usage.NORMAL;
            return;
        }
        double modified = Math.min(deltas, MAX_DELTAS) * trend * GAIN;
        if (modified > threshold) {
            overusing = overusing < 0 ? sendDelta / 2 : overusing + sendDelta;
            overuses++;
            if (overusing > OVERUSE_MS && overuses > 1 && trend >= previousTrend) {
                overusing = 0;
                overuses = 0;
                usage = Usage.OVERUSE;
            }
        } else {
            overusing = -1;
            overuses = 0;
            usage = modified < -threshold ? Usage.UNDERUSE : Usage.NORMAL;
        }
        previousTrend = trend;
        adapt(Math.abs(modified), now);
    }

    private void adapt(double modified, double now) {
        double elapsed = lastNow < 0 ? 0 : Math.min(now - lastNow, 100);
        lastNow = now;
        if (modified > threshold + OUTLIER) {
            return;
        }
        double k = modified < threshold ? DOWN : UP;
        threshold = Math.clamp(threshold + k * (modified - threshold) * elapsed, 6, 600);
    }

    Usage usage() {
        return usage;
    }

    double threshold() {
        return threshold;
    }

    double trend() {
        return trend;
    }
}
