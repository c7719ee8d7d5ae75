package dev.sluice.signaling.http;

import dev.sluice.signaling.livekit.Session;
import dev.sluice.signaling.livekit.SignalCodec;
import dev.sluice.signaling.livekit.SignalSink;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's WebSocket: frames to messages and back. It answers in the encoding last received,
 * slows a client down that sends too fast, and gives up on one that does not read.
 */
final class WebSocketConnection extends SimpleChannelInboundHandler<WebSocketFrame>
        implements SignalSink {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketConnection.class);
    private static final int NORMAL = 1000;
    private static final int NOT_A_MESSAGE = 1007;
    private static final int POLICY = 1008;
    private static final int TOO_LARGE = 1009;
    private static final int INTERNAL = 1011;
    private static final int SILENCE_SECONDS = 15;
    private static final int PONG_SECONDS = 10;
    private static final int CLOSE_SECONDS = 3;
    private static final int MESSAGES_PER_SECOND = 50;
    private static final int MESSAGE_BURST = 100;
    private static final long MAX_THROTTLED_MILLIS = 5000;

    /** Bytes of news that wait for a client; descriptions, of which few can wait, come on top. */
    private static final long MAX_PENDING_BYTES = 256 * 1024;

    private final SignalCodec codec;
    private final Routes.Admission admission;
    private final InboundRate rate = new InboundRate(MESSAGES_PER_SECOND, MESSAGE_BURST);
    private @Nullable Channel channel;
    private @Nullable Session session;
    private boolean json;
    private boolean closing;
    private boolean asked;
    private boolean wanted;

    WebSocketConnection(SignalCodec codec, Routes.Admission admission) {
        this.codec = codec;
        this.admission = admission;
        this.json = admission.client().json();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
    }

    /** The upgrade is done: the client is let in and hears its first message. */
    void open(Admissions admissions) {
        Channel opened = channel;
        if (opened == null || !opened.isActive()) {
            return;
        }
        opened.pipeline()
                .replace(
                        IdleStateHandler.class,
                        "silence",
                        new IdleStateHandler(SILENCE_SECONDS, 0, 0, TimeUnit.SECONDS));
        opened.pipeline().remove(RequestDeadline.Begin.class);
        admissions.open().add(opened);
        session = admissions.join(admission, this);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        Session current = session;
        if (current == null || closing) {
            return;
        }
        switch (frame) {
            case PingWebSocketFrame ping ->
                    context.writeAndFlush(new PongWebSocketFrame(ping.content().retain()))
                            .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            case CloseWebSocketFrame close -> {
                wanted = close.statusCode() == NORMAL;
                closeNow(NORMAL);
            }
            case TextWebSocketFrame text -> {
                json = true;
                onMessage(context, current, codec.decode(text.text()));
            }
            case BinaryWebSocketFrame binary -> {
                json = false;
                onMessage(context, current, codec.decode(ByteBufUtil.getBytes(binary.content())));
            }
            default -> {
                // pongs only reset the idle clock
            }
        }
    }

    private void onMessage(
            ChannelHandlerContext context, Session current, @Nullable SignalRequest message) {
        if (message == null) {
            closeNow(NOT_A_MESSAGE);
            return;
        }
        long delay = rate.delayMillis(System.nanoTime());
        if (delay > MAX_THROTTLED_MILLIS) {
            closeNow(POLICY);
            return;
        }
        if (delay > 0) {
            context.channel().config().setAutoRead(false);
            var resumed =
                    context.executor()
                            .schedule(
                                    () -> context.channel().config().setAutoRead(true),
                                    delay,
                                    TimeUnit.MILLISECONDS);
            assert !resumed.isCancelled();
        }
        try {
            current.onMessage(message);
        } catch (RuntimeException e) { // a bug: this client goes, the others stay
            LOG.error("a bug met one session", e);
            closeNow(INTERNAL);
        }
    }

    @Override
    public void send(SignalResponse message) {
        Channel opened = channel;
        if (opened == null || closing) {
            return;
        }
        if (isNews(message) && opened.bytesBeforeWritable() > MAX_PENDING_BYTES) {
            closing = true; // it does not read, a goodbye neither
            opened.close();
            return;
        }
        WebSocketFrame frame =
                json
                        ? new TextWebSocketFrame(codec.encodeJson(message))
                        : new BinaryWebSocketFrame(Unpooled.wrappedBuffer(codec.encode(message)));
        opened.writeAndFlush(frame).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    private static boolean isNews(SignalResponse message) {
        return switch (message.getMessageCase()) {
            case JOIN, RECONNECT, OFFER, ANSWER -> false;
            default -> true;
        };
    }

    @Override
    public void close(int code) {
        closeNow(code);
    }

    private void closeNow(int code) {
        Channel opened = channel;
        if (!closing && opened != null) {
            closing = true;
            opened.writeAndFlush(new CloseWebSocketFrame(code, ""))
                    .addListener(ChannelFutureListener.CLOSE);
            Future<?> anyway = // whether it reads the goodbye or not
                    opened.eventLoop()
                            .schedule(() -> opened.close(), CLOSE_SECONDS, TimeUnit.SECONDS);
            opened.closeFuture().addListener(_ -> anyway.cancel(false));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closing = true;
        Session current = session;
        if (current != null) {
            current.onSocketClosed(this, wanted);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            onSilence(context);
        }
    }

    private void onSilence(ChannelHandlerContext context) {
        if (asked) {
            return;
        }
        asked = true;
        context.writeAndFlush(new PingWebSocketFrame())
                .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        Runnable giveUp =
                () -> {
                    if (asked) {
                        context.close();
                    }
                };
        var pending = context.executor().schedule(giveUp, PONG_SECONDS, TimeUnit.SECONDS);
        assert !pending.isCancelled();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        asked = false;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof TooLongFrameException) {
            closeNow(TOO_LARGE);
        } else {
            LOG.debug("websocket closed: {}", cause.toString());
            context.close();
        }
    }
}
