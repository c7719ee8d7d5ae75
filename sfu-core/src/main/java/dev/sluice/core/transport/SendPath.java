package dev.sluice.core.transport;

import dev.sluice.core.transport.ffi.SocketAddressWords;
import java.net.InetSocketAddress;

/** One of our sockets and the peer's address behind it. */
final class SendPath {
    private static final long SEGMENT_RETRY_NANOS = 60_000_000_000L;

    private final Endpoint via;
    private final InetSocketAddress to;
    private final SocketAddressWords words;
    private long wholeUntilNanos = Long.MIN_VALUE;

    SendPath(Endpoint via, InetSocketAddress to) {
        this.via = via;
        this.to = to;
        this.words = new SocketAddressWords(to, via.isInet4());
    }

    Endpoint via() {
        return via;
    }

    InetSocketAddress to() {
        return to;
    }

    SocketAddressWords words() {
        return words;
    }

    @SuppressWarnings("ReferenceEquality") // one object a socket
    boolean is(Endpoint endpoint, InetSocketAddress remote) {
        return via == endpoint && to.equals(remote);
    }

    /** The kernel could not cut a run apart on this path: no runs for a while. */
    void refuseRuns(long nowNanos) {
        wholeUntilNanos = nowNanos + SEGMENT_RETRY_NANOS;
    }

    boolean takesRuns(long nowNanos) {
        return wholeUntilNanos == Long.MIN_VALUE || nowNanos - wholeUntilNanos >= 0;
    }
}
