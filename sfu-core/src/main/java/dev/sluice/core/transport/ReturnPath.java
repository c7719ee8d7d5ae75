package dev.sluice.core.transport;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where packets to a peer go. An address that the peer has just moved to may be forged, to aim
 * media at somebody else: until a finished handshake or an authenticated SRTP packet from there
 * proves that the peer is behind it, it gets three times what came from it, and the rest goes where
 * the peer was proven to be before.
 */
final class ReturnPath {
    /** One of our sockets and the peer's address behind it. */
    record Path(UdpEndpoint via, InetSocketAddress to) {}

    private static final int FACTOR = 3;

    private @Nullable Path target;
    private @Nullable Path proven;
    private boolean isProven;
    private long budget;

    /** The peer is to be reached there from now on. */
    void onMoved(UdpEndpoint via, InetSocketAddress to) {
        if (target == null || !isTarget(to)) {
            Path moved = new Path(via, to);
            isProven = moved.equals(proven);
            target = moved;
            budget = 0;
        }
    }

    void onReceived(InetSocketAddress from, int bytes) {
        if (isTarget(from)) {
            budget += (long) FACTOR * bytes;
        }
    }

    /** The peer said something there that only it can say; nothing when it is not the target. */
    void onProven(InetSocketAddress from) {
        if (isTarget(from)) {
            proven = target;
            isProven = true;
        }
    }

    /** The peer finished its handshake there, which need not be where it wants to be reached. */
    void onProven(UdpEndpoint via, InetSocketAddress from) {
        Path path = new Path(via, from);
        proven = path;
        isProven = path.equals(target);
    }

    boolean isTarget(InetSocketAddress address) {
        return target != null && target.to.equals(address);
    }

    /**
     * @return the latest path, proven or not; null before the first check
     */
    @Nullable Path target() {
        return target;
    }

    /**
     * @return the path for a packet of that many bytes, null when none may be used
     */
    @Nullable Path take(int bytes) {
        if (isProven || bytes > budget) {
            return proven;
        }
        budget -= bytes;
        return target;
    }
}
