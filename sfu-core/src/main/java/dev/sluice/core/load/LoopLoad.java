package dev.sluice.core.load;

/**
 * How busy a loop is, from 0 to 1: the share of a core that its thread takes, or, when somebody
 * else has the core, the share of time that its ticks are late. A thread that spins because its
 * socket takes no more is busy, too, and so is one that never reads its socket empty.
 *
 * <p>Smoothed over about a second, so that one pause of the collector is no overload.
 */
public final class LoopLoad {
    /** Between two samples at least. */
    public static final long SAMPLE_NANOS = 250_000_000L;

    /** What was so long ago counts for little. */
    private static final double MEMORY_NANOS = 600_000_000.0;

    /** A tick may come so late without anybody being disturbed: timers are no better than that. */
    private static final long PUNCTUAL_NANOS = 1_000_000L;

    /** Whoever reads so many at a time nearly always has more waiting than it can do. */
    private static final double NEARLY_ALL = 0.8;

    /** Fewer say nothing. */
    private static final int LEAST = 256;

    private long sampledNanos;
    private long cpuNanos;
    private long lateNanos;
    private long datagrams;
    private long inFullBursts;
    private boolean wasFull;
    private boolean waited;
    private boolean behind;
    private double load;
    private double lag;

    /**
     * @param cpuNanos processor time of the thread up to now
     */
    public LoopLoad(long nowNanos, long cpuNanos) {
        sampledNanos = nowNanos;
        this.cpuNanos = cpuNanos;
    }

    /** The loop ticks now, and was to at {@code dueNanos}. */
    public void onTick(long nowNanos, long dueNanos) {
        lateNanos += Math.max(0, nowNanos - dueNanos - PUNCTUAL_NANOS);
    }

    /**
     * So many datagrams were read at once.
     *
     * @param full whether more of them wait
     */
    public void onBurst(int count, boolean full) {
        datagrams += count;
        inFullBursts += full ? count : 0;
    }

    /** What came had waited so long that video was read past. */
    public void onReadPast() {
        waited = true;
    }

    /**
     * @return whether it is time for the next {@link #sample}
     */
    public boolean isDue(long nowNanos) {
        return nowNanos - sampledNanos >= SAMPLE_NANOS;
    }

    /**
     * Looks at the time since the last sample.
     *
     * @param cpu processor time of the thread up to now, nanoseconds
     * @param refused whether sockets refused what waited too long in the meantime
     */
    public void sample(long nowNanos, long cpu, boolean refused) {
        double elapsed = Math.max(1, nowNanos - sampledNanos);
        double busy = (cpu - cpuNanos) / elapsed;
        double late = lateNanos / elapsed;
        boolean full = inFullBursts >= LEAST && inFullBursts >= NEARLY_ALL * datagrams;
        behind = waited || (full && wasFull);
        wasFull = full;
        double newest = Math.min(1, refused || behind ? 1 : Math.max(busy, late));
        double weight = 1 - Math.exp(-elapsed / MEMORY_NANOS);
        load += weight * (newest - load);
        lag += weight * (Math.min(1, late) - lag);
        sampledNanos = nowNanos;
        cpuNanos = cpu;
        lateNanos = 0;
        datagrams = 0;
        inFullBursts = 0;
        waited = false;
    }

    /**
     * @return whether what came in was never all read, for a while: it waits, or is lost already
     */
    public boolean isBehind() {
        return behind;
    }

    /**
     * @return 0 to 1
     */
    public double load() {
        return load;
    }

    /**
     * @return the share of time by which ticks were late, 0 to 1
     */
    public double lag() {
        return lag;
    }
}
