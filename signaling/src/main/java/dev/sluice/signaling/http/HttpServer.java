package dev.sluice.signaling.http;

import dev.sluice.signaling.livekit.Rooms;
import dev.sluice.signaling.livekit.SignalCodec;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The TCP side: bounded HTTP/1.1 and WebSocket on the one control loop. */
public final class HttpServer {
    private static final int MAX_LINE = 32 * 1024; // tokens travel in the query
    private static final int MAX_HEADERS = 16 * 1024;
    private static final int MAX_BODY = 64 * 1024;
    private static final int IDLE_SECONDS = 15;
    private static final int HANDSHAKE_SECONDS = 10;

    private final EventLoopGroup loop;
    private final Routes routes;
    private final Admissions admissions;
    private final @Nullable Certificate certificate;
    private final ChannelGroup sockets = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ChannelGroup webSockets = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final List<InetSocketAddress> bound = new ArrayList<>();

    /**
     * @param loop of one thread
     * @param certificate for TLS on all but the admin port, null for none
     */
    public HttpServer(
            EventLoopGroup loop, Routes routes, Rooms rooms, @Nullable Certificate certificate) {
        this.certificate = certificate;
        this.loop = loop;
        this.routes = routes;
        this.admissions = new Admissions(rooms, new SignalCodec(), webSockets);
    }

    /**
     * Listens on an address.
     *
     * @param metricsOnly whether nothing but metrics is served there
     * @throws IllegalStateException when the port cannot be bound; the message names it
     */
    public InetSocketAddress listen(InetSocketAddress address, boolean metricsOnly) {
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loop)
                        .channel(NioServerSocketChannel.class)
                        .option(ChannelOption.SO_BACKLOG, 1024)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(new Connections(metricsOnly));
        var binding = bootstrap.bind(address).awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new IllegalStateException(
                    "cannot listen on TCP port "
                            + address.getPort()
                            + " of "
                            + address.getHostString()
                            + ": "
                            + binding.cause().getMessage());
        }
        sockets.add(binding.channel());
        InetSocketAddress local = (InetSocketAddress) binding.channel().localAddress();
        bound.add(local);
        return local;
    }

    private final class Connections extends ChannelInitializer<SocketChannel> {
        private final boolean metricsOnly;

        Connections(boolean metricsOnly) {
            this.metricsOnly = metricsOnly;
        }

        @Override
        protected void initChannel(SocketChannel socket) {
            sockets.add(socket);
            if (certificate != null && !metricsOnly) {
                SslHandler tls = certificate.context().newHandler(socket.alloc());
                tls.setHandshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS);
                socket.pipeline().addLast(tls);
            }
            HttpDecoderConfig config =
                    new HttpDecoderConfig()
                            .setMaxInitialLineLength(MAX_LINE)
                            .setMaxHeaderSize(MAX_HEADERS);
            RequestDeadline deadline = new RequestDeadline();
            socket.pipeline()
                    .addLast(
                            new IdleStateHandler(0, 0, IDLE_SECONDS, TimeUnit.SECONDS),
                            deadline.new Begin(),
                            new HttpServerCodec(config),
                            new HttpObjectAggregator(MAX_BODY),
                            deadline.new End(),
                            new HttpHandler(routes, admissions, System::nanoTime, metricsOnly));
        }
    }

    /**
     * @return addresses listened on, with their real ports
     */
    public List<InetSocketAddress> bound() {
        return List.copyOf(bound);
    }

    /**
     * @return open WebSockets; from any thread
     */
    public int webSocketCount() {
        return webSockets.size();
    }

    /** Closes every socket; blocks. */
    public void close() {
        sockets.close().awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
