package dev.sluice.core.transport;

import dev.sluice.core.stats.Counters;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A socket without a kernel: every datagram sent is handed on at once. */
public final class CapturedSocket implements SendQueue {
    /** Takes what is sent. */
    public interface Wire {
        void onDatagram(InetSocketAddress to, byte[] datagram);
    }

    private final ByteBuf slot = Unpooled.directBuffer(SLOT).writeZero(SLOT);
    private final Wire wire;

    private CapturedSocket(Wire wire) {
        this.wire = wire;
    }

    public static UdpEndpoint endpoint(InetSocketAddress local, Counters counters, Wire wire) {
        return new UdpEndpoint(local, new CapturedSocket(wire), counters);
    }

    @Override
    public int claim(long nowNanos, boolean video) {
        return 0;
    }

    @Override
    public ByteBuf buffer() {
        return slot;
    }

    @Override
    public void push(int length, SendPath to, @Nullable OutgoingStream stream) {
        byte[] datagram = new byte[length];
        slot.getBytes(0, datagram);
        wire.onDatagram(to.to(), datagram);
    }

    @Override
    public boolean flush(long nowNanos) {
        return false;
    }

    @Override
    public void close() {
        slot.release();
    }
}
