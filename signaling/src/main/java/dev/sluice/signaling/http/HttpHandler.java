package dev.sluice.signaling.http;

import dev.sluice.signaling.livekit.SignalCodec;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.timeout.IdleStateEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One HTTP connection: requests are answered by the routes, {@code /rtc} becomes a WebSocket. */
final class HttpHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(HttpHandler.class);
    private static final int MAX_FRAME = SignalCodec.MAX_SDP_FRAME;
    private static final Reply FAILED = Reply.text(500, "this went wrong here\n");
    private static final Reply FOREIGN = Reply.text(403, "not from this origin\n");
    private static final Reply UNREADABLE = Reply.text(400, "not a valid HTTP request\n");

    private final Routes routes;
    private final Admissions admissions;
    private final LongSupplier clock;
    private final boolean metricsOnly;
    private CompletableFuture<Reply> last = CompletableFuture.completedFuture(UNREADABLE);

    /**
     * @param metricsOnly whether this is the admin port, for metrics and explanations only
     */
    HttpHandler(Routes routes, Admissions admissions, LongSupplier clock, boolean metricsOnly) {
        this.routes = routes;
        this.admissions = admissions;
        this.clock = clock;
        this.metricsOnly = metricsOnly;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (!request.decoderResult().isSuccess()) {
            reply(context, false, UNREADABLE, false);
            return;
        }
        String origin = request.headers().get(HttpHeaderNames.ORIGIN);
        if (origin != null && !routes.allowsOrigin(origin)) {
            reply(context, false, FOREIGN, false);
            return;
        }
        String path = Request.path(new QueryStringDecoder(request.uri()));
        if (metricsOnly) {
            answer(context, request, routes::answerAdmin);
        } else if ((path.equals("/rtc") || path.equals("/rtc/v1")) && isUpgrade(request)) {
            upgrade(context, request);
        } else {
            answer(context, request, read -> routes.answer(clock.getAsLong(), read));
        }
    }

    /** Answers go out in the order of their requests, however long one of them takes. */
    private void answer(
            ChannelHandlerContext context,
            FullHttpRequest http,
            Function<Request, CompletableFuture<Reply>> route) {
        Request request = read(context, http);
        boolean head = http.method().equals(HttpMethod.HEAD);
        boolean keepAlive = HttpUtil.isKeepAlive(http);
        last =
                last.thenCompose(_ -> route.apply(request))
                        .handle((reply, failure) -> {
                            Reply answer = failure == null ? reply : FAILED;
                            reply(context, head, answer, keepAlive);
                            return answer;
                        });
    }

    private Request read(ChannelHandlerContext context, FullHttpRequest http) {
        InetAddress peer = ((InetSocketAddress) context.channel().remoteAddress()).getAddress();
        String forwarded = http.headers().get("x-forwarded-for");
        return Request.of(http, routes.proxies().client(peer, forwarded));
    }

    private static boolean isUpgrade(FullHttpRequest request) {
        return request.method().equals(HttpMethod.GET)
                && request.headers()
                        .contains(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
    }

    private void upgrade(ChannelHandlerContext context, FullHttpRequest request) {
        Routes.Decision decision = routes.admit(clock.getAsLong(), read(context, request));
        Routes.Admission admission = decision.admission();
        if (admission == null) {
            reply(context, false, decision.refusal(), false);
            return;
        }
        WebSocketServerHandshaker handshaker =
                new WebSocketServerHandshakerFactory("/rtc", null, false, MAX_FRAME)
                        .newHandshaker(request);
        if (handshaker == null) {
            WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(context.channel());
            return;
        }
        WebSocketConnection connection = new WebSocketConnection(admissions.codec(), admission);
        handshaker
                .handshake(context.channel(), request)
                .addListener(done -> {
                    if (done.isSuccess()) {
                        ChannelPipeline pipeline = context.pipeline();
                        pipeline.addLast(new WebSocketFrameAggregator(MAX_FRAME), connection);
                        pipeline.remove(this);
                        connection.open(admissions);
                    } else {
                        context.close();
                    }
                });
    }

    private static void reply(
            ChannelHandlerContext context, boolean head, Reply reply, boolean keepAlive) {
        var response = reply.toHttp(head);
        if (keepAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        ChannelFuture written = context.writeAndFlush(response);
        if (!keepAlive) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            context.close(); // neither a request in time nor another one
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("connection closed: {}", cause.toString());
        context.close();
    }
}
