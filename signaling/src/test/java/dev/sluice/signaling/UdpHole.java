package dev.sluice.signaling;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Carries datagrams between an address that a server advertises and the socket that it has, as
 * address translation does; and lets them fall into a hole when told to.
 */
final class UdpHole implements AutoCloseable {
    private final DatagramChannel outside;
    private final SocketAddress server;
    private final Map<SocketAddress, DatagramChannel> inside = new HashMap<>();
    private final SplittableRandom random = new SplittableRandom(1);
    private volatile boolean open;
    private volatile double lost;

    /**
     * @param address that clients are told of, on the port that the server's socket has, too
     */
    UdpHole(InetAddress address, InetSocketAddress server) throws IOException {
        this.server = server;
        outside = DatagramChannel.open();
        outside.bind(new InetSocketAddress(address, server.getPort()));
        Thread.ofVirtual().start(this::in);
    }

    /** Swallows everything from now on, or no longer. */
    void swallow(boolean everything) {
        open = everything;
    }

    /** Loses this share of what the server sends, from now on. */
    void lose(double share) {
        lost = share;
    }

    private void in() {
        ByteBuffer buffer = ByteBuffer.allocate(2048);
        try {
            while (true) {
                buffer.clear();
                SocketAddress from = outside.receive(buffer);
                if (!open) {
                    inside.computeIfAbsent(from, this::open).write(buffer.flip());
                }
            }
        } catch (IOException e) {
            inside.values().forEach(UdpHole::close);
        }
    }

    private DatagramChannel open(SocketAddress client) {
        try {
            DatagramChannel made = DatagramChannel.open();
            made.connect(server);
            Thread.ofVirtual().start(() -> out(made, client));
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void out(DatagramChannel from, SocketAddress client) {
        ByteBuffer buffer = ByteBuffer.allocate(2048);
        try {
            while (true) {
                buffer.clear();
                from.read(buffer);
                if (!open && random.nextDouble() >= lost) {
                    outside.send(buffer.flip(), client);
                }
            }
        } catch (IOException e) {
            close(from);
        }
    }

    private static void close(@Nullable DatagramChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        close(outside);
    }
}
