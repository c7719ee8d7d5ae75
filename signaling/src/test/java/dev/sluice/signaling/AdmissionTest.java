package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.signaling.config.ServerConfig;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import org.junit.jupiter.api.Test;

/** Who is let in, how often, from where; and what an operator sees of it. */
class AdmissionTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static int upgrade(TestServer server, String room, String identity, String... headers) {
        try {
            var builder = HTTP.newWebSocketBuilder();
            for (int i = 0; i < headers.length; i += 2) {
                builder.header(headers[i], headers[i + 1]);
            }
            builder.buildAsync(
                            server.webSocket("access_token=" + server.token(room, identity)),
                            new WebSocket.Listener() {})
                    .join();
            return 101;
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                return refused.getResponse().statusCode();
            }
            throw e;
        }
    }

    @Test
    void anIdentityMayNotJoinWithoutEnd() {
        try (TestServer server = TestServer.with(Map.of("limit.joins_per_identity", "1"))) {
            List<Integer> statuses = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                statuses.add(upgrade(server, "room", "restless"));
            }
            assertEquals(List.of(101, 101, 101, 101), statuses.subList(0, 4));
            assertTrue(statuses.subList(4, 6).contains(429), statuses.toString());
            assertEquals(101, upgrade(server, "room", "calm"), "others may");
        }
    }

    @Test
    void anAddressMayNotJoinWithoutEndAndProxiesTellWhoseItIs() {
        Map<String, String> limits =
                Map.of("limit.joins_per_address", "1", "trusted_proxies", "127.0.0.0/8");
        try (TestServer server = TestServer.with(limits)) {
            int refused = 0;
            for (int i = 0; i < 8; i++) {
                int status =
                        upgrade(server, "room", "a" + i, "X-Forwarded-For", "1.1.1.1, 203.0.113.9");
                refused += status == 429 ? 1 : 0;
            }
            assertTrue(refused >= 1, "the fifth within a second");
            assertEquals(
                    101, upgrade(server, "room", "b", "X-Forwarded-For", "203.0.113.10"), "others");
        }
    }

    @Test
    void roomsMayBeFew() {
        try (TestServer server = TestServer.with(Map.of("limit.rooms", "1"))) {
            assertEquals(101, upgrade(server, "one", "ada"));
            assertEquals(503, upgrade(server, "two", "bob"));
            assertEquals(101, upgrade(server, "one", "bob"));
        }
    }

    @Test
    void onlyNamedOriginsMayUseIt() throws IOException, InterruptedException {
        Map<String, String> one = Map.of("origins", "https://meet.example.org");
        try (TestServer server = TestServer.with(one)) {
            assertEquals(101, upgrade(server, "r", "a", "Origin", "https://meet.example.org"));
            assertEquals(403, upgrade(server, "r", "b", "Origin", "https://evil.example.org"));
            assertEquals(403, upgrade(server, "r", "c", "Origin", "null"));
            assertEquals(101, upgrade(server, "r", "d"), "no browser, no origin");
            HttpRequest whip =
                    HttpRequest.newBuilder(URI.create(server.url() + "/whip"))
                            .header("Origin", "https://evil.example.org")
                            .POST(HttpRequest.BodyPublishers.noBody())
                            .build();
            assertEquals(403, HTTP.send(whip, HttpResponse.BodyHandlers.ofString()).statusCode());
        }
    }

    private static JsonNode get(TestServer server, String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path)).build();
        try {
            return new ObjectMapper()
                    .readTree(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anOperatorSeesRoomsAndWhatHappenedThere() {
        try (TestServer server = TestServer.start();
                ScriptedClient ada = new ScriptedClient(server, "lounge", "ada");
                ScriptedClient bob = new ScriptedClient(server, "lounge", "bob")) {
            ada.publish();
            bob.subscribe();
            JsonNode rooms = get(server, "/debug/rooms");
            assertEquals("lounge", rooms.at("/rooms/0/name").asText());
            assertEquals(2, rooms.at("/rooms/0/participants").asInt());

            bob.leave();
            JsonNode room = get(server, "/debug/rooms/lounge");
            assertEquals("ada", room.at("/participants/0/identity").asText());
            assertEquals("AUDIO", room.at("/participants/0/publishes/0/type").asText());
            List<String> events = new ArrayList<>();
            for (JsonNode event : room.get("events")) {
                events.add(event.get("event").asText() + " " + event.path("participant").asText());
            }
            assertEquals("room_started ", events.get(0));
            assertEquals("participant_left bob", events.getLast());
            assertTrue(events.contains("track_published ada"), events.toString());
            assertEquals(404, get(server, "/debug/rooms/elsewhere").get("status").asInt());
        }
    }

    @Test
    void anAudienceIsToldOfTogether() {
        try (TestServer server = TestServer.start();
                SignalClient listener = client(server, "listener")) {
            List<SignalClient> seats = new ArrayList<>();
            for (int i = 0; i < 55; i++) {
                seats.add(client(server, "seat-" + i)); // never connect: not ACTIVE, not told of
            }
            ScriptedClient one = new ScriptedClient(server, "hall", "one");
            ScriptedClient two = new ScriptedClient(server, "hall", "two");
            List<String> together = new ArrayList<>();
            while (together.isEmpty()) {
                listener.await(MessageCase.UPDATE)
                        .getUpdate()
                        .getParticipantsList()
                        .forEach(each -> together.add(each.getIdentity()));
            }
            assertEquals(List.of("one", "two"), together);
            one.publish();
            assertEquals(
                    "one",
                    listener.await(MessageCase.UPDATE)
                            .getUpdate()
                            .getParticipants(0)
                            .getIdentity());
            one.leave();
            two.leave();
            seats.forEach(SignalClient::close);
        }
    }

    private static SignalClient client(TestServer server, String identity) {
        SignalClient client =
                new SignalClient(
                        server.webSocket("access_token=" + server.token("hall", identity)));
        client.await(MessageCase.JOIN);
        return client;
    }

    private static int status(String method, String url) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    @Test
    void whatIsForOperatorsIsOnAPortOfItsOwn() throws IOException, InterruptedException {
        assertEquals("127.0.0.1", ServerConfig.defaults().admin().bind());
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (TestServer server = TestServer.with(Map.of("admin.port", Integer.toString(port)));
                ScriptedClient ada = new ScriptedClient(server, "private-room", "ada-lovelace")) {
            assertEquals(404, status("GET", server.url() + "/metrics"));
            assertEquals(404, status("GET", server.url() + "/debug/rooms"));
            assertEquals(405, status("POST", server.url() + "/drain"));
            assertEquals(200, status("GET", server.url() + "/readyz"), "nobody is drained");

            URI metrics = URI.create("http://127.0.0.1:" + port + "/metrics");
            String body =
                    HTTP.send(
                                    HttpRequest.newBuilder(metrics).build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .body();
            assertTrue(body.contains("sluice_participants 1"), body);
            assertFalse(body.contains("private-room"), "names of rooms");
            assertFalse(body.contains("lovelace"), "names of people");
            assertFalse(body.contains(ada.sid()), "ids of people");
        }
    }

    @Test
    void whoSendsARequestByteByByteIsClosed() throws Exception {
        long began = System.nanoTime();
        try (TestServer server = TestServer.start();
                Socket slow =
                        new Socket(
                                server.server().address().getAddress(),
                                server.server().address().getPort())) {
            slow.setSoTimeout(500);
            int read = 0;
            while (read >= 0) {
                assertTrue((System.nanoTime() - began) / 1e9 < 14, "it is still open");
                try {
                    slow.getOutputStream().write('G');
                    read = slow.getInputStream().read();
                } catch (SocketTimeoutException e) {
                    read = 0; // not yet
                } catch (SocketException e) {
                    read = -1;
                }
            }
        }
    }
}
