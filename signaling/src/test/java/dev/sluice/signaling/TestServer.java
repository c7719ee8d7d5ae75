package dev.sluice.signaling;

import dev.sluice.core.Sfu;
import dev.sluice.core.SfuConfig;
import dev.sluice.core.media.AudioLimit;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.transport.SocketMode;
import dev.sluice.signaling.config.ConfigException;
import dev.sluice.signaling.config.ConfigReader;
import dev.sluice.signaling.config.ServerConfig;
import dev.sluice.signaling.livekit.AccessTokens;
import dev.sluice.srtp.SrtpProfile;
import java.net.InetAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A whole server on free loopback ports. */
public final class TestServer implements AutoCloseable {
    static final Map<String, String> KEYS = Map.of("devkey", "secret");

    private final Server server;
    private final AccessTokens tokens;

    /**
     * @param flags keys of the configuration that differ, as on the command line
     */
    private TestServer(
            List<SrtpProfile> profiles,
            int peersBeforeOverflow,
            int tcpPort,
            Map<String, String> flags,
            Clock clock) {
        tokens = new AccessTokens(KEYS, clock);
        ServerConfig base = ServerConfig.development();
        ServerConfig config =
                new ServerConfig(
                        0,
                        base.bindAddresses(),
                        ServerConfig.Tls.NONE,
                        List.of(),
                        List.of("*"),
                        KEYS,
                        base.rtc(),
                        base.srtp(),
                        base.turnServers(),
                        new ServerConfig.RoomRules(true, 0, 300, 0, 0, false, 0, 0),
                        new ServerConfig.Webhook("", List.of()),
                        base.limit(),
                        base.drain(),
                        new ServerConfig.Health(0, "bound"),
                        base.admin(),
                        base.logging(),
                        true);
        Map<String, String> set = new HashMap<>(flags);
        set.putIfAbsent("rtc.load_limit", "0"); // who tests beside browsers is always busy
        ServerConfig full = with(config, set);
        SfuConfig media =
                new SfuConfig(
                        List.of(InetAddress.ofLiteral("127.0.0.1")),
                        List.of(),
                        0,
                        tcpPort,
                        2,
                        profiles,
                        2000,
                        null,
                        SocketMode.AUTO,
                        AudioLimit.NONE,
                        peersBeforeOverflow,
                        SfuConfig.DATA_BYTES_PER_SECOND,
                        full.rtc().loadLimit());
        server = Server.start(full, media, "test", clock);
    }

    private static ServerConfig with(ServerConfig config, Map<String, String> flags) {
        try {
            return new ConfigReader(Map.of()).read(config, null, flags);
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }

    /** One with some keys of the configuration set, as on the command line. */
    public static TestServer with(Map<String, String> flags) {
        return with(flags, Clock.systemUTC());
    }

    /** The same by another clock on the wall. */
    static TestServer with(Map<String, String> flags, Clock clock) {
        return new TestServer(
                SfuConfig.ALL_PROFILES,
                SfuConfig.PEERS_BEFORE_OVERFLOW,
                SfuConfig.NO_TCP,
                flags,
                clock);
    }

    public static TestServer start() {
        return with(Map.of());
    }

    public static TestServer start(SrtpProfile only) {
        return new TestServer(
                List.of(only),
                SfuConfig.PEERS_BEFORE_OVERFLOW,
                SfuConfig.NO_TCP,
                Map.of(),
                Clock.systemUTC());
    }

    /** One whose rooms overflow to the other worker with the second subscriber. */
    public static TestServer overflowing() {
        return new TestServer(
                SfuConfig.ALL_PROFILES, 1, SfuConfig.NO_TCP, Map.of(), Clock.systemUTC());
    }

    /** One that keeps participants whose socket broke, and tells of events. */
    public static TestServer keeping(int seconds, String... webhooks) {
        return with(
                Map.of(
                        "room.reconnect_window",
                        Integer.toString(seconds),
                        "webhook.urls",
                        "[" + String.join(", ", webhooks) + "]"));
    }

    /** One that also takes TCP, on a free port. */
    public static TestServer withTcp() {
        return new TestServer(
                SfuConfig.ALL_PROFILES,
                SfuConfig.PEERS_BEFORE_OVERFLOW,
                0,
                Map.of(),
                Clock.systemUTC());
    }

    /** One that speaks https. */
    public static TestServer secure(ServerConfig.Tls tls) {
        return with(Map.of("tls.cert", tls.cert(), "tls.key", tls.key()));
    }

    public Server server() {
        return server;
    }

    public String url() {
        return "http://127.0.0.1:" + server.address().getPort();
    }

    public URI webSocket(String query) {
        return URI.create("ws://127.0.0.1:" + server.address().getPort() + "/rtc?" + query);
    }

    public String token(String room, String identity) {
        return tokens.sign(
                AccessTokens.participant(room, identity, identity, true, true),
                Duration.ofMinutes(10));
    }

    @Override
    public void close() {
        server.close();
        Sfu sfu = server.sfu();
        if (sfu.activeBuffers() != 0) {
            throw new AssertionError(sfu.activeBuffers() + " buffers are left");
        }
        long opened = sfu.count(Counter.PEERS_OPENED);
        long closed = sfu.count(Counter.PEERS_CLOSED);
        if (opened != closed) {
            throw new AssertionError(opened + " peers opened, " + closed + " closed");
        }
    }
}
