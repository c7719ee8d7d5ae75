package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.signaling.livekit.AccessTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Chromium reaches the server from another network: where a firewall lets no UDP through, over TCP
 * or over a TURN server, and where there is IPv6 only.
 */
@Tag("netns")
class NetworkTest {
    private static final String URL = "http://10.99.0.1:7880";
    private static final String SECRET = "a secret that the relay has too, long enough";

    private Namespace servers;
    private Namespace clients;

    @BeforeEach
    void makeNetworks() throws IOException, InterruptedException {
        Scripts.need("/usr/bin/chromium", "/usr/sbin/nft", "/usr/bin/turnserver");
        servers = Namespace.make("sluice-s");
        clients = Namespace.make("sluice-c");
        servers.ip("link", "add", "v0", "type", "veth", "peer", "name", "v1");
        servers.ip("link", "set", "v1", "netns", clients.name());
        servers.ip("addr", "add", "10.99.0.1/24", "dev", "v0");
        clients.ip("addr", "add", "10.99.0.2/24", "dev", "v1");
        servers.ip("addr", "add", "fd99::1/64", "dev", "v0", "nodad");
        clients.ip("addr", "add", "fd99::2/64", "dev", "v1", "nodad");
        servers.ip("link", "set", "v0", "up");
        clients.ip("link", "set", "v1", "up");
        clients.ip("route", "add", "default", "via", "10.99.0.1", "dev", "v1");
        clients.ip("-6", "route", "add", "default", "via", "fd99::1", "dev", "v1");
    }

    @AfterEach
    void removeNetworks() throws IOException, InterruptedException {
        servers.remove();
        clients.remove();
    }

    /** As in offices: the clients' network lets no UDP out or in. */
    private void blockUdp() throws IOException, InterruptedException {
        clients.run("nft", "add", "table", "inet", "wall");
        for (String way : new String[] {"input", "output"}) {
            String hook = "{ type filter hook " + way + " priority 0 ; }";
            clients.run("nft", "add", "chain", "inet", "wall", way, hook);
            clients.run("nft", "add", "rule", "inet", "wall", way, "meta l4proto udp counter drop");
        }
    }

    private JsonNode call() throws IOException, InterruptedException {
        AccessTokens tokens = new AccessTokens(Map.of("devkey", "secret"), Clock.systemUTC());
        String[] token = new String[2];
        for (int i = 0; i < 2; i++) {
            String name = "client-" + i;
            token[i] =
                    tokens.sign(
                            AccessTokens.participant("net", name, name, true, true),
                            Duration.ofMinutes(5));
        }
        return Scripts.run(
                clients.inside("node", "network-call.mjs", URL, "4", token[0], token[1]));
    }

    private static void check(JsonNode result, String local, String remote) {
        for (JsonNode page : result.get("after")) {
            assertEquals(local, page.get("local").asText(), page.toString());
            assertTrue(page.get("remote").asText().startsWith(remote), page.toString());
            assertEquals(2, page.get("inbound").size());
            for (JsonNode line : page.get("inbound")) {
                assertEquals(0, line.get("lost").asInt(), line.toString());
            }
        }
        for (int i = 0; i < 2; i++) {
            double seconds =
                    (result.at("/after/" + i + "/at").asDouble()
                                    - result.at("/before/" + i + "/at").asDouble())
                            / 1000;
            int frames = decoded(result.at("/after/" + i)) - decoded(result.at("/before/" + i));
            assertTrue(frames / seconds >= 12, frames + " frames in " + seconds + " s");
        }
    }

    private static int decoded(JsonNode page) {
        int frames = 0;
        for (JsonNode line : page.get("inbound")) {
            frames += line.path("decoded").asInt();
        }
        return frames;
    }

    @Test
    void withoutUdpOverTcp() throws IOException, InterruptedException {
        blockUdp();
        Process server =
                servers.startServer(
                        "--dev",
                        "--bind_addresses=10.99.0.1",
                        "--rtc.bind=10.99.0.1",
                        "--rtc.tcp_port=7881");
        try {
            check(call(), "prflx tcp", "tcp 10.99.0.1:7881");
        } finally {
            Namespace.stop(server);
        }
    }

    @Test
    void withoutUdpOverTurn(@TempDir Path folder) throws IOException, InterruptedException {
        blockUdp();
        Path config = folder.resolve("sluice.yaml");
        Files.writeString(
                config,
                "turn_servers:\n  - {host: 10.99.0.1, port: 3478, protocol: tcp, secret: '"
                        + SECRET
                        + "', ttl: 600}\n");
        Process relay =
                new ProcessBuilder(
                                servers.inside(
                                        "turnserver",
                                        "--use-auth-secret",
                                        "--static-auth-secret=" + SECRET,
                                        "--realm=sluice.test",
                                        "--listening-ip=10.99.0.1",
                                        "--relay-ip=10.99.0.1",
                                        "--no-cli",
                                        "--no-tls",
                                        "--no-dtls",
                                        "--log-file=stdout",
                                        "--pidfile=" + folder.resolve("pid"),
                                        "--userdb=" + folder.resolve("db")))
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile())
                        .start();
        Process server =
                servers.startServer("--dev", "--bind_addresses=10.99.0.1", "--config=" + config);
        try {
            check(call(), "relay tcp", "udp 10.99.0.1:788");
        } finally {
            Namespace.stop(server);
            relay.destroyForcibly().waitFor();
        }
    }

    @Test
    void withIpv6Only() throws IOException, InterruptedException {
        Process server =
                servers.startServer("--dev", "--bind_addresses=10.99.0.1", "--rtc.bind=fd99::1");
        try {
            check(call(), "host udp", "udp fd99::1:788");
        } finally {
            Namespace.stop(server);
        }
    }
}
