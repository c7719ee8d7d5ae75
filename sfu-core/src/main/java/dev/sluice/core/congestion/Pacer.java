package dev.sluice.core.congestion;

/**
 * How much may leave for one peer at once. Everything sent is charged; only what can wait asks
 * first: audio and ordinary frames leave at once, since their sender paced them.
 */
public final class Pacer {
    private static final double FACTOR = 1.2;
    private static final double CREDIT_MS = 10;
    private static final double DEBT_MS = 500;

    private double bytesPerMs;
    private double budget;
    private double lastMs = Double.NaN;

    /**
     * Lets time pass.
     *
     * @param bits a second that the network takes, or what is allocated if that is more
     */
    public void refill(double bits, double nowMs) {
        bytesPerMs = FACTOR * bits / 8000;
        double elapsed = Double.isNaN(lastMs) ? CREDIT_MS : nowMs - lastMs;
        lastMs = nowMs;
        budget = Math.min(budget + elapsed * bytesPerMs, CREDIT_MS * bytesPerMs);
    }

    /** Something leaves. */
    public void charge(int bytes) {
        budget = Math.max(budget - bytes, -DEBT_MS * bytesPerMs);
    }

    /**
     * @return whether what can wait may leave
     */
    public boolean allows() {
        return budget > 0;
    }
}
