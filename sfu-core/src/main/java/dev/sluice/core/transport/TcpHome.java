package dev.sluice.core.transport;

import dev.sluice.core.stats.Counters;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The TCP connections of one worker's peers. They are read and written on the loop that accepted
 * them, whose calls come here through the worker's loop.
 */
public final class TcpHome {
    /** Takes the packets: the worker. */
    public interface Receiver {
        /** A packet that came whole; the buffer is borrowed. */
        void onPacket(Endpoint endpoint, InetSocketAddress from, ByteBuf packet);
    }

    private final Executor loop;
    private final PeerDirectory directory;
    private final SealGate gate;
    private final Counters counters;
    private final ByteBufAllocator allocator;
    private final Receiver receiver;
    private final List<TcpConnection> touched = new ArrayList<>();

    /**
     * @param loop runs what comes from other threads on the worker
     */
    public TcpHome(
            Executor loop,
            PeerDirectory directory,
            SealGate gate,
            Counters counters,
            ByteBufAllocator allocator,
            Receiver receiver) {
        this.loop = loop;
        this.directory = directory;
        this.gate = gate;
        this.counters = counters;
        this.allocator = allocator;
        this.receiver = receiver;
    }

    /**
     * @return whether a peer here has this user name fragment; from any thread
     */
    boolean owns(String ufrag) {
        return directory.owns(ufrag);
    }

    /** A connection whose first packet is for a peer here; from the accepting loop. */
    TcpConnection adopt(Channel channel) {
        TcpConnection connection = new TcpConnection(channel, this, gate, counters, allocator);
        post(() -> directory.add(connection));
        return connection;
    }

    /**
     * Packets of a connection; from the accepting loop.
     *
     * @param packets ours to release
     * @param next runs when all are taken
     */
    void onPackets(TcpConnection connection, List<ByteBuf> packets, Runnable next) {
        post(() -> {
            for (ByteBuf packet : packets) {
                try {
                    receiver.onPacket(connection, connection.pair().remote(), packet);
                } finally {
                    packet.release();
                }
            }
            next.run();
        });
    }

    /** A connection ended; from the accepting loop. */
    void onClosed(TcpConnection connection) {
        post(() -> {
            directory.remove(connection);
            connection.close();
        });
    }

    void post(Runnable command) {
        loop.execute(command);
    }

    /** Something may be written for this connection. */
    void touched(TcpConnection connection) {
        if (touched.isEmpty() || touched.get(touched.size() - 1) != connection) {
            touched.add(connection);
        }
    }

    /** Hands everything written since the last flush to the connections. */
    public void flush(long nowNanos) {
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).flush(nowNanos);
        }
        touched.clear();
    }
}
