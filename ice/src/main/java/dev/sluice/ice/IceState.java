package dev.sluice.ice;

/** Where a session stands. */
public enum IceState {
    /** No valid check yet. */
    NEW,
    /** A valid check came: DTLS is accepted from its source. */
    CHECKED,
    /** The peer nominated an address: media goes there. */
    SELECTED,
    /** Nothing authenticated came for a while: media to the peer stops. */
    QUIET,
    /** Over. */
    CLOSED
}
