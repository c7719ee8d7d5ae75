package dev.sluice.core.transport;

import dev.sluice.core.stats.Counters;
import dev.sluice.core.stats.DropReason;
import dev.sluice.core.transport.ffi.DatagramCalls;
import dev.sluice.core.transport.ffi.MessageBatch;
import dev.sluice.ice.CandidatePair;
import dev.sluice.ice.TransportProtocol;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.unix.UnixChannel;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One UDP socket of a worker: bursts of datagrams in, sealed slots out, and which peer each remote
 * address belongs to. An address enters the table only after an authenticated check.
 */
public final class UdpEndpoint extends Endpoint {
    /** Who takes the datagrams: the worker. */
    public interface Receiver {
        /** A datagram; the buffer is borrowed. */
        void onDatagram(UdpEndpoint endpoint, InetSocketAddress from, ByteBuf datagram);

        /** No more datagrams for now: send what they caused. */
        void onBurstEnd(UdpEndpoint endpoint);

        /** A socket was full when it was flushed last: flush again. */
        void onFlushAgain();
    }

    private static final int RECEIVE_SLOT = 2048;

    /** Datagrams that are read at a time at most: more of them wait when it was so many. */
    public static final int BURST = 64;

    private static final int SOCKET_BUFFER = 4 << 20;
    private static final int CLOSED = -1;

    private final Counters counters;
    private final SocketMode mode;
    private final @Nullable DatagramCalls calls;
    private final SendQueue queue;
    private final Map<InetSocketAddress, PeerTransport> peers = new HashMap<>();
    private @Nullable Channel channel;
    private InetSocketAddress local;
    private int fd = CLOSED;
    private Runnable again = () -> {};
    private boolean flushingAgain;

    /**
     * @param mode resolved: not {@link SocketMode#AUTO}
     */
    public UdpEndpoint(
            InetSocketAddress bind,
            SocketMode mode,
            SealGate gate,
            Counters counters,
            ByteBufAllocator allocator) {
        super(counters);
        this.local = bind;
        this.mode = mode;
        this.counters = counters;
        this.queue =
                mode == SocketMode.NATIVE
                        ? new BatchQueue(
                                this::sendBatch,
                                gate,
                                counters,
                                allocator,
                                EpollDatagramChannel.isSegmentedDatagramPacketSupported())
                        : new ChannelQueue(gate, counters, allocator);
        this.calls = mode == SocketMode.NATIVE ? new DatagramCalls() : null;
    }

    /** A socket that is never opened: what is sent goes into this queue, for simulations. */
    UdpEndpoint(InetSocketAddress local, SendQueue queue, Counters counters) {
        super(counters);
        this.local = local;
        this.mode = SocketMode.NIO;
        this.counters = counters;
        this.queue = queue;
        this.calls = null;
    }

    private int sendBatch(MessageBatch batch, int from) {
        DatagramCalls system = calls;
        return fd == CLOSED || system == null ? -DatagramCalls.EBADF : system.send(fd, batch, from);
    }

    /** Binds the socket and registers it with the loop; blocks, so not from the loop itself. */
    public void open(EventLoop loop, Receiver receiver, ByteBufAllocator allocator) {
        again =
                () -> {
                    flushingAgain = false;
                    receiver.onFlushAgain();
                };
        Bootstrap bootstrap =
                new Bootstrap()
                        .group(loop)
                        .option(ChannelOption.ALLOCATOR, allocator)
                        .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER)
                        .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER)
                        .option(
                                ChannelOption.RECVBUF_ALLOCATOR,
                                new FixedRecvByteBufAllocator(RECEIVE_SLOT)
                                        .maxMessagesPerRead(BURST))
                        .handler(new Handler(receiver));
        Channel bound =
                bootstrap
                        .channelFactory(this::newChannel)
                        .bind(local)
                        .syncUninterruptibly()
                        .channel();
        channel = bound;
        local = (InetSocketAddress) bound.localAddress();
        if (queue instanceof ChannelQueue channels) {
            channels.channel(bound);
        } else {
            fd = ((UnixChannel) bound).fd().intValue();
        }
    }

    private DatagramChannel newChannel() {
        SocketProtocolFamily family =
                isInet4() ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
        return mode == SocketMode.NIO
                ? new NioDatagramChannel(family)
                : new EpollDatagramChannel(family);
    }

    private final class Handler extends ChannelInboundHandlerAdapter {
        private final Receiver receiver;

        Handler(Receiver receiver) {
            this.receiver = receiver;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            DatagramPacket datagram = (DatagramPacket) message;
            try {
                receiver.onDatagram(UdpEndpoint.this, datagram.sender(), datagram.content());
            } finally {
                datagram.release();
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            receiver.onBurstEnd(UdpEndpoint.this);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            fd = CLOSED; // the number may soon be another socket's
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            counters.drop(DropReason.SEND_FAILED); // unreachable, refused by a firewall, too long
        }
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    CandidatePair pair(InetSocketAddress remote) {
        return new CandidatePair(TransportProtocol.UDP, local, remote);
    }

    @Override
    @Nullable PeerTransport peer(InetSocketAddress remote) {
        return peers.get(remote);
    }

    @Override
    void admit(InetSocketAddress remote, PeerTransport peer) {
        peers.put(remote, peer);
    }

    @Override
    void forget(InetSocketAddress remote, PeerTransport peer) {
        peers.remove(remote, peer);
    }

    /**
     * @return addresses that belong to some peer
     */
    public int addressCount() {
        return peers.size();
    }

    @Override
    SendQueue queue() {
        return queue;
    }

    @Override
    public void flush(long nowNanos) {
        if (queue.flush(nowNanos) && !flushingAgain && channel != null) {
            flushingAgain = true;
            channel.eventLoop().execute(again); // when the loop has read what came meanwhile
        }
    }

    /**
     * Closes the socket; blocks, so not from the loop itself.
     *
     * @return whether it is closed: a loop that stands still does not close it
     */
    public boolean shut(long seconds) {
        Channel open = channel;
        channel = null;
        return open == null || open.close().awaitUninterruptibly(seconds, TimeUnit.SECONDS);
    }

    /** Gives the slab back, once the loop has ended. */
    public void close() {
        queue.close();
        if (calls != null) {
            calls.close();
        }
    }
}
