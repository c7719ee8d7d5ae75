package dev.sluice.core.transport;

import dev.sluice.core.stats.Counters;
import dev.sluice.core.stats.DropReason;
import dev.sluice.ice.CandidatePair;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Our end of the way to peers: a UDP socket of all of them, or one's TCP connection. */
public abstract class Endpoint {
    private final Counters counters;

    Endpoint(Counters counters) {
        this.counters = counters;
    }

    /**
     * @return the bound address; its port is real once packets come
     */
    public abstract InetSocketAddress local();

    /**
     * @return this end and a peer's
     */
    abstract CandidatePair pair(InetSocketAddress remote);

    /**
     * @return whose address this is, null when no check from there was authentic
     */
    abstract @Nullable PeerTransport peer(InetSocketAddress remote);

    abstract void admit(InetSocketAddress remote, PeerTransport peer);

    abstract void forget(InetSocketAddress remote, PeerTransport peer);

    abstract SendQueue queue();

    /** Makes the system calls for everything written since the last flush. */
    public abstract void flush(long nowNanos);

    /**
     * @return whether the socket is one of IPv4
     */
    final boolean isInet4() {
        return local().getAddress() instanceof Inet4Address;
    }

    /** Sends bytes that are not media: STUN, DTLS. */
    final void send(long nowNanos, byte[] datagram, InetSocketAddress to) {
        SendQueue queue = queue();
        int at = datagram.length > SendQueue.SLOT ? -1 : queue.claim(nowNanos, false);
        if (at < 0) {
            counters.drop(
                    datagram.length > SendQueue.SLOT
                            ? DropReason.TOO_LARGE
                            : DropReason.SEND_QUEUE_FULL);
            return;
        }
        queue.buffer().setBytes(at, datagram);
        queue.push(datagram.length, new SendPath(this, to), null);
    }
}
