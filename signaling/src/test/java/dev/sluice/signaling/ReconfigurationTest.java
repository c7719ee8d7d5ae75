package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.config.ConfigChanges;
import dev.sluice.signaling.config.ConfigException;
import dev.sluice.signaling.config.ConfigReader;
import dev.sluice.signaling.config.ServerConfig;
import dev.sluice.signaling.livekit.AccessTokens;
import io.netty.handler.ssl.util.SelfSignedCertificate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What changes in a running server: keys, limits, certificates. */
class ReconfigurationTest {
    private static final String OTHER_SECRET = "another secret of thirty-two characters";

    @TempDir private Path folder;

    private ServerConfig read(String yaml) throws IOException, ConfigException {
        Path file = folder.resolve("sluice.yaml");
        Files.writeString(file, yaml);
        return new ConfigReader(Map.of()).read(ServerConfig.defaults(), file, Map.of());
    }

    @Test
    void changesAreNamedSecretsAreNot() throws IOException, ConfigException {
        String keys = "keys: {one: " + OTHER_SECRET + "}\n";
        ServerConfig before = read(keys);
        ServerConfig after =
                read(
                        "keys: {two: "
                                + OTHER_SECRET
                                + "}\nroom: {max_participants: 7}\nrtc: {udp_port: 9000}\n"
                                + "turn_servers: [{host: t, port: 3478, protocol: udp, secret: hidden"
                                + ", ttl: 600}]\n");
        ConfigChanges changes = ConfigChanges.of(before, after);
        assertEquals(List.of("rtc.udp_port"), changes.refused());
        assertTrue(changes.applied().contains("room.max_participants: 0 -> 7"));
        assertFalse(changes.applied().toString().contains("another"), "" + changes.applied());
        assertEquals(7, changes.effective().room().maxParticipants());
        assertEquals(before.rtc(), changes.effective().rtc());
        assertEquals(List.of(), ConfigChanges.of(after, after).applied());

        String shown = ConfigChanges.masked(after);
        assertTrue(shown.contains("max_participants: 7"), shown);
        assertTrue(shown.contains("two: \"********\""), shown);
        assertFalse(shown.contains("another") || shown.contains("hidden"), shown);
    }

    @Test
    void newKeysAreTakenAtOnceAndMistakesAreNot() throws Exception {
        AtomicReference<@Nullable ServerConfig> next = new AtomicReference<>();
        try (TestServer server = TestServer.start();
                HttpClient http = HttpClient.newHttpClient()) {
            server.server()
                    .watch(() -> {
                        ServerConfig changed = next.getAndSet(null);
                        if (changed != null && changed.keys().isEmpty()) {
                            throw new ConfigException("keys: expected one");
                        }
                        return changed;
                    });
            String old = server.token("room", "ada");
            String fresh =
                    new AccessTokens(Map.of("two", OTHER_SECRET), Clock.systemUTC())
                            .sign(
                                    AccessTokens.participant("room", "bob", "bob", true, true),
                                    Duration.ofMinutes(5));
            assertEquals(200, validate(http, server, old));
            assertEquals(401, validate(http, server, fresh));

            next.set(ServerConfig.defaults());
            TimeUnit.MILLISECONDS.sleep(1500);
            assertEquals(200, validate(http, server, old), "the old ones stay");

            next.set(read("keys: {two: " + OTHER_SECRET + "}\n"));
            for (int i = 0; i < 100 && validate(http, server, fresh) != 200; i++) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
            assertEquals(200, validate(http, server, fresh));
            assertEquals(401, validate(http, server, old));
        }
    }

    private static int validate(HttpClient http, TestServer server, String token)
            throws IOException, InterruptedException {
        URI uri = URI.create(server.url() + "/rtc/validate?access_token=" + token);
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
                .statusCode();
    }

    @SuppressWarnings("deprecation") // good enough for a test
    private static SelfSignedCertificate certificate() throws CertificateException {
        return new SelfSignedCertificate("localhost");
    }

    @SuppressWarnings("deprecation") // as above
    private static void install(SelfSignedCertificate made, Path cert, Path key, long age)
            throws IOException {
        Files.copy(
                made.privateKey().toPath(), key, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.copy(
                made.certificate().toPath(),
                cert,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        FileTime time = FileTime.fromMillis(System.currentTimeMillis() - age);
        Files.setLastModifiedTime(cert, time);
        Files.setLastModifiedTime(key, time);
    }

    /** Asks over TLS, trusting these. @return the certificate that was shown */
    private static X509Certificate shown(TestServer server, X509Certificate... trusted)
            throws GeneralSecurityException, IOException, InterruptedException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (int i = 0; i < trusted.length; i++) {
            store.setCertificateEntry("c" + i, trusted[i]);
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (HttpClient http = HttpClient.newBuilder().sslContext(context).build()) {
            int port = server.server().address().getPort();
            URI uri = URI.create("https://localhost:" + port + "/healthz");
            HttpResponse<String> answer =
                    http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
            assertEquals(200, answer.statusCode());
            return (X509Certificate) answer.sslSession().orElseThrow().getPeerCertificates()[0];
        }
    }

    @Test
    @SuppressWarnings("deprecation") // as above
    void aCertificateIsRenewedInARunningServer() throws Exception {
        Path cert = folder.resolve("cert.pem");
        Path key = folder.resolve("key.pem");
        SelfSignedCertificate first = certificate();
        SelfSignedCertificate second = certificate();
        install(first, cert, key, 60_000);
        ServerConfig.Tls tls = new ServerConfig.Tls(cert.toString(), key.toString());
        try (TestServer server = TestServer.secure(tls)) {
            server.server().watch(() -> null);
            assertEquals(first.cert(), shown(server, first.cert(), second.cert()));

            Files.writeString(cert, "no certificate");
            TimeUnit.MILLISECONDS.sleep(1500);
            assertEquals(first.cert(), shown(server, first.cert(), second.cert()), "it stays");

            install(second, cert, key, 0);
            X509Certificate now = first.cert();
            for (int i = 0; i < 50 && now.equals(first.cert()); i++) {
                TimeUnit.MILLISECONDS.sleep(100);
                now = shown(server, first.cert(), second.cert());
            }
            assertNotEquals(first.cert(), now);
        }
        assertThrows(
                IllegalStateException.class,
                () -> TestServer.secure(new ServerConfig.Tls("missing.pem", "missing.pem")));
    }
}
