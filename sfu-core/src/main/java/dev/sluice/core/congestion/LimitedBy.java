package dev.sluice.core.congestion;

/** What an estimate of bandwidth is held down by. */
public enum LimitedBy {
    /** No feedback yet, or nothing was tried above it. */
    START,
    /** The queue on the way would grow. */
    DELAY,
    /** Too much would be lost. */
    LOSS,
    /** What the receiver says it can take (REMB). */
    REMB,
    /** The round trip takes seconds. */
    ROUND_TRIP
}
