package dev.sluice.sctp;

/** Why an association ended. */
public enum SctpCloseReason {
    /** Nobody answered. */
    NEVER_CONNECTED,
    /** The peer said so. */
    ABORTED_BY_PEER,
    /** The peer broke the protocol in a way that nothing can follow. */
    PROTOCOL_VIOLATION,
    /** Both sides had nothing more to say. */
    SHUTDOWN,
    /** What was sent was not acknowledged. */
    TOO_MANY_RETRIES,
    /** Closing a stream was never answered. */
    RESET_FAILED
}
