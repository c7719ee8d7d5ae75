package dev.sluice.ice;

/** What carries a candidate's packets (RFC 8445 §5.1, RFC 6544). */
public enum TransportProtocol {
    /** Datagrams. */
    UDP,

    /** One connection that the peer opens, frames of RFC 4571 on it. */
    TCP
}
