package dev.sluice.core.congestion;

/**
 * The rate that losses allow. Explains the last observations by a loss of the path itself and a
 * bandwidth above which everything is lost, and takes the most likely pair: a path that always
 * loses a little is not taken for a full one (the second version of the loss-based estimator of
 * libwebrtc, branch 7204; figures from there where the design says so).
 */
final class LossController {
    enum State {
        DELAY_LIMITED,
        INCREASING,
        DECREASING
    }

    private static final double[] FACTORS = {1.02, 1, 0.95};
    private static final int MIN_OBSERVATIONS = 3;
    private static final double MIN_LOSS = 1e-3;
    private static final double NEWTON_STEP = 0.75;
    private static final double BIAS = 2e-4;
    private static final double LOG_BIAS = 0.02;
    private static final double HIGH_LOSS = 0.2;
    private static final double BIAS_SMOOTHING = 0.002;
    private static final double BALANCE = 100_000;
    private static final double OFFSET = 0.05;
    private static final double WINDOW_MS = 300;
    private static final double WINDOW_FACTOR = 1.3;
    private static final double RAMP = 1.5;
    private static final double RAMP_IN_HOLD = 1.2;
    private static final double NO_INCREASE = 1.15;
    private static final double FIRST_HOLD_MS = 300;
    private static final double LONGEST_HOLD_MS = 5_000;

    private final LossObservations observations = new LossObservations();
    private final double floor;
    private final double ceiling;
    private double bandwidth = -1;
    private double inherent = 0.01;
    private double average;
    private double windowLimit = Double.POSITIVE_INFINITY;
    private double windowSinceMs = Double.NEGATIVE_INFINITY;
    private double holdMs = FIRST_HOLD_MS;
    private double holdUntilMs = Double.NEGATIVE_INFINITY;
    private double holdRate = Double.POSITIVE_INFINITY;
    private double result = -1;
    private double lastRiseMs = Double.NEGATIVE_INFINITY;
    private State state = State.DELAY_LIMITED;
    private double candidateLoss;

    LossController(double floor, double ceiling) {
        this.floor = floor;
        this.ceiling = ceiling;
    }

    LossObservations observations() {
        return observations;
    }

    State state() {
        return state;
    }

    double averageLoss() {
        return average;
    }

    /**
     * @return the rate, the delay rate while losses do not limit
     */
    double rate(double delayRate) {
        return state == State.DELAY_LIMITED || result < 0 ? delayRate : Math.min(result, delayRate);
    }

    boolean isHolding(double nowMs, double marginMs) {
        return nowMs < holdUntilMs + marginMs;
    }

    /**
     * @return whether the rate rose less than {@code withinMs} ago
     */
    boolean hasRisen(double nowMs, double withinMs) {
        return nowMs - lastRiseMs < withinMs;
    }

    /**
     * A completed observation.
     *
     * @param acknowledged bits a second, NaN when unknown
     * @param useAcknowledged whether it may be a candidate: not while the application limits
     */
    void update(double delayRate, double acknowledged, boolean useAcknowledged, double nowMs) {
        if (observations.size() < MIN_OBSERVATIONS) {
            bandwidth = Math.max(bandwidth, delayRate);
            return;
        }
        average = observations.averageLoss();
        double previous = bandwidth;
        double best = best(delayRate, useAcknowledged ? acknowledged : Double.NaN);
        if (best > previous && average > NO_INCREASE * inherent) {
            best = previous;
        }
        if (state != State.DELAY_LIMITED && best >= previous) {
            best = limitRise(previous, best, acknowledged, nowMs);
        }
        bandwidth = Math.clamp(best, floor, ceiling);
        conclude(previous, delayRate, acknowledged, nowMs);
    }

    private double best(double delayRate, double acknowledged) {
        double from = bandwidth;
        double best = from;
        double bestScore = Double.NEGATIVE_INFINITY;
        double bestLoss = inherent;
        for (int i = 0; i < FACTORS.length + 2; i++) {
            double candidate = candidate(i, from, delayRate, acknowledged);
            if (Double.isNaN(candidate)) {
                continue;
            }
            double score = score(candidate);
            if (score > bestScore) {
                bestScore = score;
                best = candidate;
                bestLoss = candidateLoss;
            }
        }
        inherent = bestLoss;
        return best;
    }

    private static double candidate(int i, double from, double delayRate, double acknowledged) {
        if (i < FACTORS.length) {
            return from * FACTORS[i];
        }
        if (i == FACTORS.length) {
            return acknowledged;
        }
        return delayRate > from ? delayRate : Double.NaN;
    }

