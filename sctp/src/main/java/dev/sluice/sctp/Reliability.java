package dev.sluice.sctp;

/**
 * How hard a message is tried (RFC 3758, RFC 8831 §6.1). Immutable.
 *
 * @param ordered whether it stays in the order of its stream
 * @param maxRetransmits retransmissions after which it is given up, {@link #UNLIMITED} for none
 * @param lifetimeMillis after which it is given up, {@link #UNLIMITED} for never
 */
public record Reliability(boolean ordered, int maxRetransmits, int lifetimeMillis) {
    public static final int UNLIMITED = -1;

    /** In order, until it is there. */
    public static final Reliability RELIABLE = new Reliability(true, UNLIMITED, UNLIMITED);

    /** Once, whenever it comes. */
    public static final Reliability LOSSY = new Reliability(false, 0, UNLIMITED);

    /**
     * @return whether messages may be lost
     */
    public boolean isPartial() {
        return maxRetransmits >= 0 || lifetimeMillis >= 0;
    }
}
