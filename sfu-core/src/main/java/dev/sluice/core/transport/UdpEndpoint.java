package dev.sluice.core.transport;

import dev.sluice.core.stats.Counters;
import dev.sluice.core.stats.DropReason;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One UDP socket of a worker: bursts of datagrams in, sealed slots out, and which peer each remote
 * address belongs to. An address enters the table only after an authenticated check.
 */
public final class UdpEndpoint {
    /** Who takes the datagrams: the worker. */
    public interface Receiver {
        /** A datagram; the buffer is borrowed. */
        void onDatagram(UdpEndpoint endpoint, InetSocketAddress from, ByteBuf datagram);

        /** No more datagrams for now: send what they caused. */
        void onBurstEnd();
    }

    private static final int RECEIVE_SLOT = 2048;
    private static final int BURST = 64;
    private static final int SOCKET_BUFFER = 4 << 20;

    private final Counters counters;
    private final SendRing ring;
    private final Map<InetSocketAddress, PeerTransport> peers = new HashMap<>();
    private @Nullable Channel channel;
    private InetSocketAddress local;
    private boolean dirty;

    public UdpEndpoint(InetSocketAddress bind, Counters counters, ByteBufAllocator allocator) {
        this.local = bind;
        this.counters = counters;
        this.ring = new SendRing(allocator.directBuffer(SendRing.capacityBytes()));
    }

    /** Binds the socket and registers it with the loop; blocks, so not from the loop itself. */
    public void open(EventLoop loop, Receiver receiver, ByteBufAllocator allocator) {
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
        if (Epoll.isAvailable()) {
            bootstrap.channel(EpollDatagramChannel.class);
        } else {
            bootstrap.channel(NioDatagramChannel.class);
        }
        Channel bound = bootstrap.bind(local).syncUninterruptibly().channel();
        channel = bound;
        local = (InetSocketAddress) bound.localAddress();
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
            receiver.onBurstEnd();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            counters.drop(DropReason.SEND_FAILED); // unreachable, refused by a firewall, too long
        }
    }

    /**
     * @return the bound address; its port is real after {@link #open}
     */
    public InetSocketAddress local() {
        return local;
    }

    @Nullable PeerTransport peer(InetSocketAddress remote) {
        return peers.get(remote);
    }

    void admit(InetSocketAddress remote, PeerTransport peer) {
        peers.put(remote, peer);
    }

    void forget(InetSocketAddress remote, PeerTransport peer) {
        peers.remove(remote, peer);
    }

    /**
     * @return addresses that belong to some peer
     */
    public int addressCount() {
        return peers.size();
    }

    /**
     * @return a slot to fill, null when all are being sent: the packet is to be dropped
     */
    @Nullable ByteBuf slot() {
        ByteBuf slot = ring.peek();
        if (slot == null) {
            flush();
            slot = ring.peek();
        }
        return slot;
    }

    /** Hands the slot of {@link #slot} to the socket, filled with {@code length} bytes. */
    @SuppressWarnings(
            "FutureReturnValueIgnored") // a void promise: failures come as exceptionCaught
    void send(int length, InetSocketAddress to) {
        Channel open = channel;
        if (open != null) {
            dirty = true;
            open.write(new DatagramPacket(ring.take(length), to), open.voidPromise());
        }
    }

    /** Sends bytes that are not media: STUN, DTLS. */
    void send(byte[] datagram, InetSocketAddress to) {
        ByteBuf slot = slot();
        if (slot == null || datagram.length > SendRing.SLOT) {
            counters.drop(slot == null ? DropReason.SEND_QUEUE_FULL : DropReason.TOO_LARGE);
            return;
        }
        slot.setBytes(0, datagram);
        send(datagram.length, to);
    }

    /** Makes the system calls for everything written since the last flush. */
    public void flush() {
        Channel open = channel;
        if (dirty && open != null) {
            dirty = false;
            open.flush();
        }
    }

    /** Closes the socket and gives the slab back; blocks, so not from the loop itself. */
    public void close() {
        Channel open = channel;
        channel = null;
        if (open != null) {
            open.close().syncUninterruptibly();
        }
        ring.close();
    }
}
