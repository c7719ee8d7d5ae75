package dev.sluice.signaling.http;

import dev.sluice.signaling.livekit.AccessTokens;
import dev.sluice.signaling.livekit.ClientSettings;
import dev.sluice.signaling.livekit.Grants;
import dev.sluice.signaling.livekit.Rooms;
import dev.sluice.signaling.ops.Health;
import dev.sluice.signaling.ops.Metrics;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What each path answers. The token is checked before anything else is looked at. */
public final class Routes {
    /**
     * A WebSocket that may be opened.
     *
     * @param grants what its token allows
     * @param client what it says of itself
     */
    record Admission(Grants grants, ClientSettings client) {}

    /** A decision on {@code /rtc}: either an admission or a refusal. */
    record Decision(@Nullable Admission admission, Reply refusal) {}

    private static final String UNAUTHORIZED = "unauthorized\n";

    private final Rooms rooms;
    private final AccessTokens tokens;
    private final Health health;
    private final Metrics metrics;
    private final @Nullable DemoPage demo;
    private final boolean metricsHere;

    /**
     * @param metricsHere whether metrics are served on this port
     */
    public Routes(
            Rooms rooms,
            AccessTokens tokens,
            Health health,
            Metrics metrics,
            boolean demo,
            boolean metricsHere) {
        this.rooms = rooms;
        this.tokens = tokens;
        this.health = health;
        this.metrics = metrics;
        this.demo = demo ? new DemoPage(tokens) : null;
        this.metricsHere = metricsHere;
    }

    /** Clients append their path to a base that may end in a slash. */
    static String path(QueryStringDecoder uri) {
        String path = uri.path();
        return path.startsWith("//") ? path.substring(1) : path;
    }

    /** Answers a request that opens no WebSocket. */
    Reply answer(long nowNanos, FullHttpRequest request, byte[] body) {
        QueryStringDecoder uri = new QueryStringDecoder(request.uri());
        String path = path(uri);
        boolean get =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        if (path.equals("/demo/token") && demo != null) {
            return request.method().equals(HttpMethod.POST)
                    ? demo.token(nowNanos, body)
                    : Reply.text(405, "expected POST\n");
        }
        if (!get) {
            return Reply.text(request.method().equals(HttpMethod.OPTIONS) ? 204 : 405, "");
        }
        Reply file = demo == null ? null : demo.file(path);
        if (file != null) {
            return file;
        }
        return switch (path) {
            case "/" -> Reply.text(200, "OK");
            case "/rtc/validate" -> {
                Decision decision = decide(request, uri);
                yield decision.admission() == null
                        ? decision.refusal()
                        : Reply.text(200, "success");
            }
            case "/healthz" ->
                    Reply.text(
                            health.isAlive() ? 200 : 503, health.isAlive() ? "ok\n" : "stalled\n");
            case "/readyz" -> {
                String readiness = health.readiness();
                yield Reply.text(readiness.equals("ready") ? 200 : 503, readiness + "\n");
            }
            case "/metrics" -> metricsHere ? scrape() : notFound();
            default -> notFound();
        };
    }

    Reply scrape() {
        return new Reply(
                200,
                "text/plain; version=0.0.4; charset=utf-8",
                metrics.scrape().getBytes(StandardCharsets.UTF_8));
    }

    private static Reply notFound() {
        return Reply.text(404, "not found\n");
    }

    /** Decides whether this client may open its WebSocket; no state exists yet. */
    Decision decide(FullHttpRequest request, QueryStringDecoder uri) {
        Map<String, List<String>> query = uri.parameters();
        Grants grants = tokens.verify(token(request, query));
        if (grants == null || !grants.video().roomJoin()) {
            return new Decision(null, Reply.text(401, UNAUTHORIZED));
        }
        String userAgent = request.headers().get(HttpHeaderNames.USER_AGENT, "");
        ClientSettings client = ClientSettings.of(query, userAgent);
        Rooms.Refusal refusal = rooms.refusal(grants, client);
        if (refusal != null) {
            return new Decision(null, Reply.text(refusal.status(), refusal.text() + "\n"));
        }
        return new Decision(new Admission(grants, client), Reply.text(200, "success"));
    }

    private static @Nullable String token(
            FullHttpRequest request, Map<String, List<String>> query) {
        List<String> values = query.get("access_token");
        if (values != null && !values.isEmpty()) {
            return values.get(0);
        }
        String header = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
        return header.startsWith("Bearer ") ? header.substring(7) : null;
    }
}
