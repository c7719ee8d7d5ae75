package dev.sluice.core.congestion;

import java.util.Arrays;

/**
 * Whether somebody else keeps the queue on the way full, as a download does that takes what it can.
 * Who yields to such a queue yields everything, for it never empties: while it is so, growing delay
 * says nothing about us.
 *
 * <p>The signs: for three seconds the queue hardly emptied and does not drain, though we send much
 * less than what came through before, and all of that arrives. It is over when the queue empties,
 * or when what we send no longer comes through.
 */
final class Competition {
    private static final double BUCKET_MS = 250;
    private static final int BUCKETS = 12;
    private static final int MOSTLY = 10;
    private static final double STANDING_MS = 12;
    private static final double EMPTY_MS = 8;
    private static final double STEADY = 0.5;
    private static final double YIELDED = 0.75;
    private static final double DELIVERED = 0.9;
    private static final double STUCK = 0.7;
    private static final double STUCK_MS = 1000;
    private static final double MOST_MS = 400;
    private static final double PEAK_MS = 60_000;
    private static final double DISTRUST_MS = 10_000;

    private final double[] least = new double[BUCKETS];
    private long bucket = -1;
    private double peak;
    private double lastMs = Double.NEGATIVE_INFINITY;
    private double stuckSinceMs = Double.NaN;
    private double notBeforeMs = Double.NEGATIVE_INFINITY;
    private boolean on;

    Competition() {
        Arrays.fill(least, Double.NaN);
    }

    /**
     * One step for a feedback.
     *
     * @param queueMs how long packets wait on the way
     * @param sent bits a second
     * @param received bits a second of the same packets
     */
    void update(double queueMs, double sent, double received, double nowMs) {
        note(queueMs, nowMs);
        double elapsed = Math.min(1000, nowMs - lastMs);
        lastMs = nowMs;
        peak = Math.max(Math.min(sent, received), peak * Math.exp(-elapsed / PEAK_MS));
        if (on) {
            on = !isOver(queueMs, sent, received, nowMs);
        } else if (nowMs >= notBeforeMs) {
            on =
                    isStanding()
                            && sent <= YIELDED * peak
                            && received >= DELIVERED * sent
                            && received <= sent / DELIVERED;
            stuckSinceMs = Double.NaN;
        }
    }

    private void note(double queueMs, double nowMs) {
        long now = (long) (nowMs / BUCKET_MS);
        if (now - bucket > BUCKETS) {
            Arrays.fill(least, Double.NaN);
            bucket = now;
        }
        while (bucket < now) {
            bucket++;
            least[(int) (bucket % BUCKETS)] = Double.NaN;
        }
        int at = (int) (bucket % BUCKETS);
        least[at] = Double.isNaN(least[at]) ? queueMs : Math.min(least[at], queueMs);
    }

    private boolean isStanding() {
        double most = 0;
        int standing = 0;
        for (double each : least) {
            if (each >= STANDING_MS) {
                standing++;
                most = Math.max(most, each);
            }
        }
        return standing >= MOSTLY && least[(int) (bucket % BUCKETS)] >= STEADY * most;
    }

    private boolean isOver(double queueMs, double sent, double received, double nowMs) {
        boolean stuck = received < STUCK * sent;
        stuckSinceMs = stuck ? (Double.isNaN(stuckSinceMs) ? nowMs : stuckSinceMs) : Double.NaN;
        if (queueMs > MOST_MS || (stuck && nowMs - stuckSinceMs > STUCK_MS)) {
            notBeforeMs = nowMs + DISTRUST_MS;
            return true;
        }
        int empty = 0;
        for (double each : least) {
            empty += each < EMPTY_MS ? 1 : 0;
        }
        return empty > BUCKETS / 2;
    }

    /**
     * @return whether somebody else fills the queue
     */
    boolean isOn() {
        return on;
    }
}
