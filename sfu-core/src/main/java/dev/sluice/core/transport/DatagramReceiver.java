package dev.sluice.core.transport;

import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.Counters;
import dev.sluice.core.stats.DropReason;
import dev.sluice.ice.stun.StunPeek;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;

/**
 * First look at every datagram: length, first byte, whose it is. STUN is found by user name
 * fragment, DTLS and SRTP by address; strangers are dropped before anything is computed for them.
 */
public final class DatagramReceiver {
    static final int MAX_DATAGRAM = 1500;

    private final Counters counters;
    private final PeerDirectory directory;
    private final StunPeek peek = new StunPeek();

    public DatagramReceiver(Counters counters, PeerDirectory directory) {
        this.counters = counters;
        this.directory = directory;
    }

    /** Takes one datagram; the buffer is borrowed. */
    public void onDatagram(
            long nowNanos, Endpoint endpoint, InetSocketAddress from, ByteBuf datagram) {
        int length = datagram.readableBytes();
        if (length < 2 || length > MAX_DATAGRAM) {
            counters.drop(length < 2 ? DropReason.TOO_SHORT : DropReason.TOO_LONG);
            return;
        }
        DatagramKind kind = DatagramKind.of(datagram, datagram.readerIndex());
        if (kind == DatagramKind.STUN) {
            onStun(nowNanos, endpoint, from, datagram, length);
            return;
        }
        if (kind == DatagramKind.UNKNOWN) {
            counters.drop(DropReason.UNKNOWN_KIND);
            return;
        }
        PeerTransport peer = endpoint.peer(from);
        if (peer == null) {
            counters.drop(DropReason.UNKNOWN_ADDRESS);
            return;
        }
        switch (kind) {
            case RTP -> peer.onRtp(nowNanos, from, datagram, length);
            case RTCP -> peer.onRtcp(nowNanos, from, datagram, length);
            default -> {
                counters.add(Counter.DTLS_IN);
                peer.onDtls(nowNanos, endpoint, from, datagram, length);
            }
        }
    }

    private void onStun(
            long nowNanos,
            Endpoint endpoint,
            InetSocketAddress from,
            ByteBuf datagram,
            int length) {
        counters.add(Counter.STUN_IN);
        if (!peek.wrap(datagram, datagram.readerIndex(), length)) {
            counters.drop(DropReason.STUN_MALFORMED);
            return;
        }
        if (peek.type() != StunPeek.BINDING_REQUEST) {
            counters.drop(DropReason.STUN_NOT_A_REQUEST);
            return;
        }
        PeerTransport peer = directory.byUfrag(peek.localUfrag());
        if (peer == null) {
            counters.drop(DropReason.STUN_UNKNOWN_USER);
            return;
        }
        byte[] copy = new byte[length];
        datagram.getBytes(datagram.readerIndex(), copy);
        peer.onStun(nowNanos, peek, copy, endpoint.pair(from));
    }

    /** A datagram of this address met a bug: its peer ends, the others go on. */
    public void closeFaulty(Endpoint endpoint, InetSocketAddress from) {
        PeerTransport peer = endpoint.peer(from);
        if (peer != null) {
            peer.fail(CloseReason.FAULT);
        }
    }
}
