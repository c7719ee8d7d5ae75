package dev.sluice.core.transport;

import dev.sluice.core.stats.Counters;
import dev.sluice.ice.CandidatePair;
import dev.sluice.ice.TransportProtocol;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A connection that a peer opened to our passive candidate (RFC 6544), for one pair only. */
final class TcpConnection extends Endpoint {
    private final Channel channel;
    private final CandidatePair pair;
    private final TcpHome home;
    private final TcpQueue queue;
    private @Nullable PeerTransport peer;
    private volatile boolean admitted;

    TcpConnection(
            Channel channel,
            TcpHome home,
            SealGate gate,
            Counters counters,
            ByteBufAllocator allocator) {
        super(counters);
        this.channel = channel;
        this.home = home;
        pair =
                new CandidatePair(
                        TransportProtocol.TCP,
                        (InetSocketAddress) channel.localAddress(),
                        (InetSocketAddress) channel.remoteAddress());
        queue = new TcpQueue(channel, gate, counters, allocator, this::onVideoAgain);
    }

    private void onVideoAgain() {
        home.post(() -> { // not now, in the middle of sending
            if (peer != null) {
                peer.onVideoLost();
            }
        });
    }

    CandidatePair pair() {
        return pair;
    }

    /**
     * @return whether an authentic check came; from any thread
     */
    boolean isAdmitted() {
        return admitted;
    }

    @Override
    public InetSocketAddress local() {
        return pair.local();
    }

    @Override
    CandidatePair pair(InetSocketAddress remote) {
        return pair;
    }

    @Override
    @Nullable PeerTransport peer(InetSocketAddress remote) {
        return peer;
    }

    @Override
    void admit(InetSocketAddress remote, PeerTransport by) {
        peer = by;
        admitted = true;
    }

    @Override
    @SuppressWarnings({"ReferenceEquality", "FutureReturnValueIgnored"}) // one object a peer
    void forget(InetSocketAddress remote, PeerTransport by) {
        if (peer == by) {
            peer = null;
            flush(0); // its last words
            channel.close();
        }
    }

    @Override
    SendQueue queue() {
        home.touched(this);
        return queue;
    }

    @Override
    public void flush(long nowNanos) {
        queue.flush(nowNanos);
    }

    /** The connection has ended. */
    void close() {
        peer = null;
        queue.close();
    }
}
