package dev.sluice.signaling.http;

import dev.sluice.signaling.config.ProxyHeaders;
import dev.sluice.signaling.config.ServerConfig;
import dev.sluice.signaling.config.Settings;
import dev.sluice.signaling.livekit.AccessTokens;
import dev.sluice.signaling.livekit.ClientSettings;
import dev.sluice.signaling.livekit.Grants;
import dev.sluice.signaling.livekit.JoinRequests;
import dev.sluice.signaling.livekit.RoomService;
import dev.sluice.signaling.livekit.Rooms;
import dev.sluice.signaling.ops.Health;
import dev.sluice.signaling.ops.Metrics;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
    private final Settings settings;
    private final ProxyHeaders proxies;
    private final JoinRates rates;
    private final DebugRoutes debug;
    private final WhipRoutes whip;
    private final TwirpRoutes twirp;
    private final Runnable drain;

    public Routes(
            Rooms rooms,
            AccessTokens tokens,
            Health health,
            Metrics metrics,
            Settings settings,
            Clock clock,
            Runnable drain) {
        this.drain = drain;
        ServerConfig config = settings.current();
        this.settings = settings;
        this.proxies = new ProxyHeaders(config.trustedProxies());
        this.rates = new JoinRates(settings);
        this.rooms = rooms;
        this.tokens = tokens;
        this.health = health;
        this.metrics = metrics;
        this.demo = config.demo() ? new DemoPage(tokens) : null;
        this.metricsHere = config.admin().port() == 0 && config.demo();
        this.debug = new DebugRoutes(rooms);
        this.whip = new WhipRoutes(rooms, tokens, rates, config.demo());
        this.twirp = new TwirpRoutes(new RoomService(rooms, clock), tokens);
    }

    /** Answers a request on the admin port; completes on the control loop. */
    CompletableFuture<Reply> answerAdmin(Request request) {
        if (request.isGet() && request.path().equals("/metrics")) {
            return CompletableFuture.completedFuture(scrape());
        }
        if (request.path().equals("/drain") && request.method().equals("POST")) {
            drain.run();
            return CompletableFuture.completedFuture(Reply.text(202, "draining\n"));
        }
        CompletableFuture<Reply> shown = debug.answer(request);
        return shown == null ? CompletableFuture.completedFuture(notFound()) : shown;
    }

    /** Answers a request that opens no WebSocket; completes on the control loop. */
    CompletableFuture<Reply> answer(long nowNanos, Request request) {
        CompletableFuture<Reply> direct = metricsHere ? debug.answer(request) : null;
        if (direct == null) {
            direct = whip.answer(nowNanos, request);
        }
        if (direct != null) {
            return direct;
        }
        Reply called = twirp.answer(request);
        return CompletableFuture.completedFuture(called == null ? page(nowNanos, request) : called);
    }

    private Reply page(long nowNanos, Request request) {
        if (request.path().equals("/demo/token") && demo != null) {
            return request.method().equals("POST")
                    ? demo.token(nowNanos, request.body())
                    : Reply.text(405, "expected POST\n");
        }
        if (!request.isGet()) {
            return Reply.text(request.method().equals("OPTIONS") ? 204 : 405, "");
        }
        Reply file = demo == null ? null : demo.file(request.path());
        if (file != null) {
            return file;
        }
        return switch (request.path()) {
            case "/" -> Reply.text(200, "OK");
            case "/rtc/validate", "/rtc/v1/validate" -> {
                Decision decision = decide(request);
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

    ProxyHeaders proxies() {
        return proxies;
    }

    /**
     * @return whether pages of this origin may use the server
     */
    boolean allowsOrigin(String origin) {
        List<String> allowed = settings.current().origins();
        return allowed.contains("*") || allowed.contains(origin);
    }

    /** The same as {@link #decide}, for somebody who may have tried too often. */
    Decision admit(long nowNanos, Request request) {
        if (!rates.admits(nowNanos, request.from())) {
            return new Decision(null, JoinRates.TOO_OFTEN);
        }
        Decision decision = decide(request);
        Admission admission = decision.admission();
        boolean often =
                admission != null
                        && !rates.admits(
                                nowNanos, admission.grants().room(), admission.grants().identity());
        return often ? new Decision(null, JoinRates.TOO_OFTEN) : decision;
    }

    /** Decides whether this client may open its WebSocket; no state exists yet. */
    Decision decide(Request request) {
        Grants grants = tokens.verify(request.token());
        if (grants == null || !grants.video().roomJoin()) {
            return new Decision(null, Reply.text(401, UNAUTHORIZED));
        }
        String userAgent = request.header(HttpHeaderNames.USER_AGENT);
        boolean single = request.path().startsWith("/rtc/v1");
        boolean json = "json".equals(request.parameter("encoding"));
        ClientSettings client =
                single
                        ? JoinRequests.read(request.parameter("join_request"), json)
                        : ClientSettings.of(request.query(), userAgent);
        if (client == null) {
            return new Decision(null, Reply.text(400, "join_request cannot be read\n"));
        }
        Rooms.Refusal refusal = rooms.refusal(grants, client);
        if (refusal != null) {
            return new Decision(null, Reply.text(refusal.status(), refusal.text() + "\n"));
        }
        return new Decision(new Admission(grants, client), Reply.text(200, "success"));
    }
}
