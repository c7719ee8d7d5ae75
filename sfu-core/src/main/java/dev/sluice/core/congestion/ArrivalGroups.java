package dev.sluice.core.congestion;

/**
 * Packets that were sent within 5 ms of each other count as one: what matters is how the distance
 * between such groups changes on the way (draft-ietf-rmcat-gcc-02 §5.2, with the bursts of current
 * implementations).
 */
final class ArrivalGroups {
    private static final double GROUP_MS = 5;
    private static final double BURST_MS = 5;
    private static final double MAX_BURST_MS = 100;
    private static final double JUMP_MS = 3000;
    private static final int MAX_REORDERED = 3;

    private boolean hasCurrent;
    private boolean hasPrevious;
    private double firstSend;
    private double firstArrival;
    private double lastSend;
    private double lastArrival;
    private double lastNow;
    private double previousSend;
    private double previousArrival;
    private double previousNow;
    private int reordered;
    private double sendDelta;
    private double arrivalDelta;

    /**
     * Takes the next packet in order of arrival, all times in ms.
     *
     * @return whether a group ended, so that there are deltas
     */
    boolean add(double send, double arrival, double now) {
        boolean ended = false;
        if (!hasCurrent) {
            begin(send, arrival);
        } else if (send < firstSend) {
            return false; // overtaken
        } else if (isNewGroup(send, arrival)) {
            ended = hasPrevious && measure();
            if (!hasCurrent) { // the measurement made no sense: all anew
                begin(send, arrival);
            } else {
                previousSend = lastSend;
                previousArrival = lastArrival;
                previousNow = lastNow;
                hasPrevious = true;
                begin(send, arrival);
            }
        } else {
            lastSend = Math.max(lastSend, send);
        }
        lastArrival = arrival;
        lastNow = now;
        return ended;
    }

    private void begin(double send, double arrival) {
        hasCurrent = true;
        firstSend = send;
        lastSend = send;
        firstArrival = arrival;
    }

    private boolean isNewGroup(double send, double arrival) {
        double sinceArrival = arrival - lastArrival;
        double sinceSend = send - lastSend;
        boolean burst =
                sinceSend == 0
                        || (sinceArrival - sinceSend < 0
                                && sinceArrival <= BURST_MS
                                && arrival - firstArrival < MAX_BURST_MS);
        return !burst && send - firstSend > GROUP_MS;
    }

    private boolean measure() {
        sendDelta = lastSend - previousSend;
        arrivalDelta = lastArrival - previousArrival;
        if (arrivalDelta - (lastNow - previousNow) >= JUMP_MS) {
            reset();
            return false;
        }
        if (arrivalDelta < 0) {
            reordered++;
            if (reordered >= MAX_REORDERED) {
                reset();
            }
            return false;
        }
        reordered = 0;
        return true;
    }

    /** Forgets everything. */
    void reset() {
        hasCurrent = false;
        hasPrevious = false;
        reordered = 0;
    }

    double sendDelta() {
        return sendDelta;
    }

    double arrivalDelta() {
        return arrivalDelta;
    }
}
