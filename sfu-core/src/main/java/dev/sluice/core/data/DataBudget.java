package dev.sluice.core.data;

/**
 * How much data may take of a network that carries a peer's video, too. Media goes first: data has
 * a small share in any case, and more only while the video has all that it wants and nothing queues
 * up or is lost. It feels its way up there, and gives way before the video does.
 */
public final class DataBudget {
    private static final double LEAST = 100_000;
    private static final double SHARE = 0.15;
    private static final double MOST = 100_000_000;
    private static final double UP = 1.25;
    private static final double DOWN = 0.7;

    /** What of the estimate's rest may be used at once. */
    private static final double UNUSED = 0.8;

    /** What may leave at once after a rest. */
    private static final double BURST_SECONDS = 0.05;

    private static final double AVERAGED_NANOS = 1e9;
    private static final int PACKET = 1_200;

    private double rate = LEAST;
    private double floor = LEAST;
    private double bits;
    private double available;
    private boolean unlimited = true;
    private boolean wanted;
    private long refilledAt;

    /** The peer gets no video: only its network limits what data takes. */
    public void unlimited() {
        unlimited = true;
    }

    /**
     * Looks at the network again.
     *
     * @param estimate what it takes, bits a second
     * @param media what of that audio and video take
     * @param satisfied whether the video has what it wants
     * @param congested whether packets queue up or are lost
     */
    public void review(
            long nowNanos, double estimate, double media, boolean satisfied, boolean congested) {
        refill(nowNanos);
        unlimited = false;
        floor = Math.max(LEAST, SHARE * estimate);
        if (!satisfied) {
            rate = floor;
        } else if (congested) {
            rate = Math.max(floor, DOWN * rate);
        } else if (wanted) {
            double spare = UNUSED * (estimate - media);
            rate = Math.clamp(Math.max(UP * rate, spare), floor, MOST);
        }
        wanted = false;
    }

    /**
     * @return bytes that may leave now
     */
    public long available(long nowNanos) {
        refill(nowNanos);
        return unlimited ? Long.MAX_VALUE : (long) available;
    }

    /** Something waits for the budget: it may try to become larger. */
    public void want() {
        wanted = true;
    }

    /** Bytes left. */
    public void spend(long nowNanos, int bytes) {
        refill(nowNanos);
        available -= bytes;
        bits += bytes * 8 / (AVERAGED_NANOS / 1e9);
    }

    /**
     * @return what the video is to leave to data, bits a second
     */
    public double reserved(long nowNanos) {
        refill(nowNanos);
        return Math.min(bits, floor);
    }

    private void refill(long nowNanos) {
        double elapsed = Math.max(0, nowNanos - refilledAt);
        refilledAt = nowNanos;
        bits *= Math.exp(-elapsed / AVERAGED_NANOS);
        double most = Math.max(PACKET, rate / 8 * BURST_SECONDS);
        available = Math.min(most, available + elapsed * rate / 8e9);
    }
}
