package dev.sluice.signaling;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.sluice.core.SfuConfig;
import dev.sluice.core.media.AudioLimit;
import dev.sluice.core.transport.SocketMode;
import dev.sluice.signaling.config.ChangedFiles;
import dev.sluice.signaling.config.ConfigChanges;
import dev.sluice.signaling.config.ConfigException;
import dev.sluice.signaling.config.ConfigReader;
import dev.sluice.signaling.config.ServerConfig;
import dev.sluice.signaling.livekit.AccessTokens;
import dev.sluice.srtp.SrtpProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** The program: words on the command line to a running server, or to one line that says why not. */
public final class Main {
    private static final int WRONG_USE = 2;
    private static final int FAILED = 1;
    private static final int MAX_HANDSHAKES = 2000;

    private final PrintStream out;
    private final PrintStream err;
    private final ConfigReader configs;

    Main(PrintStream out, PrintStream err, Map<String, String> environment) {
        this.out = out;
        this.err = err;
        this.configs = new ConfigReader(environment);
    }

    /** Runs until the command is done, or until a signal ends the server. */
    public static void main(String[] words) {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        int status = new Main(System.out, System.err, System.getenv()).run(List.of(words));
        if (status != 0) {
            System.exit(status);
        }
    }

    /**
     * @return the exit status
     */
    int run(List<String> words) {
        try {
            return switch (CommandLine.parse(words)) {
                case CommandLine.Help _ -> {
                    out.print(CommandLine.HELP);
                    yield 0;
                }
                case CommandLine.Version _ -> {
                    out.println("sluice " + version());
                    yield 0;
                }
                case CommandLine.CheckConfig check -> {
                    ServerConfig read =
                            configs.read(ServerConfig.defaults(), check.config(), Map.of());
                    out.print(ConfigChanges.masked(read));
                    out.println("# " + check.config() + ": good");
                    yield 0;
                }
                case CommandLine.Token token -> token(token);
                case CommandLine.WarmUpOnly _ -> {
                    ServerConfig config = ServerConfig.development();
                    WarmUp.run(config, media(config, true));
                    yield 0;
                }
                case CommandLine.Serve serve -> serve(serve);
            };
        } catch (ConfigException | IllegalStateException e) {
            err.println("sluice: " + e.getMessage());
            return e instanceof ConfigException ? WRONG_USE : FAILED;
        }
    }

    private int token(CommandLine.Token token) throws ConfigException {
        ServerConfig base =
                token.config() == null ? ServerConfig.development() : ServerConfig.defaults();
        ServerConfig config = configs.read(base, token.config(), Map.of());
        requireKeys(config);
        out.println(
                new AccessTokens(config.keys(), Clock.systemUTC())
                        .sign(
                                AccessTokens.participant(
                                        token.room(),
                                        token.identity(),
                                        token.name(),
                                        token.canPublish(),
                                        token.canSubscribe()),
                                token.ttl()));
        return 0;
    }

    private static void requireKeys(ServerConfig config) throws ConfigException {
        if (config.keys().isEmpty()) {
            throw new ConfigException(
                    "keys: expected at least one API key and secret (or start with --dev)");
        }
    }

    private int serve(CommandLine.Serve serve) throws ConfigException {
        ServerConfig base =
                serve.development() ? ServerConfig.development() : ServerConfig.defaults();
        Path file = serve.config();
        ChangedFiles files = file == null ? new ChangedFiles() : new ChangedFiles(file.toFile());
        ServerConfig config = configs.read(base, file, serve.flags());
        requireKeys(config);
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(config.logging().level()));
        SfuConfig media = media(config, serve.development());
        Server server = Server.listening(config, media, version());
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    server.drain().join();
                                    server.close();
                                    ended.countDown();
                                    // a signal's own status would be 143: leaving was wanted
                                    Runtime.getRuntime().halt(0);
                                },
                                "sluice-shutdown"));
        server.watch(() -> files.haveChanged() ? reread(serve, base, root) : null);
        announce(config, server);
        WarmUp.run(config, media);
        server.ready();
        out.println("Sluice is ready");
        out.flush();
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    /** The configuration file was written again. */
    private ServerConfig reread(CommandLine.Serve serve, ServerConfig base, Logger root)
            throws ConfigException {
        ServerConfig config = configs.read(base, serve.config(), serve.flags());
        requireKeys(config);
        root.setLevel(Level.toLevel(config.logging().level()));
        return config;
    }

    private void announce(ServerConfig config, Server server) {
        String scheme = config.tls().cert().isEmpty() ? "http" : "https";
        String url = scheme + "://127.0.0.1:" + server.address().getPort();
        out.println("Sluice " + version() + " listens on " + url);
        if (config.demo()) {
            out.println("Demo page: " + url + "/?room=demo   (open it in two tabs)");
        }
        out.flush();
    }

    private static SfuConfig media(ServerConfig config, boolean development)
            throws ConfigException {
        int workers =
                config.rtc().workers() == 0
                        ? Runtime.getRuntime().availableProcessors()
                        : config.rtc().workers();
        try {
            return new SfuConfig(
                    NetworkAddresses.toBind(config.rtc().bind(), development),
                    NetworkAddresses.toAdvertise(config.rtc().advertise()),
                    config.rtc().udpPort(),
                    config.rtc().tcpPort() == 0 ? SfuConfig.NO_TCP : config.rtc().tcpPort(),
                    workers,
                    SfuConfig.ALL_PROFILES,
                    MAX_HANDSHAKES,
                    provider(config.srtp().provider()),
                    SocketMode.valueOf(config.rtc().sockets().toUpperCase(Locale.ROOT)),
                    new AudioLimit(
                            config.room().audioForwarded(), config.room().audioForwardedAbove()),
                    SfuConfig.PEERS_BEFORE_OVERFLOW,
                    config.limit().dataBytes(),
                    config.rtc().loadLimit());
        } catch (IllegalArgumentException e) {
            throw new ConfigException("rtc: " + e.getMessage());
        }
    }

    /** The provider of that name, null for the best; the name was checked. */
    private static @Nullable SrtpProvider provider(String setting) {
        for (SrtpProvider provider : SrtpProvider.values()) {
            if (provider.setting().equals(setting)) {
                return provider;
            }
        }
        return null;
    }

    static String version() {
        Properties properties = new Properties();
        try (InputStream stream = Main.class.getResourceAsStream("/sluice.properties")) {
            if (stream != null) {
                properties.load(stream);
            }
        } catch (IOException e) {
            return "unknown";
        }
        return properties.getProperty("version", "unknown");
    }
}
