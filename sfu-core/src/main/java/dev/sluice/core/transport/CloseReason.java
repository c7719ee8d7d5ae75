package dev.sluice.core.transport;

/** Why a peer's transport ended. */
public enum CloseReason {
    /** The client said goodbye. */
    LEFT,
    /** The server removed it. */
    KICKED,
    /** Its signaling connection went away. */
    SIGNALING_LOST,
    /** No valid connectivity check came in time. */
    NEVER_CONNECTED,
    /** No valid check for 30 s (RFC 7675). */
    CONSENT_LOST,
    HANDSHAKE_TIMEOUT,
    FINGERPRINT_MISMATCH,
    HANDSHAKE_FAILED,
    /** The peer closed DTLS. */
    DTLS_CLOSED,
    /** A bug met this peer; the log has it. */
    FAULT,
    SERVER_SHUTDOWN
}