    /** Fits the path's own loss to a bandwidth, and says how well both explain what was seen. */
    private double score(double candidate) {
        double first = 0;
        double second = 0;
        for (int i = 0; i < observations.size(); i++) {
            double loss = loss(inherent, candidate, observations.rate(i));
            double gone = observations.lost(i);
            double came = observations.sent(i) - gone;
            first += observations.weight(i) * (gone / loss - came / (1 - loss));
            second -=
                    observations.weight(i)
                            * (gone / (loss * loss) + came / ((1 - loss) * (1 - loss)));
        }
        second = Math.min(second, -1e-6);
        double upper = OFFSET + BALANCE / Math.max(candidate, 1);
        double p =
                Math.clamp(inherent - NEWTON_STEP * first / second, MIN_LOSS, Math.min(upper, 1));
        double kbps = candidate / 1000;
        double bias = weight(BIAS) * kbps + weight(LOG_BIAS) * Math.log1p(kbps);
        double score = 0;
        for (int i = 0; i < observations.size(); i++) {
            double loss = loss(p, candidate, observations.rate(i));
            double gone = observations.lost(i);
            double came = observations.sent(i) - gone;
            score +=
                    observations.weight(i)
                            * (gone * Math.log(loss)
                                    + came * Math.log(1 - loss)
                                    + bias * observations.sent(i));
        }
        candidateLoss = p;
        return score;
    }

    private double weight(double factor) {
        double room = HIGH_LOSS - average;
        return factor * room / (BIAS_SMOOTHING + Math.abs(room));
    }

    private static double loss(double inherent, double bandwidth, double rate) {
        double excess = rate > bandwidth ? (rate - bandwidth) / rate : 0;
        return Math.clamp(inherent + (1 - inherent) * excess, 1e-6, 1 - 1e-6);
    }

    private double limitRise(double previous, double best, double acknowledged, double nowMs) {
        double limited = best;
        if (nowMs - windowSinceMs < WINDOW_MS) {
            limited = Math.min(limited, windowLimit);
        }
        if (!Double.isNaN(acknowledged)) {
            double ramp = isHolding(nowMs, 0) ? RAMP_IN_HOLD : RAMP;
            limited = Math.min(limited, ramp * acknowledged);
        }
        return Math.max(previous, limited);
    }

    private void conclude(double previous, double delayRate, double acknowledged, double nowMs) {
        double bounded = bound(delayRate, acknowledged);
        if (state == State.DECREASING && isHolding(nowMs, 0) && bounded < delayRate) {
            result = Math.min(holdRate, bounded);
            return;
        }
        boolean rising = state != State.DELAY_LIMITED && bandwidth > previous && bounded > result;
        if (bounded >= delayRate) {
            state = State.DELAY_LIMITED;
            holdMs = FIRST_HOLD_MS;
            release();
        } else if (rising) {
            state = State.INCREASING;
            lastRiseMs = nowMs;
        } else if (state != State.INCREASING || bounded < result) {
            if (state != State.DECREASING) {
                hold(bounded, nowMs);
            }
            state = State.DECREASING;
        }
        result = bounded;
        openWindow(nowMs);
    }

    private void openWindow(double nowMs) {
        if (state != State.DELAY_LIMITED && nowMs - windowSinceMs >= WINDOW_MS) {
            windowSinceMs = nowMs;
            windowLimit = WINDOW_FACTOR * bandwidth;
        }
    }

    /** What arrived is what losses allow at least. */
    private double bound(double delayRate, double acknowledged) {
        double upper = average > OFFSET ? BALANCE / (average - OFFSET) : Double.POSITIVE_INFINITY;
        double lower = Double.isNaN(acknowledged) ? floor : Math.max(acknowledged, floor);
        return Math.min(delayRate, Math.max(lower, Math.min(bandwidth, upper)));
    }

    private void hold(double bits, double nowMs) {
        holdUntilMs = nowMs + holdMs;
        holdRate = bits;
        holdMs = Math.min(LONGEST_HOLD_MS, 2 * holdMs);
    }

    private void release() {
        holdUntilMs = Double.NEGATIVE_INFINITY;
        holdRate = Double.POSITIVE_INFINITY;
    }

    /** A probe got through while hardly anything was lost: it is better proof than any model. */
    void onProbe(double bits, double nowMs) {
        double proven = Math.min(bits, ceiling);
        bandwidth = Math.max(bandwidth, proven);
        if (state != State.DELAY_LIMITED && proven > result) {
            result = proven;
            release();
            state = State.INCREASING;
            lastRiseMs = nowMs;
        }
    }
}
