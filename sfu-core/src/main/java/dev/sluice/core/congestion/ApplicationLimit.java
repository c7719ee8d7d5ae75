package dev.sluice.core.congestion;

/**
 * Whether we send clearly less than the network takes, so that what arrives proves nothing: a
 * budget is filled at 0.65 of the estimate and drained by what is sent.
 */
final class ApplicationLimit {
    private static final double SHARE = 0.65;
    private static final double WINDOW_MS = 500;
    private static final double START = 0.8;
    private static final double END = 0.5;

    private double level;
    private double sentBits;
    private double lastMs = -1;
    private boolean limited;

    void onSent(int bytes) {
        sentBits += 8.0 * bytes;
    }

    void update(double target, double nowMs) {
        double full = SHARE * target * WINDOW_MS / 1000;
        double filled = lastMs < 0 ? 0 : SHARE * target * (nowMs - lastMs) / 1000;
        lastMs = nowMs;
        level = Math.clamp(level + filled - sentBits, -full, full);
        sentBits = 0;
        limited = limited ? level > END * full : level > START * full;
    }

    boolean isLimited() {
        return limited;
    }
}
