package dev.sluice.core.congestion;

/**
 * The last fifteen spans of at least a quarter of a second of sending: how much was sent, how much
 * of it lost, at what rate. Sizes in kilobytes, rates in bits a second, newest first.
 */
final class LossObservations {
    private static final int WINDOW = 15;
    private static final long MIN_SPAN_MICROS = 250_000L;
    private static final double DECAY = 0.9;

    private final double[] sent = new double[WINDOW];
    private final double[] lost = new double[WINDOW];
    private final double[] rates = new double[WINDOW];
    private final double[] weights = new double[WINDOW];
    private int size;
    private int newest = -1;
    private long openSince = -1;
    private long openLast;
    private double openSent;
    private double openLost;

    LossObservations() {
        double weight = 1;
        for (int i = 0; i < WINDOW; i++) {
            weights[i] = weight;
            weight *= DECAY;
        }
    }

    /**
     * A packet that feedback spoke of.
     *
     * @return whether an observation was completed by it
     */
    boolean add(long sentMicros, int bytes, boolean isLost) {
        if (openSince < 0) {
            openSince = sentMicros;
            openLast = sentMicros;
        }
        openSince = Math.min(openSince, sentMicros);
        openLast = Math.max(openLast, sentMicros);
        openSent += bytes / 1000.0;
        openLost += isLost ? bytes / 1000.0 : 0;
        if (openLast - openSince < MIN_SPAN_MICROS) {
            return false;
        }
        newest = (newest + 1) % WINDOW;
        sent[newest] = openSent;
        lost[newest] = Math.max(0, openLost);
        rates[newest] = openSent * 8e9 / (openLast - openSince);
        size = Math.min(size + 1, WINDOW);
        openSince = -1;
        openSent = 0;
        openLost = 0;
        return true;
    }

    /** A packet told as lost came after all. */
    void unlose(int bytes) {
        openLost -= bytes / 1000.0;
    }

    private int place(int i) {
        return Math.floorMod(newest - i, WINDOW);
    }

    int size() {
        return size;
    }

    double sent(int i) {
        return sent[place(i)];
    }

    double lost(int i) {
        return lost[place(i)];
    }

    double rate(int i) {
        return rates[place(i)];
    }

    double weight(int i) {
        return weights[i];
    }

    /**
     * @return weighted share of what was lost, without the best and the worst observation; the
     *     worst counts when it was sent at twice the usual rate or more
     */
    double averageLoss() {
        int worst = 0;
        int best = 0;
        double meanRate = 0;
        for (int i = 0; i < size; i++) {
            worst = share(i) > share(worst) ? i : worst;
            best = share(i) < share(best) ? i : best;
            meanRate += rate(i) / size;
        }
        boolean without = size > 2 && rate(worst) < 2 * meanRate;
        double all = 0;
        double gone = 0;
        for (int i = 0; i < size; i++) {
            if (without && (i == worst || i == best)) {
                continue;
            }
            all += weight(i) * sent(i);
            gone += weight(i) * lost(i);
        }
        return all == 0 ? 0 : gone / all;
    }

    private double share(int i) {
        return sent(i) == 0 ? 0 : lost(i) / sent(i);
    }
}
