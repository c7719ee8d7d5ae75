package dev.sluice.core.congestion;

/**
 * One video track in the eyes of the {@link BitrateAllocator}: what its layers cost, how much of
 * them is wanted and how important it is; and what it was granted. Filled anew for each allocation,
 * except for the memory of switches.
 */
public final class TrackDemand {
    /** Not forwarded. */
    public static final int PAUSED = -1;

    /** Rungs at most: four spatial times four temporal layers. */
    public static final int MAX_RUNGS = 16;

    /** Weight from which a track is on the stage. */
    public static final int STAGE_WEIGHT = 200;

    private final double[] bits = new double[MAX_RUNGS];
    private final int[] layers = new int[MAX_RUNGS];
    private int rungs;
    private int weight = 1;
    private boolean screen;
    private long order;
    private int current = PAUSED;
    private int granted = PAUSED;
    private LayerReason reason = LayerReason.NONE;

    private final Rest rest = new Rest();
    private int beforeUp = PAUSED;
    private boolean paused;
    private boolean changed;
    private int spatial = PAUSED;
    private int temporal = PAUSED;

    /**
     * Begins to describe the track.
     *
     * @param weight 0 to 255, more is more important
     * @param order breaks ties, lower first
     */
    public TrackDemand begin(int weight, boolean screen, long order) {
        this.weight = weight;
        this.screen = screen;
        this.order = order;
        rungs = 0;
        current = PAUSED;
        return this;
    }

    /**
     * Adds the next higher rung that is wanted. One that costs more than it is replaced.
     *
     * @param spatial layer, 0 for the lowest
     * @param temporal highest temporal layer of it
     * @param cost bits a second
     * @param isCurrent whether this is what is granted now
     */
    public void rung(int spatial, int temporal, double cost, boolean isCurrent) {
        while (rungs > 0 && bits[rungs - 1] >= cost && current != rungs - 1) {
            rungs--;
        }
        if (rungs < MAX_RUNGS) {
            bits[rungs] = cost;
            layers[rungs] = spatial << 4 | temporal;
            if (isCurrent) {
                current = rungs;
            }
            rungs++;
        }
    }

    int rungs() {
        return rungs;
    }

    double bits(int rung) {
        return rung < 0 ? 0 : bits[rung];
    }

    int current() {
        return current;
    }

    boolean isStage() {
        return screen || weight >= STAGE_WEIGHT;
    }

    boolean isScreen() {
        return screen;
    }

    int weight() {
        return weight;
    }

    long order() {
        return order;
    }

    /**
     * @return whether the allocator took it away, rather than never having granted it
     */
    boolean wasPaused() {
        return paused;
    }

    void grant(int rung, LayerReason why) {
        granted = rung;
        reason = why;
    }

    int granted() {
        return granted;
    }

    /**
     * @return why no more was granted of what is wanted, {@link LayerReason#NONE} when all was
     */
    public LayerReason reason() {
        return reason;
    }

    /**
     * @return whether there is anything to grant
     */
    public boolean isOffered() {
        return rungs > 0;
    }

    public boolean isPaused() {
        return granted < 0;
    }

    /**
     * @return granted spatial layer, −1 when paused
     */
    public int spatial() {
        return spatial;
    }

    /**
     * @return granted temporal layer, −1 when paused
     */
    public int temporal() {
        return temporal;
    }

    /**
     * @return spatial layers between what was granted and what is wanted and sent
     */
    public int missingLayers() {
        boolean bandwidth =
                reason.compareTo(LayerReason.BANDWIDTH_DELAY) >= 0
                        || reason == LayerReason.STARTING;
        return rungs == 0 || !bandwidth ? 0 : (layers[rungs - 1] >> 4) - spatial;
    }

    /**
     * @return bits a second of what was granted
     */
    public double grantedBits() {
        return bits(granted);
    }

    /**
     * @return bits a second of the next rung, 0 when there is none
     */
    public double nextBits() {
        return granted + 1 < rungs ? bits[granted + 1] : 0;
    }

    /**
     * @return whether the last allocation changed the grant
     */
    public boolean hasChanged() {
        return changed;
    }

    // --- memory of switches

    boolean isQuiet(boolean shared, double nowMs) {
        return rest.isOn(shared, nowMs);
    }

    boolean hasRisenWithin(double withinMs, double nowMs) {
        return rest.hasRisenWithin(withinMs, nowMs);
    }

    /** Takes the grant as made. */
    void remember(double nowMs) {
        if (granted > current) {
            rest.onUp(nowMs);
            beforeUp = current;
        } else if (granted < current) {
            rest.onDown(rest.isUndone(nowMs) && granted <= beforeUp, nowMs);
        }
        changed = granted != current;
        paused = granted < 0 && rungs > 0;
        spatial = granted < 0 ? PAUSED : layers[granted] >> 4;
        temporal = granted < 0 ? PAUSED : layers[granted] & 0xF;
        current = granted;
    }
}
