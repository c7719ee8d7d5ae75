package dev.sluice.core.data;

import dev.sluice.ice.RateLimit;

/**
 * What one peer may send: each message is work for all that receive it. Messages that must not be
 * lost are taken even beyond the limits, but the peer's window stays as much smaller until it has
 * waited for them; those that may be lost are dropped.
 */
final class Intake {
    private static final int MESSAGES_PER_SECOND = 1_000;
    private static final int MESSAGES_AT_ONCE = 4_000;
    private static final int BURST = 2 << 20;

    private final RateLimit messages = new RateLimit(MESSAGES_PER_SECOND, MESSAGES_AT_ONCE);
    private final RateLimit bytes;
    private boolean held;
    private int withheld;

    /**
     * @param bytesPerSecond that a peer may send
     */
    Intake(int bytesPerSecond) {
        bytes = new RateLimit(bytesPerSecond, BURST);
    }

    /**
     * @return when the peer may send more
     */
    private long readyAt(long nowNanos) {
        return Math.max(messages.readyAt(nowNanos), bytes.readyAt(nowNanos));
    }

    /** Counts a message. @return whether it is within the limits */
    boolean spend(long nowNanos, int length) {
        boolean within = readyAt(nowNanos) <= nowNanos;
        messages.spend(nowNanos, 1);
        bytes.spend(nowNanos, length);
        return within;
    }

    /** Who takes the messages can take no more for now. */
    void hold() {
        held = true;
    }

    void resume() {
        held = false;
    }

    boolean mayGoOn(long nowNanos) {
        return !held && readyAt(nowNanos) <= nowNanos;
    }

    /** Bytes of a message that the peer is not told of yet. */
    void withhold(int length) {
        withheld += length;
    }

    /**
     * @return when withheld bytes may be given back, {@link Long#MAX_VALUE} for when {@link
     *     #resume} is called or there are none
     */
    long dueAt(long nowNanos) {
        return withheld == 0 || held ? Long.MAX_VALUE : readyAt(nowNanos);
    }

    /**
     * @return bytes that were withheld and are not any more
     */
    int takeWithheld(long nowNanos) {
        int given = mayGoOn(nowNanos) ? withheld : 0;
        withheld -= given;
        return given;
    }
}
