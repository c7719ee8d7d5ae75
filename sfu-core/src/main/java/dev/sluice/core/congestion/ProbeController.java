package dev.sluice.core.congestion;

/**
 * Finds out whether the path takes the next useful step, before the step is made: for a tenth of a
 * second the peer is sent as much as it would be then. Probes only towards a goal, and rests longer
 * after each failure.
 */
final class ProbeController {
    /** No cluster. */
    static final int NONE = 0;

    private static final double CLUSTER_MS = 100;
    private static final double PATIENCE_MS = 300;
    private static final double DISTURBANCE_MS = 250;
    private static final int MIN_PACKETS = 5;
    private static final double MIN_ACKNOWLEDGED = 0.8;

    /** Where somebody else fills the queue, it has no room for some of a burst. */
    private static final double MIN_SHARED = 0.6;

    private static final double MAX_RATIO = 2;
    private static final double QUEUED = 0.9;
    private static final double QUEUED_FACTOR = 0.95;
    private static final double SUCCESS = 0.9;
    private static final double SHARED_SUCCESS = 0.7;
    private static final double AFTER_FAILURE = 1.5;
    private static final double MAX_SPAN_MICROS = 1e6;
    private static final double FIRST_BACK_OFF_MS = 1000;
    private static final double BACK_OFF_FACTOR = 1.5;
    private static final double LONGEST_BACK_OFF_MS = 30_000;
    private static final double LONGEST_SHARED_MS = 3_000;
    private static final double GOAL_CHANGED = 0.25;

    private double goal;
    private double rate;
    private double cautious = Double.POSITIVE_INFINITY;
    private int cluster = NONE;
    private boolean running;
    private boolean waiting;
    private double startMs = Double.NEGATIVE_INFINITY;
    private double deadlineMs;
    private double sentBytes;
    private int sentPackets;
    private double backOffMs = FIRST_BACK_OFF_MS;
    private double notBeforeMs = Double.NEGATIVE_INFINITY;
    private double provenRate;
    private double provenMs = Double.NEGATIVE_INFINITY;

    // what came back of the cluster
    private int packets;
    private double bytes;
    private long firstSent;
    private long lastSent;
    private int lastSentBytes;
    private long firstArrived;
    private int firstArrivedBytes;
    private long lastArrived;

    /**
     * Sets what would be useful to know.
     *
     * @param bits a second, 0 when nothing is
     */
    void goal(double bits) {
        if (Math.abs(bits - goal) > GOAL_CHANGED * goal && bits > goal) {
            backOffMs = FIRST_BACK_OFF_MS;
            notBeforeMs = Math.min(notBeforeMs, startMs + FIRST_BACK_OFF_MS);
        }
        goal = bits;
    }

    double goal() {
        return goal;
    }

    /**
     * Begins a cluster when one is useful and allowed.
     *
     * @param most bits a second that may be tried
     * @return whether one runs now
     */
    boolean begin(double most, double nowMs) {
        double wanted = Math.min(goal, Math.min(most, cautious));
        if (running || waiting || nowMs < notBeforeMs || goal <= 0) {
            return running;
        }
        running = true;
        cluster = cluster % 255 + 1;
        rate = wanted;
        startMs = nowMs;
        sentBytes = 0;
        sentPackets = 0;
        packets = 0;
        bytes = 0;
        return true;
    }

    boolean isRunning() {
        return running;
    }

    /**
     * @return the cluster that what is sent now belongs to, or {@link #NONE}
     */
    int cluster() {
        return running ? cluster : NONE;
    }

    void onSent(int length) {
        sentBytes += length;
        sentPackets++;
    }

    /**
     * @return bytes that the running cluster lacks to be at its rate; ends it when its time is over
     */
    double missing(double roundTripMs, double nowMs) {
        double elapsed = nowMs - startMs;
        double due = rate / 8000 * Math.min(elapsed, CLUSTER_MS) - sentBytes;
        if (elapsed >= CLUSTER_MS && (due <= 0 || elapsed >= 2 * CLUSTER_MS)) {
            running = false;
            waiting = true;
            deadlineMs = nowMs + roundTripMs + PATIENCE_MS;
            return 0;
        }
        return due;
    }

