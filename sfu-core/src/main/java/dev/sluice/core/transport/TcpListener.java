package dev.sluice.core.transport;

import dev.sluice.core.stats.Counters;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections of peers whose network lets no UDP through, for all workers on one port. Its
 * connections live on one loop; everything but {@link #local} and {@link #close} runs there.
 */
public final class TcpListener {
    /** Connections at a time. */
    private static final int MAX_CONNECTIONS = 4096;

    /** Connections at a time of one address: a company behind one router is one. */
    private static final int MAX_PER_ADDRESS = 256;

    /** Bytes that the kernel holds of one connection. */
    private static final int SOCKET_BUFFER = 128 * 1024;

    /** Bytes that the kernel takes beyond what is on its way. */
    private static final int UNSENT = 16 * 1024;

    private final EventLoopGroup group;
    private final SocketMode mode;
    private final List<TcpHome> homes;
    private final Counters counters;
    private final ByteBufAllocator allocator;
    private final ChannelGroup open;
    private final Map<InetAddress, Integer> perAddress = new HashMap<>();
    private int connections;
    private @Nullable Channel listening;

    /**
     * @param mode resolved: not {@link SocketMode#AUTO}
     * @param homes one for each worker
     */
    public TcpListener(
            EventLoopGroup group,
            SocketMode mode,
            List<TcpHome> homes,
            Counters counters,
            ByteBufAllocator allocator) {
        this.group = group;
        this.mode = mode;
        this.homes = List.copyOf(homes);
        this.counters = counters;
        this.allocator = allocator;
        this.open = new DefaultChannelGroup(group.next(), true);
    }

    /** Binds the port; blocks, so not from the loop itself. */
    public void bind(InetSocketAddress address) {
        boolean nio = mode == SocketMode.NIO;
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(group)
                        .channel(
                                nio ? NioServerSocketChannel.class : EpollServerSocketChannel.class)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.ALLOCATOR, allocator)
                        .childOption(ChannelOption.AUTO_READ, false)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_SNDBUF, SOCKET_BUFFER)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        open.add(channel);
                                        channel.pipeline().addLast(new TcpInlet(TcpListener.this));
                                    }
                                });
        if (!nio) {
            bootstrap.childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, (long) UNSENT);
        }
        listening = bootstrap.bind(address).syncUninterruptibly().channel();
    }

    /**
     * @return the bound address
     */
    public InetSocketAddress local() {
        Channel bound = listening;
        if (bound == null) {
            throw new IllegalStateException("not bound");
        }
        return (InetSocketAddress) bound.localAddress();
    }

    Counters counters() {
        return counters;
    }

    ByteBufAllocator allocator() {
        return allocator;
    }

    /**
     * @return whose peer has this user name fragment, null when nobody's
     */
    @Nullable TcpHome home(String ufrag) {
        for (TcpHome home : homes) {
            if (home.owns(ufrag)) {
                return home;
            }
        }
        return null;
    }

    /**
     * @return false when there are too many
     */
    boolean onOpened(Channel channel) {
        InetAddress from = ((InetSocketAddress) channel.remoteAddress()).getAddress();
        if (connections == MAX_CONNECTIONS || perAddress.getOrDefault(from, 0) == MAX_PER_ADDRESS) {
            return false;
        }
        connections++;
        perAddress.merge(from, 1, Integer::sum);
        return true;
    }

    void onClosed(Channel channel) {
        InetAddress from = ((InetSocketAddress) channel.remoteAddress()).getAddress();
        connections--;
        perAddress.computeIfPresent(from, (_, count) -> count == 1 ? null : count - 1);
    }

    /** Closes the port and all connections; blocks, so not from the loop itself. */
    public void close() {
        if (listening != null) {
            listening.close().syncUninterruptibly();
        }
        open.close().syncUninterruptibly();
    }
}
