package dev.sluice.ice;

import java.net.InetSocketAddress;

/**
 * One of our sockets and the address of the peer behind it (RFC 8445 §4). Immutable.
 *
 * @param protocol of the socket
 * @param local address our socket is bound to
 * @param remote source address of the peer's checks
 */
public record CandidatePair(
        TransportProtocol protocol, InetSocketAddress local, InetSocketAddress remote) {}