    /** A packet of a cluster arrived. */
    void onArrived(int of, long sentMicros, long arrivedMicros, int length) {
        if (of != cluster || !(running || waiting)) {
            return;
        }
        if (packets == 0 || sentMicros < firstSent) {
            firstSent = sentMicros;
        }
        if (packets == 0 || sentMicros >= lastSent) {
            lastSent = sentMicros;
            lastSentBytes = length;
        }
        if (packets == 0 || arrivedMicros < firstArrived) {
            firstArrived = arrivedMicros;
            firstArrivedBytes = length;
        }
        lastArrived = packets == 0 ? arrivedMicros : Math.max(lastArrived, arrivedMicros);
        packets++;
        bytes += length;
    }

    /**
     * @param shared whether somebody else fills the queue, so that all is delayed a little
     * @return the rate that a cluster proved, 0 when none has ended
     */
    double result(boolean shared, double nowMs) {
        if (!waiting) {
            return 0;
        }
        boolean complete = packets >= sentPackets;
        if (!complete && nowMs < deadlineMs) {
            return 0;
        }
        waiting = false;
        double proven = measured(shared ? MIN_SHARED : MIN_ACKNOWLEDGED);
        if (proven >= (shared ? SHARED_SUCCESS : SUCCESS) * rate) {
            backOffMs = FIRST_BACK_OFF_MS;
            cautious = AFTER_FAILURE * proven;
            cautious = rate >= goal * SUCCESS ? Double.POSITIVE_INFINITY : cautious;
            provenRate = rate; // the cluster's own edges blur a little
            provenMs = nowMs;
            return Math.max(proven, rate);
        }
        if (proven > 0) { // not so far above what the path just carried: it fills the queue
            cautious = AFTER_FAILURE * proven;
        }
        backOffMs = shared ? Math.min(LONGEST_SHARED_MS, backOffMs) : backOffMs;
        notBeforeMs = nowMs + backOffMs;
        backOffMs = Math.min(LONGEST_BACK_OFF_MS, backOffMs * BACK_OFF_FACTOR);
        return proven;
    }

    private double measured(double least) {
        double sendSpan = lastSent - firstSent;
        double receiveSpan = lastArrived - firstArrived;
        if (packets < MIN_PACKETS
                || bytes < least * sentBytes
                || sendSpan <= 0
                || receiveSpan <= 0
                || sendSpan > MAX_SPAN_MICROS
                || receiveSpan > MAX_SPAN_MICROS) {
            return 0;
        }
        double send = (bytes - lastSentBytes) * 8e6 / sendSpan;
        double receive = (bytes - firstArrivedBytes) * 8e6 / receiveSpan;
        if (receive / send > MAX_RATIO) {
            return 0;
        }
        return receive < QUEUED * send ? QUEUED_FACTOR * receive : Math.min(send, receive);
    }

    /**
     * @return whether a queue that grows now may be of our own making
     */
    boolean disturbs(double roundTripMs, double nowMs) {
        return nowMs - startMs < CLUSTER_MS + roundTripMs + DISTURBANCE_MS;
    }

    /** The network said no: a running cluster ends, and the next has to wait. */
    void abort(double nowMs) {
        if (running || waiting) {
            double carried = measured(MIN_ACKNOWLEDGED);
            cautious = carried > 0 ? AFTER_FAILURE * carried : cautious;
            running = false;
            waiting = false;
            notBeforeMs = nowMs + backOffMs;
            backOffMs = Math.min(LONGEST_BACK_OFF_MS, backOffMs * BACK_OFF_FACTOR);
        }
    }

    /**
     * @return bits a second that a cluster proved lately, 0 for none
     */
    double proven(double withinMs, double nowMs) {
        return nowMs - provenMs <= withinMs ? provenRate : 0;
    }

    /**
     * @return when a cluster may begin at the earliest
     */
    double notBeforeMs() {
        return notBeforeMs;
    }
}
