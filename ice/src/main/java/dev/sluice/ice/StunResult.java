package dev.sluice.ice;

/** What became of a STUN datagram. */
public enum StunResult {
    ANSWERED,
    /** Kept until the remote user name fragment is known. */
    HELD,
    MALFORMED,
    NOT_A_REQUEST,
    UNKNOWN_USER,
    BAD_USER,
    BAD_INTEGRITY,
    RATE_LIMITED
}
