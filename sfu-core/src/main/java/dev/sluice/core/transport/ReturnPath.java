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
    private static final int FACTOR = 3;

    private @Nullable SendPath target;
    private @Nullable SendPath proven;
    private boolean isProven;
    private long budget;

    /** The peer is to be reached there from now on. */
    void onMoved(Endpoint via, InetSocketAddress to) {
        if (target == null || !target.is(via, to)) {
            isProven = proven != null && proven.is(via, to);
            target = isProven ? proven : new SendPath(via, to);
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
    void onProven(Endpoint via, InetSocketAddress from) {
        isProven = target != null && target.is(via, from);
        proven = isProven ? target : new SendPath(via, from);
    }

    boolean isTarget(InetSocketAddress address) {
        return target != null && target.to().equals(address);
    }

    /**
     * @return the latest path, proven or not; null before the first check
     */
    @Nullable SendPath target() {
        return target;
    }

    /**
     * @return the path for a packet of that many bytes, null when none may be used
     */
    @Nullable SendPath take(int bytes) {
        if (isProven || bytes > budget) {
            return proven;
        }
        budget -= bytes;
        return target;
    }
}
