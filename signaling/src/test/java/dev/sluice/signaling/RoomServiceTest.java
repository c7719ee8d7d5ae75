package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.Room;
import livekit.LivekitRoom.CreateRoomRequest;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** LiveKit's RoomService and webhooks, over plain HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoomServiceTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Told(String authorization, byte[] body, JsonNode json) {}

    private final List<Told> told = Collections.synchronizedList(new ArrayList<>());
    private HttpServer hooks;
    private TestServer server;
    private volatile int refuse;

    @BeforeAll
    void start() throws IOException {
        hooks = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        hooks.createContext(
                "/hook",
                exchange -> {
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    boolean refused = refuse > 0;
                    refuse = Math.max(0, refuse - 1);
                    if (!refused) {
                        String token = exchange.getRequestHeaders().getFirst("authorization");
                        told.add(new Told(token, body, MAPPER.readTree(body)));
                    }
                    exchange.sendResponseHeaders(refused ? 503 : 200, -1);
                    exchange.close();
                });
        hooks.start();
        server =
                TestServer.keeping(0, "http://127.0.0.1:" + hooks.getAddress().getPort() + "/hook");
    }

    @AfterAll
    void stop() {
        server.close();
        hooks.stop(0);
    }

    private static String token(Map<String, Object> video) {
        Map.Entry<String, String> key = TestServer.KEYS.entrySet().iterator().next();
        return JWT.create()
                .withIssuer(key.getKey())
                .withExpiresAt(Instant.now().plusSeconds(60))
                .withClaim("video", video)
                .sign(Algorithm.HMAC256(key.getValue()));
    }

    private HttpResponse<byte[]> post(String method, String type, byte[] body, String token)
            throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(
                                URI.create(server.url() + "/twirp/livekit.RoomService/" + method))
                        .header("content-type", type)
                        .header("authorization", "Bearer " + token)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private JsonNode call(int status, String method, String body, Map<String, Object> video)
            throws IOException, InterruptedException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        HttpResponse<byte[]> answer = post(method, "application/json", bytes, token(video));
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        assertEquals(status, answer.statusCode(), method + ": " + text);
        return MAPPER.readTree(text);
    }

    private static Map<String, Object> admin(String room) {
        return Map.of("roomAdmin", true, "room", room);
    }

    @Test
    void roomsAreMadeListedDescribedAndDeleted() throws IOException, InterruptedException {
        Map<String, Object> create = Map.of("roomCreate", true);
        JsonNode room =
                call(
                        200,
                        "CreateRoom",
                        "{\"name\":\"made\",\"metadata\":\"m\",\"maxParticipants\":2}",
                        create);
        assertEquals("made", room.get("name").asText());
        assertTrue(room.get("sid").asText().startsWith("RM_"));

        byte[] binary = CreateRoomRequest.newBuilder().setName("made").build().toByteArray();
        HttpResponse<byte[]> again =
                post("CreateRoom", "application/protobuf", binary, token(create));
        Room same = Room.parseFrom(again.body());
        assertEquals(room.get("sid").asText(), same.getSid(), "the same room in protobuf");
        assertEquals("m", same.getMetadata());
        assertEquals(2, same.getMaxParticipants());

        JsonNode rooms = call(200, "ListRooms", "{\"names\":[\"made\"]}", Map.of("roomList", true));
        assertEquals(1, rooms.get("rooms").size());

        try (ScriptedClient one = new ScriptedClient(server, "made", "one")) {
            JsonNode changed =
                    call(
                            200,
                            "UpdateRoomMetadata",
                            "{\"room\":\"made\",\"metadata\":\"other\"}",
                            admin("made"));
            assertEquals("other", changed.get("metadata").asText());
            one.signal()
                    .await(message ->
                            message.getRoomUpdate().getRoom().getMetadata().equals("other"));
            call(200, "DeleteRoom", "{\"room\":\"made\"}", create);
            assertEquals(
                    DisconnectReason.ROOM_DELETED,
                    one.signal().await(MessageCase.LEAVE).getLeave().getReason());
        }
        call(404, "DeleteRoom", "{\"room\":\"made\"}", create);
    }

    @Test
    void participantsAreSeenMutedDescribedAndRemoved() throws IOException, InterruptedException {
        try (ScriptedClient one = new ScriptedClient(server, "admin", "one");
                ScriptedClient two = new ScriptedClient(server, "admin", "two")) {
            one.publish();
            two.subscribe();
            JsonNode all = call(200, "ListParticipants", "{\"room\":\"admin\"}", admin("admin"));
            assertEquals(2, all.get("participants").size());
            String who = "{\"room\":\"admin\",\"identity\":\"one\"";
            JsonNode seen = call(200, "GetParticipant", who + "}", admin("admin"));
            String track = seen.get("tracks").get(0).get("sid").asText();

            String mute = who + ",\"track_sid\":\"" + track + "\",\"muted\":true}";
            JsonNode muted = call(200, "MutePublishedTrack", mute, admin("admin"));
            assertTrue(muted.get("track").get("muted").asBoolean());
            assertTrue(one.signal().await(MessageCase.MUTE).getMute().getMuted());
            String unmute = who + ",\"track_sid\":\"" + track + "\",\"muted\":false}";
            JsonNode refused = call(412, "MutePublishedTrack", unmute, admin("admin"));
            assertEquals("failed_precondition", refused.get("code").asText());

            String update = who + ",\"name\":\"Uno\",\"attributes\":{\"k\":\"v\"}}";
            JsonNode described = call(200, "UpdateParticipant", update, admin("admin"));
            assertEquals("v", described.get("attributes").get("k").asText());
            two.signal()
                    .await(message ->
                            message.getUpdate().getParticipantsList().stream()
                                    .anyMatch(each -> each.getName().equals("Uno")));

            String permission = who + ",\"permission\":{\"canSubscribe\":true}}";
            call(200, "UpdateParticipant", permission, admin("admin"));
            assertEquals(
                    track,
                    one.signal()
                            .await(MessageCase.TRACK_UNPUBLISHED)
                            .getTrackUnpublished()
                            .getTrackSid(),
                    "who may not publish any more loses its tracks");

            call(200, "RemoveParticipant", who + "}", admin("admin"));
            assertEquals(
                    DisconnectReason.PARTICIPANT_REMOVED,
                    one.signal().await(MessageCase.LEAVE).getLeave().getReason());
            call(404, "GetParticipant", who + "}", admin("admin"));
        }
    }

    @Test
    void everyCallNeedsItsRight() throws IOException, InterruptedException {
        call(403, "CreateRoom", "{\"name\":\"x\"}", Map.of("roomList", true));
        call(403, "ListRooms", "{}", Map.of("roomCreate", true));
        call(403, "DeleteRoom", "{\"room\":\"x\"}", admin("x"));
        call(403, "ListParticipants", "{\"room\":\"x\"}", admin("y"));
        call(404, "ListParticipants", "{\"room\":\"x\"}", admin("x"));
        call(400, "CreateRoom", "{\"maxParticipants\":\"many\"}", Map.of("roomCreate", true));
        call(400, "CreateRoom", "{\"name\":\"\"}", Map.of("roomCreate", true));
        call(404, "Nothing", "{}", admin("x"));
        assertEquals(
                "unimplemented",
                call(501, "MoveParticipant", "{}", admin("x")).get("code").asText());
        HttpResponse<byte[]> forged =
                post("ListRooms", "application/json", new byte[] {'{', '}'}, "a.b.c");
        assertEquals(401, forged.statusCode());
    }

    @Test
    void participantsDescribeThemselvesAndSayWhoMayHaveTheirTracks() {
        try (ScriptedClient one = new ScriptedClient(server, "rules", "one")) {
            one.signal()
                    .send(
                            SignalRequest.newBuilder()
                                    .setUpdateMetadata(
                                            livekit.LivekitRtc.UpdateParticipantMetadata
                                                    .newBuilder()
                                                    .setRequestId(7)
                                                    .setName("me")));
            var answer = one.signal().await(MessageCase.REQUEST_RESPONSE).getRequestResponse();
            assertEquals(7, answer.getRequestId());
            assertEquals(livekit.LivekitRtc.RequestResponse.Reason.NOT_ALLOWED, answer.getReason());

            one.signal()
                    .send(
                            SignalRequest.newBuilder()
                                    .setSubscriptionPermission(
                                            livekit.LivekitRtc.SubscriptionPermission
                                                    .getDefaultInstance()));
            one.publish();
            try (ScriptedClient two = new ScriptedClient(server, "rules", "two")) {
                one.signal()
                        .send(
                                SignalRequest.newBuilder()
                                        .setSubscriptionPermission(
                                                livekit.LivekitRtc.SubscriptionPermission
                                                        .newBuilder()
                                                        .setAllParticipants(true)));
                var allowed =
                        two.signal()
                                .await(message -> {
                                    assertFalse(
                                            message.getOffer().getMidToTrackIdCount() > 0,
                                            "not before it is allowed");
                                    return message.hasSubscriptionPermissionUpdate();
                                })
                                .getSubscriptionPermissionUpdate();
                assertTrue(allowed.getAllowed());
                two.subscribe();
                one.signal().await(MessageCase.TRACK_SUBSCRIBED);
            }
        }
    }

    @Test
    void eventsAreToldInOrderSignedAndAgainWhenRefused()
            throws IOException, InterruptedException, NoSuchAlgorithmException {
        refuse = 1;
        try (ScriptedClient one = new ScriptedClient(server, "told", "one")) {
            one.publish();
            one.leave();
        }
        List<String> expected =
                List.of(
                        "room_started",
                        "participant_joined",
                        "track_published",
                        "track_unpublished",
                        "participant_left",
                        "room_finished");
        List<Told> ours = List.of();
        for (int i = 0; i < 500 && ours.size() < expected.size(); i++) {
            TimeUnit.MILLISECONDS.sleep(20);
            synchronized (told) {
                ours =
                        told.stream()
                                .filter(each ->
                                        each.json.get("room").get("name").asText().equals("told"))
                                .toList();
            }
        }
        assertEquals(expected, ours.stream().map(each -> each.json.get("event").asText()).toList());
        for (Told each : ours) {
            Map.Entry<String, String> key = TestServer.KEYS.entrySet().iterator().next();
            var token =
                    JWT.require(Algorithm.HMAC256(key.getValue()))
                            .withIssuer(key.getKey())
                            .build()
                            .verify(each.authorization);
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(each.body);
            assertEquals(
                    Base64.getEncoder().encodeToString(hash), token.getClaim("sha256").asString());
        }
    }

    /** Its socket takes nothing, while the room is told more than anybody keeps for it. */
    @Test
    void whoDoesNotReadTheNewsIsClosedAndOthersHearThem() throws Exception {
        URI uri = server.webSocket("protocol=16&access_token=" + server.token("news", "deaf"));
        try (SignalClient ada =
                        new SignalClient(
                                server.webSocket(
                                        "protocol=16&access_token="
                                                + server.token("news", "ada")));
                Socket deaf = new Socket()) {
            ada.await(MessageCase.JOIN);
            deaf.setReceiveBufferSize(4_096);
            deaf.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
            String hello =
                    "GET "
                            + uri.getRawPath()
                            + "?"
                            + uri.getRawQuery()
                            + " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Version: 13\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
            deaf.getOutputStream().write(hello.getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 200 && participants("news") < 2; i++) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            assertEquals(2, participants("news"));
            String news = "n".repeat(60_000);
            int told = 0;
            while (told < 400
                    && participants("news") == 2) { // the kernel keeps some megabytes, too
                told++;
                call(
                        200,
                        "UpdateRoomMetadata",
                        "{\"room\": \"news\", \"metadata\": \"" + told + news + "\"}",
                        admin("news"));
            }
            assertEquals(1, participants("news"), "the deaf one is out");
            for (int i = 0; i < told; i++) {
                ada.await(MessageCase.ROOM_UPDATE);
            }
        }
    }

    private int participants(String room) throws IOException, InterruptedException {
        String body = "{\"room\": \"" + room + "\"}";
        return call(200, "ListParticipants", body, admin(room)).path("participants").size();
    }
}
