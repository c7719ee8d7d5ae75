package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.client.SyntheticPublisher;
import dev.sluice.signaling.livekit.AccessTokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every status that RFC 9725 and the WHEP draft name, row by row, over real HTTP. */
class WhipErrorsTest {
    private static final String FRAGMENT = "application/trickle-ice-sdpfrag";

    private final TestServer server = TestServer.with(Map.of("limit.participants", "3"));
    private final HttpClient http = HttpClient.newHttpClient();
    private final ClientLoop loop = new ClientLoop("whip-errors");
    private final SyntheticPublisher publisher = new SyntheticPublisher(loop, 0, 1000, 0);
    private final String offer = publisher.offer(true, 1, 1, 1000);

    @AfterEach
    void close() {
        publisher.close();
        loop.close();
        server.close();
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(server.url() + path))
                        .method(method, BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private String bearer(String identity) {
        return "Bearer " + server.token("room", identity);
    }

    private String listenOnly() {
        return "Bearer "
                + new AccessTokens(TestServer.KEYS, Clock.systemUTC())
                        .sign(
                                AccessTokens.participant("room", "shy", "shy", false, true),
                                Duration.ofMinutes(1));
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static void assertProblem(int status, HttpResponse<String> response) {
        assertEquals(status, response.statusCode(), response.body());
        assertEquals("application/problem+json", header(response, "Content-Type"));
        try {
            assertEquals(
                    status, new ObjectMapper().readTree(response.body()).get("status").asInt());
        } catch (IOException e) {
            throw new AssertionError(response.body(), e);
        }
    }

    @ParameterizedTest
    @CsvSource({"/whip", "/whep"})
    void endpoints(String path) {
        String mine = bearer("ada");
        String sdp = "application/sdp";
        HttpResponse<String> stranger = send("POST", path, offer, "Content-Type", sdp);
        assertProblem(401, stranger);
        assertEquals("Bearer", header(stranger, "WWW-Authenticate"));
        assertProblem(
                401, send("POST", path, offer, "Content-Type", sdp, "Authorization", mine + "x"));
        HttpResponse<String> json =
                send("POST", path, "{}", "Content-Type", "text/json", "Authorization", mine);
        assertProblem(415, json);
        assertEquals(sdp, header(json, "Accept-Post"));
        assertProblem(415, send("POST", path, offer, "Authorization", mine));
        assertProblem(
                400, send("POST", path, "no sdp", "Content-Type", sdp, "Authorization", mine));
        assertProblem(400, send("POST", path, "", "Content-Type", sdp, "Authorization", mine));
        String long70 = offer + "a=x:" + "y".repeat(70_000) + "\r\n";
        assertEquals(
                413,
                send("POST", path, long70, "Content-Type", sdp, "Authorization", mine)
                        .statusCode());
        for (String method : new String[] {"GET", "HEAD"}) {
            assertEquals(204, send(method, path, "").statusCode());
        }
        HttpResponse<String> options = send("OPTIONS", path, "");
        assertEquals(204, options.statusCode());
        assertEquals(sdp, header(options, "Accept-Post"));
        assertTrue(header(options, "Access-Control-Allow-Methods").contains("PATCH"));
        for (String method : new String[] {"PUT", "PATCH", "DELETE"}) {
            HttpResponse<String> wrong = send(method, path, "", "Authorization", mine);
            assertProblem(405, wrong);
            assertTrue(header(wrong, "Allow").contains("POST"));
        }
    }

    @Test
    void whatCannotBePublishedOrSeen() {
        String[] ada = {"Content-Type", "application/sdp", "Authorization", bearer("ada")};
        assertProblem(422, send("POST", "/whip", publisher.offer(true, 1, 2, 1000), ada));
        assertProblem(422, send("POST", "/whip", publisher.offer(false, 1, 1, 1000), ada));
        assertProblem(
                403,
                send(
                        "POST",
                        "/whip",
                        offer,
                        "Content-Type",
                        "application/sdp",
                        "Authorization",
                        listenOnly()));
        HttpResponse<String> early = send("POST", "/whep", publisher.offer(false, 1, 1, 1000), ada);
        assertProblem(409, early);
        assertNotEquals("", header(early, "Retry-After"));
    }

    private HttpResponse<String> publish(String identity) {
        return send(
                "POST",
                "/whip",
                offer,
                "Content-Type",
                "Application/SDP; charset=utf-8",
                "Authorization",
                bearer(identity));
    }

    @Test
    void sessions() {
        HttpResponse<String> created = publish("ada");
        assertEquals(201, created.statusCode(), created.body());
        assertEquals("application/sdp", header(created, "Content-Type"));
        String session = header(created, "Location");
        String tag = header(created, "ETag");
        assertTrue(tag.matches("\"[^\"]+\""), "a strong tag: " + tag);
        String mine = bearer("ada");

        for (String method : new String[] {"GET", "HEAD", "PATCH", "DELETE"}) {
            assertEquals(401, send(method, session, "").statusCode(), method);
            assertEquals(401, send(method, "/whip/unknown", "").statusCode(), method);
            assertEquals(
                    404,
                    send(method, session, "", "Authorization", bearer("eve")).statusCode(),
                    method + " of another, as if there were none");
            assertEquals(
                    404,
                    send(method, "/whip/unknown", "", "Authorization", mine).statusCode(),
                    method);
        }
        assertEquals(204, send("OPTIONS", session, "").statusCode(), "a preflight has no token");
        assertEquals(204, send("GET", session, "", "Authorization", mine).statusCode());
        HttpResponse<String> put = send("PUT", session, offer, "Authorization", mine);
        assertProblem(405, put);
        assertTrue(header(put, "Allow").contains("DELETE"));
        trickle(session, tag, mine);

        assertEquals(200, send("DELETE", session, "", "Authorization", mine).statusCode());
        assertProblem(404, send("DELETE", session, "", "Authorization", mine));
    }

    private void trickle(String session, String tag, String mine) {
        String candidate =
                """
                a=ice-ufrag:load\r
                a=ice-pwd:load-password-load-password\r
                m=audio 9 RTP/AVP 0\r
                a=mid:0\r
                a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r
                """;
        assertProblem(428, patch(session, candidate, mine));
        assertProblem(412, patch(session, candidate, mine, "If-Match", "\"stale\""));
        HttpResponse<String> json =
                send(
                        "PATCH",
                        session,
                        "{}",
                        "Content-Type",
                        "application/json",
                        "Authorization",
                        mine,
                        "If-Match",
                        tag);
        assertProblem(415, json);
        assertEquals(FRAGMENT, header(json, "Accept-Patch"));
        HttpResponse<String> taken = patch(session, candidate, mine, "If-Match", tag);
        assertEquals(204, taken.statusCode());
        assertEquals("", header(taken, "ETag"));
        assertProblem(400, patch(session, "nothing", mine, "If-Match", "*"));

        String fresh =
                candidate
                        .replace("ufrag:load", "ufrag:newer")
                        .replace("load-password-load-password", "n".repeat(24));
        HttpResponse<String> restarted = patch(session, fresh, mine, "If-Match", "*");
        assertEquals(200, restarted.statusCode(), restarted.body());
        assertEquals(FRAGMENT, header(restarted, "Content-Type"));
        assertNotEquals(tag, header(restarted, "ETag"));
        assertTrue(restarted.body().contains("a=candidate:"), restarted.body());
        assertProblem(412, patch(session, candidate, mine, "If-Match", tag));
    }

    private HttpResponse<String> patch(
            String session, String body, String authorization, String... more) {
        String[] headers = new String[4 + more.length];
        headers[0] = "Content-Type";
        headers[1] = FRAGMENT;
        headers[2] = "Authorization";
        headers[3] = authorization;
        System.arraycopy(more, 0, headers, 4, more.length);
        return send("PATCH", session, body, headers);
    }

    @Test
    void aFullServerSaysWhenToTryAgain() {
        for (int i = 0; i < 3; i++) {
            assertEquals(201, publish("p" + i).statusCode());
        }
        HttpResponse<String> full = publish("one-too-many");
        assertProblem(503, full);
        assertNotEquals("", header(full, "Retry-After"));
    }

    @Test
    void whoComesTooOftenIsToldToWait() {
        try (TestServer strict = TestServer.with(Map.of("limit.joins_per_address", "1"))) {
            int refused = 0;
            for (int i = 0; i < 8; i++) {
                HttpRequest request =
                        HttpRequest.newBuilder(URI.create(strict.url() + "/whip"))
                                .POST(BodyPublishers.ofString(""))
                                .build();
                HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
                if (response.statusCode() == 429) {
                    refused++;
                    assertEquals("1", header(response, "Retry-After"));
                }
            }
            assertTrue(refused > 0, "none of eight was refused");
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
