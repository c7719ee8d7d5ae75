package dev.sluice.dtls;

/** Why a handshake gave no keys. */
public enum DtlsFailure {
    /** It was not done within the deadline. */
    TIMEOUT,
    /** The peer's certificate is not the one its signaling announced. */
    FINGERPRINT_MISMATCH,
    /** No common protection profile, an alert, or a message that made no sense. */
    PROTOCOL,
    /** The owner gave up. */
    ABORTED
}
