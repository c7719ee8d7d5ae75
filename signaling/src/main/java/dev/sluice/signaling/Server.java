package dev.sluice.signaling;

import dev.sluice.core.Sfu;
import dev.sluice.core.SfuConfig;
import dev.sluice.signaling.config.ConfigChanges;
import dev.sluice.signaling.config.ServerConfig;
import dev.sluice.signaling.config.Settings;
import dev.sluice.signaling.http.Certificate;
import dev.sluice.signaling.http.HttpServer;
import dev.sluice.signaling.http.Routes;
import dev.sluice.signaling.livekit.AccessTokens;
import dev.sluice.signaling.livekit.Rooms;
import dev.sluice.signaling.livekit.Webhooks;
import dev.sluice.signaling.ops.Gauges;
import dev.sluice.signaling.ops.Health;
import dev.sluice.signaling.ops.Metrics;
import dev.sluice.signaling.selftest.SelfTest;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A whole server: constructors wire it, {@link #close} takes it apart in reverse order. */
public final class Server implements AutoCloseable {
    private static final long SHUTDOWN_SECONDS = 5;

    /** Time for goodbyes to leave before sockets close. */
    private static final long LOOK_MILLIS = 100;

    /** Over so long participants are sent elsewhere, or less when they are few. */
    private static final long SENDING_AWAY_MILLIS = 5_000;

    private static final long APART_MILLIS = 20;
    private static final long GOODBYE_MILLIS = 200;

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);
    private static final int WATCH_MILLIS = 1000;

    private final Sfu sfu;
    private final MultiThreadIoEventLoopGroup loop;
    private final Rooms rooms;
    private final Webhooks webhooks;
    private final Settings settings;
    private final AccessTokens tokens;
    private final @Nullable Certificate certificate;
    private final Health health;
    private final Metrics metrics;
    private final HttpServer http;
    private @Nullable SelfTest selfTest;
    private boolean closed;

    Server(ServerConfig config, Sfu sfu, String version, Clock clock) {
        this.sfu = sfu;
        ThreadFactory threads = task -> new Thread(task, "sluice-control");
        this.loop = new MultiThreadIoEventLoopGroup(1, threads, NioIoHandler.newFactory());
        AccessTokens tokens = new AccessTokens(config.keys(), clock);
        tokens.longest(Duration.ofSeconds(config.limit().tokenLifetime()));
        this.settings = new Settings(config);
        this.tokens = tokens;
        this.webhooks = new Webhooks(settings, tokens, clock);
        this.rooms = new Rooms(sfu, settings, tokens, loop.next(), clock, webhooks, version);
        this.certificate = Certificate.of(config.tls());
        this.health = new Health(sfu);
        this.metrics = new Metrics(sfu, new ControlGauges(), health, version);
        Routes routes = new Routes(rooms, tokens, health, metrics, settings, clock, this::drain);
        this.http = new HttpServer(loop, routes, rooms, certificate);
        try {
            for (String address : config.bindAddresses()) {
                http.listen(new InetSocketAddress(address, config.port()), false);
            }
            if (config.admin().port() != 0) {
                http.listen(
                        new InetSocketAddress(config.admin().bind(), config.admin().port()), true);
            }
        } catch (IllegalStateException e) {
            close();
            throw e;
        }
    }

    /**
     * Starts everything.
     *
     * @throws IllegalStateException when a port cannot be bound; the message names it
     */
    public static Server start(ServerConfig config, SfuConfig media, String version) {
        return start(config, media, version, Clock.systemUTC());
    }

    /** The same by another clock on the wall. */
    static Server start(ServerConfig config, SfuConfig media, String version, Clock clock) {
        Server server = listening(config, media, version, clock);
        server.ready();
        return server;
    }

    /** The same, but not ready before {@link #ready} says so. */
    static Server listening(ServerConfig config, SfuConfig media, String version) {
        return listening(config, media, version, Clock.systemUTC());
    }

    private static Server listening(
            ServerConfig config, SfuConfig media, String version, Clock clock) {
        Sfu sfu = Sfu.start(media);
        try {
            return new Server(config, sfu, version, clock);
        } catch (RuntimeException e) { // a certificate that cannot be read, a port that is taken
            sfu.close();
            throw e;
        }
    }

    private final class ControlGauges implements Gauges {
        @Override
        public int rooms() {
            return ask(rooms::roomCount);
        }

        @Override
        public int participants() {
            return ask(rooms::participantCount);
        }

        @Override
        public int publishedTracks() {
            return ask(() -> rooms.trackCount(true));
        }

        @Override
        public int subscribedTracks() {
            return ask(() -> rooms.trackCount(false));
        }

        @Override
        public int webSockets() {
            return http.webSocketCount();
        }

        @Override
        public long webhooks(String result) {
            return webhooks.results(Webhooks.Result.valueOf(result));
        }
    }

    /** Asks the control loop; a scrape runs on it already. */
    private <T> T ask(Callable<T> question) {
        try {
            return loop.next().inEventLoop() ? question.call() : loop.next().submit(question).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the control loop did not answer", e);
        } catch (Exception e) {
            throw new IllegalStateException("the control loop cannot answer", e);
        }
    }

    /**
     * Looks after files that may change: the configuration, if there is one, and the certificate.
     *
     * @param file reads the configuration anew when it changed, null when it did not
     */
    void watch(Callable<@Nullable ServerConfig> file) {
        Future<?> watching =
                loop.next()
                        .scheduleWithFixedDelay(
                                () -> review(file),
                                WATCH_MILLIS,
                                WATCH_MILLIS,
                                TimeUnit.MILLISECONDS);
        assert !watching.isCancelled();
    }

    private void review(Callable<@Nullable ServerConfig> file) {
        if (certificate != null) {
            certificate.review();
        }
        try {
            ServerConfig changed = file.call();
            if (changed != null) {
                apply(changed);
            }
        } catch (Exception e) {
            LOG.error("configuration not taken, the old one stays: {}", e.getMessage());
        }
    }

    private void apply(ServerConfig changed) {
        ConfigChanges changes = ConfigChanges.of(settings.current(), changed);
        settings.replace(changes.effective());
        tokens.keys(changes.effective().keys());
        tokens.longest(Duration.ofSeconds(changes.effective().limit().tokenLifetime()));
        changes.applied().forEach(each -> LOG.info("configuration changed: {}", each));
        changes.refused().forEach(each -> LOG.warn("{} changes with a restart only", each));
    }

    /**
     * @return the configuration in force
     */
    ServerConfig config() {
        return settings.current();
    }

    /** Says ready from now on: nothing that makes first callers wait is left to do. */
    public void ready() {
        ServerConfig.Health wanted = settings.current().health();
        if (wanted.selfTest() > 0) {
            boolean advertised = wanted.through().equals("advertised");
            SelfTest calls = new SelfTest(sfu, wanted.selfTest(), advertised);
            selfTest = calls;
            health.believe(calls);
        }
        health.ready();
    }

    /**
     * @return the address of HTTP and WebSocket
     */
    public InetSocketAddress address() {
        return http.bound().get(0);
    }

    /**
     * @return the forwarding core, for metrics and tests
     */
    public Sfu sfu() {
        return sfu;
    }

    /**
     * @return participants now
     */
    public int participantCount() {
        return ask(rooms::participantCount);
    }

    /**
     * @return rooms now
     */
    public int roomCount() {
        return ask(rooms::roomCount);
    }

    /**
     * Takes no new rooms from now on. Calls go on until everybody has left, or for the configured
     * time; who is there then is told to come back elsewhere.
     *
     * @return completes when nobody is left; the server still listens, to be closed
     */
    public CompletableFuture<Void> drain() {
        health.drain();
        CompletableFuture<Void> empty = new CompletableFuture<>();
        int seconds = settings.current().drain().timeout();
        LOG.info("draining: no new rooms; calls go on for {} s at most", seconds);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        loop.next()
                .execute(() -> {
                    rooms.drain();
                    look(end, empty);
                });
        return empty;
    }

    private void look(long endNanos, CompletableFuture<Void> empty) {
        int left = rooms.participantCount();
        if (left == 0) {
            empty.complete(null);
        } else if (System.nanoTime() - endNanos >= 0) {
            LOG.info("draining: sending {} participants elsewhere", left);
            long over = settings.current().drain().timeout() == 0 ? 0 : SENDING_AWAY_MILLIS;
            rooms.sendAway(Math.min(over, left * APART_MILLIS)).thenAccept(empty::complete);
        } else {
            Future<?> again =
                    loop.next()
                            .schedule(
                                    () -> look(endNanos, empty),
                                    LOOK_MILLIS,
                                    TimeUnit.MILLISECONDS);
            assert !again.isCancelled();
        }
    }

    /** Tells clients goodbye and frees everything; blocks; idempotent. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        health.drain();
        ask(() -> {
            rooms.shutDown();
            return true;
        });
        if (http.webSocketCount() > 0) {
            loop.next()
                    .schedule(() -> true, GOODBYE_MILLIS, TimeUnit.MILLISECONDS)
                    .awaitUninterruptibly();
        }
        http.close();
        if (selfTest != null) {
            selfTest.close();
        }
        sfu.close(); // before the control loop, which workers still tell of peers that leave
        loop.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS).syncUninterruptibly();
        metrics.close();
        webhooks.close();
    }
}
