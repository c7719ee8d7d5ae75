package dev.sluice.core.transport;

import dev.sluice.core.stats.DropReason;
import dev.sluice.ice.stun.StunPeek;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One accepted connection on the accepting loop. Its first packet must be a check for a peer of
 * ours, and tells which worker it is for; an authentic one must come within {@value #IDLE_SECONDS}
 * seconds. The next bytes are read when the worker has taken the last ones, so that whoever sends
 * too much waits.
 */
final class TcpInlet extends ChannelInboundHandlerAdapter {
    static final int IDLE_SECONDS = 15;

    private final TcpListener listener;
    private final TcpFrames frames;
    private final StunPeek peek = new StunPeek();
    private List<ByteBuf> packets = new ArrayList<>();
    private @Nullable TcpHome home;
    private @Nullable TcpConnection connection;
    private @Nullable ScheduledFuture<?> idle;
    private boolean counted;

    TcpInlet(TcpListener listener) {
        this.listener = listener;
        this.frames = new TcpFrames(listener.allocator());
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        Channel channel = context.channel();
        counted = listener.onOpened(channel);
        if (!counted) {
            drop(channel, DropReason.TCP_TOO_MANY);
            return;
        }
        idle =
                channel.eventLoop()
                        .schedule(() -> closeIdle(channel), IDLE_SECONDS, TimeUnit.SECONDS);
        context.read();
    }

    private void closeIdle(Channel channel) {
        if (connection == null || !connection.isAdmitted()) {
            drop(channel, DropReason.TCP_IDLE);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // there is nothing to do when it is closed
    private void drop(Channel channel, DropReason reason) {
        listener.counters().drop(reason);
        channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            if (!frames.read(bytes, packets)) {
                drop(context.channel(), DropReason.TCP_FRAME_TOO_LONG);
            }
        } finally {
            bytes.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        Channel channel = context.channel();
        if (packets.isEmpty()) {
            context.read();
            return;
        }
        if (connection == null) {
            home = home(packets.get(0));
            connection = home == null ? null : home.adopt(channel);
        }
        TcpHome to = home;
        TcpConnection from = connection;
        if (to == null || from == null) {
            releaseAll();
            drop(channel, DropReason.TCP_STRANGER);
            return;
        }
        List<ByteBuf> taken = packets;
        packets = new ArrayList<>();
        to.onPackets(from, taken, channel::read);
    }

    private @Nullable TcpHome home(ByteBuf first) {
        boolean check =
                peek.wrap(first, 0, first.readableBytes())
                        && peek.type() == StunPeek.BINDING_REQUEST;
        return check ? listener.home(peek.localUfrag()) : null;
    }

    private void releaseAll() {
        packets.forEach(ByteBuf::release);
        packets.clear();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (idle != null) {
            idle.cancel(false);
        }
        if (counted) {
            listener.onClosed(context.channel());
        }
        frames.close();
        releaseAll();
        if (home != null && connection != null) {
            home.onClosed(connection);
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // there is nothing to do when it is closed
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close(); // reset by the peer, mostly
    }
}
