package dev.sluice.core.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * SRTP that overtook the end of the handshake: a few packets are kept for a moment, then opened.
 */
final class EarlyMedia {
    private static final int CAPACITY = 50;
    private static final long MAX_AGE_NANOS = 500_000_000L;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Early(InetSocketAddress from, byte[] datagram, boolean rtcp, long atNanos) {}

    private final Deque<Early> held = new ArrayDeque<>();

    /**
     * @return false when there is no room: the packet is dropped
     */
    boolean hold(long nowNanos, InetSocketAddress from, ByteBuf buffer, int length, boolean rtcp) {
        if (held.size() == CAPACITY) {
            return false;
        }
        byte[] copy = new byte[length];
        buffer.getBytes(buffer.readerIndex(), copy);
        held.add(new Early(from, copy, rtcp, nowNanos));
        return true;
    }

    void drain(long nowNanos, PeerTransport into) {
        if (held.isEmpty()) {
            return;
        }
        ByteBuf buffer = Unpooled.directBuffer(OpenTarget.SLOT); // native ciphers want an address
        try {
            drain(nowNanos, into, buffer);
        } finally {
            buffer.release();
        }
    }

    private void drain(long nowNanos, PeerTransport into, ByteBuf buffer) {
        while (!held.isEmpty()) {
            Early packet = held.remove();
            if (nowNanos - packet.atNanos > MAX_AGE_NANOS) {
                continue;
            }
            buffer.clear().writeBytes(packet.datagram);
            if (packet.rtcp) {
                into.onRtcp(nowNanos, packet.from, buffer, packet.datagram.length);
            } else {
                into.onRtp(nowNanos, packet.from, buffer, packet.datagram.length);
            }
        }
    }

    void clear() {
        held.clear();
    }
}
