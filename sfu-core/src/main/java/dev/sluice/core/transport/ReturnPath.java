package dev.sluice.core.transport;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a peer from aiming media at somebody else by a forged source address: a new address gets
 * three times what came from it, until an authenticated DTLS or SRTP packet proves that the peer is
 * there.
 */
final class ReturnPath {
    private static final int FACTOR = 3;

    private boolean proven;
    private long budget;
    private @Nullable InetSocketAddress address;

    /** Media goes to another address from now on. */
    void onMoved(InetSocketAddress to) {
        if (!to.equals(address)) {
            address = to;
            budget = 0;
        }
        proven = false;
    }

    void onReceived(InetSocketAddress from, int bytes) {
        if (!proven) {
            if (address == null) {
                address = from;
            }
            if (from.equals(address)) {
                budget += (long) FACTOR * bytes;
            }
        }
    }

    void onProven() {
        proven = true;
    }

    boolean maySend(int bytes) {
        if (!proven) {
            if (bytes > budget) {
                return false;
            }
            budget -= bytes;
        }
        return true;
    }
}
