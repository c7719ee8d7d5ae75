package dev.sluice.benchmarks.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import java.net.URI;
import java.util.concurrent.CompletableFuture;

/** A client's WebSocket for whole binary messages, on the group's one loop. */
final class RoomSocket extends SimpleChannelInboundHandler<BinaryWebSocketFrame> {
    /** Who takes messages; on the loop. */
    interface Listener {
        /** It is about to connect: who answers the first message knows it by then. */
        void onMade(RoomSocket socket);

        void onMessage(byte[] message);

        /** It is closed, by whomever. */
        void onClosed();
    }

    private static final int MAX_FRAME = 8 << 20;
    private static final int MAX_RESPONSE = 64 << 10;

    private final Channel channel;
    private final Listener listener;
    private final CompletableFuture<Void> open;

    private RoomSocket(Channel channel, Listener listener, CompletableFuture<Void> open) {
        this.channel = channel;
        this.listener = listener;
        this.open = open;
    }

    /**
     * Opens one.
     *
     * @param open completes when it is, or fails
     */
    static void connect(
            EventLoopGroup group, URI uri, Listener listener, CompletableFuture<Void> open) {
        WebSocketClientProtocolConfig config =
                WebSocketClientProtocolConfig.newBuilder()
                        .webSocketUri(uri)
                        .maxFramePayloadLength(MAX_FRAME)
                        .build();
        CompletableFuture<Void> made = new CompletableFuture<>();
        Bootstrap bootstrap =
                new Bootstrap()
                        .group(group)
                        .channel(NioSocketChannel.class)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .handler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel socket) {
                                        RoomSocket handler = new RoomSocket(socket, listener, open);
                                        socket.pipeline()
                                                .addLast(
                                                        new HttpClientCodec(),
                                                        new HttpObjectAggregator(MAX_RESPONSE),
                                                        new WebSocketClientProtocolHandler(config),
                                                        handler);
                                        listener.onMade(handler);
                                        made.complete(null);
                                    }
                                });
        bootstrap
                .connect(uri.getHost(), uri.getPort())
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        open.completeExceptionally(done.cause());
                    }
                });
        made.join();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
            open.complete(null);
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, BinaryWebSocketFrame frame) {
        listener.onMessage(ByteBufUtil.getBytes(frame.content()));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        open.completeExceptionally(cause); // refused, when it was not open yet
        context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        open.completeExceptionally(new IllegalStateException("closed"));
        listener.onClosed();
    }

    /** Sends a message; from any thread. */
    void send(byte[] message) {
        channel.writeAndFlush(
                new BinaryWebSocketFrame(Unpooled.wrappedBuffer(message)), channel.voidPromise());
    }

    /** Closes the connection without a goodbye; from any thread. */
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for it
    void abort() {
        channel.close();
    }
}
