package dev.sluice.core.congestion;

import dev.sluice.core.congestion.TrendlineEstimator.Usage;

/**
 * The rate that keeps the queue short: up while the delay is steady, down to what arrived when it
 * grows (additive or multiplicative increase, multiplicative decrease: draft-ietf-rmcat-gcc-02
 * §5.5). A server sends steps, not a rate of its choice: when the path delivered all that it was
 * given, what arrived says nothing about its capacity, and the rate only yields a little.
 */
final class DelayController {
    private static final double BETA = 0.85;
    private static final double YIELD_ONCE_MS = 300;
    private static final double DECREASE_MARGIN = 5_000;
    private static final double INCREASE_MARGIN = 10_000;
    private static final double PER_SECOND = 1.08;
    private static final double PACKET_BITS = 1200 * 8;
    private static final double FRAMES_PER_SECOND = 30;
    private static final double CAPACITY_WEIGHT = 0.05;

    private enum State {
        HOLD,
        INCREASE,
        DECREASE
    }

    private final double floor;
    private final double ceiling;
    private State state = State.HOLD;
    private double rate;
    private double lastIncreaseMs = -1;
    private double lastDecreaseMs = Double.NEGATIVE_INFINITY;
    private double capacityKbps = -1;
    private double variance = 0.4;

    DelayController(double start, double floor, double ceiling) {
        this.rate = start;
        this.floor = floor;
        this.ceiling = ceiling;
    }

    double rate() {
        return rate;
    }

    /** Takes a rate as proven, by a probe or from an earlier connection. */
    void rate(double bits, double nowMs) {
        rate = Math.clamp(bits, floor, ceiling);
        lastIncreaseMs = nowMs;
    }

    /**
     * One step for a feedback.
     *
     * @return whether the rate was lowered because of over-use
     */
    boolean update(Usage usage, ThroughputEstimator throughput, double roundTripMs, double nowMs) {
        double acknowledged = throughput.isKnown() ? throughput.acknowledged() : Double.NaN;
        switch (usage) {
            case NORMAL -> {
                if (state == State.HOLD) {
                    state = State.INCREASE;
                    lastIncreaseMs = nowMs;
                }
            }
            case OVERUSE -> state = State.DECREASE;
            case UNDERUSE -> state = State.HOLD;
        }
        if (state == State.INCREASE) {
            increase(acknowledged, roundTripMs, nowMs);
        } else if (state == State.DECREASE && mayDecrease(throughput, roundTripMs, nowMs)) {
            decrease(throughput);
            lastDecreaseMs = nowMs;
            state = State.HOLD;
            return true;
        }
        return false;
    }

    private void increase(double acknowledged, double roundTripMs, double nowMs) {
        double elapsed = lastIncreaseMs < 0 ? 0 : Math.min(nowMs - lastIncreaseMs, 1000) / 1000;
        lastIncreaseMs = nowMs;
        if (capacityKbps > 0 && acknowledged / 1000 > capacityKbps + 3 * deviation()) {
            capacityKbps = -1;
        }
        double step;
        if (capacityKbps > 0) {
            double frameBits = rate / FRAMES_PER_SECOND;
            double packetBits = frameBits / Math.ceil(frameBits / PACKET_BITS);
            step = Math.max(4000, packetBits / (2 * (roundTripMs + 100) / 1000)) * elapsed;
        } else {
            step = Math.max(1000 * elapsed, rate * (Math.pow(PER_SECOND, elapsed) - 1));
        }
        double cap = Double.isNaN(acknowledged) ? ceiling : 1.5 * acknowledged + INCREASE_MARGIN;
        if (rate < cap) {
            rate = Math.clamp(Math.min(rate + step, cap), floor, ceiling);
        }
    }

    private boolean mayDecrease(ThroughputEstimator throughput, double roundTripMs, double nowMs) {
        double elapsed = nowMs - lastDecreaseMs;
        if (throughput.isKnown() && throughput.isSourceLimited()) {
            return elapsed >= roundTripMs + YIELD_ONCE_MS; // one burst must not count twice
        }
        return elapsed >= Math.clamp(roundTripMs, 10, 200)
                || (throughput.isKnown() && throughput.acknowledged() < rate / 2);
    }

    private void decrease(ThroughputEstimator throughput) {
        if (!throughput.isKnown()) {
            rate = Math.max(floor, rate / 2);
            return;
        }
        if (throughput.isSourceLimited()) {
            rate = Math.max(floor, BETA * Math.max(throughput.acknowledged(), rate));
            return;
        }
        double acknowledged = throughput.capacity();
        double lower = BETA * acknowledged - DECREASE_MARGIN;
        if (lower > rate && capacityKbps > 0) {
            lower = BETA * capacityKbps * 1000;
        }
        rate = Math.clamp(Math.min(lower, rate), floor, ceiling);
        if (capacityKbps > 0 && acknowledged / 1000 < capacityKbps - 3 * deviation()) {
            capacityKbps = -1;
        }
        learn(acknowledged / 1000);
    }

    private void learn(double kbps) {
        if (capacityKbps < 0) {
            capacityKbps = kbps;
        } else {
            capacityKbps = (1 - CAPACITY_WEIGHT) * capacityKbps + CAPACITY_WEIGHT * kbps;
        }
        double norm = Math.max(capacityKbps, 1);
        double error = capacityKbps - kbps;
        variance =
                Math.clamp(
                        (1 - CAPACITY_WEIGHT) * variance + CAPACITY_WEIGHT * error * error / norm,
                        0.4,
                        2.5);
    }

    private double deviation() {
        return Math.sqrt(variance * capacityKbps);
    }

    /** Lowers the rate by a factor, whatever the state. */
    void scale(double factor, double least) {
        rate = Math.max(least, rate * factor);
    }
}
