package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import livekit.LivekitModels.SubscriptionError;
import livekit.LivekitRtc.MuteTrackRequest;
import livekit.LivekitRtc.Ping;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.UpdateSubscription;
import org.junit.jupiter.api.Test;

/** An identity is in a room once, and who may not know of others learns nothing of them. */
class IdentityTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int JOINS = 1_000;
    private static final int AT_ONCE = 50;

    @Test
    void aThousandParallelJoinsOfOneIdentityLeaveOne() throws Exception {
        Map<String, String> unlimited =
                Map.of("limit.joins_per_address", "0", "limit.joins_per_identity", "0");
        ConcurrentLinkedQueue<SignalClient> joined = new ConcurrentLinkedQueue<>();
        try (TestServer server = TestServer.with(unlimited)) {
            URI address = server.webSocket("access_token=" + server.token("one", "ada"));
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                threads.add(
                        Thread.startVirtualThread(() -> {
                            for (int j = 0; j < JOINS / AT_ONCE; j++) {
                                joined.add(new SignalClient(address));
                            }
                        }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(JOINS, joined.size());
            List<SignalClient> open = new ArrayList<>(joined);
            for (int i = 0; i < 100 && open.size() > 1; i++) {
                open.removeIf(SignalClient::isClosed);
                TimeUnit.MILLISECONDS.sleep(50);
            }

            assertEquals(1, open.size(), "sockets that are open");
            open.getFirst().await(MessageCase.JOIN);
            open.getFirst()
                    .send(SignalRequest.newBuilder().setPingReq(Ping.newBuilder().setTimestamp(1)));
            open.getFirst().await(MessageCase.PONG_RESP);
            HttpResponse<String> room = get(server.url() + "/debug/rooms/one");
            assertEquals(
                    1,
                    new ObjectMapper().readTree(room.body()).get("participants").size(),
                    room.body());
        } finally {
            joined.forEach(SignalClient::close);
        }
    }

    private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> send(
            String method, String url, String type, String body, String token)
            throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(url))
                        .method(method, BodyPublishers.ofString(body))
                        .headers("Content-Type", type, "Authorization", "Bearer " + token)
                        .build(),
                BodyHandlers.ofString());
    }

    private static void assertAlike(HttpResponse<String> known, HttpResponse<String> unknown) {
        assertNotEquals(2, known.statusCode() / 100, known.body());
        assertEquals(known.statusCode(), unknown.statusCode());
        assertEquals(known.body(), unknown.body());
    }

    /** Somebody in another room knows the ids of a participant and of her track. */
    @Test
    void theIdsOfAnotherRoomAreGoodForNothing() throws Exception {
        try (TestServer server = TestServer.start();
                ScriptedClient ada = new ScriptedClient(server, "one", "ada");
                ScriptedClient bob = new ScriptedClient(server, "one", "bob");
                ScriptedClient eve = new ScriptedClient(server, "two", "eve")) {
            ada.publish();
            bob.subscribe();
            String track = trackOf(server, "one");
            for (String id : List.of(track, ada.sid())) {
                eve.signal()
                        .send(
                                SignalRequest.newBuilder()
                                        .setSubscription(
                                                UpdateSubscription.newBuilder()
                                                        .setSubscribe(true)
                                                        .addTrackSids(id)));
                assertEquals(
                        SubscriptionError.SE_TRACK_NOTFOUND,
                        eve.signal()
                                .await(MessageCase.SUBSCRIPTION_RESPONSE)
                                .getSubscriptionResponse()
                                .getErr());
                eve.signal()
                        .send(
                                SignalRequest.newBuilder()
                                        .setMute(
                                                MuteTrackRequest.newBuilder()
                                                        .setSid(id)
                                                        .setMuted(true)));
            }
            String mute = "{\"room\":\"two\",\"identity\":\"ada\",\"muted\":true,\"track_sid\":\"";
            HttpResponse<String> muted =
                    send(
                            "POST",
                            server.url() + "/twirp/livekit.RoomService/MutePublishedTrack",
                            "application/json",
                            mute + track + "\"}",
                            administrator("two"));
            assertEquals(404, muted.statusCode(), muted.body());
            int before = bob.subscriber().received();
            for (int i = 0; i < 50; i++) {
                ada.sendAudio();
                TimeUnit.MILLISECONDS.sleep(10);
            }

            assertTrue(bob.subscriber().received() - before > 40, "her own room hears her");
            assertEquals(0, eve.subscriber().received(), "the other does not");
            assertFalse(
                    new ObjectMapper()
                            .readTree(get(server.url() + "/debug/rooms/one").body())
                            .at("/participants/0/publishes/0/muted")
                            .asBoolean());
        }
    }

    private static String trackOf(TestServer server, String room) throws Exception {
        String body = get(server.url() + "/debug/rooms/" + room).body();
        Matcher sid = Pattern.compile("TR_[A-Za-z0-9_-]+").matcher(body);
        assertTrue(sid.find(), body);
        return sid.group();
    }

    private static String administrator(String room) {
        return new AccessTokens(TestServer.KEYS, Clock.systemUTC())
                .sign(AccessTokens.administrator(room, "eve"), Duration.ofMinutes(1));
    }

    /** An administrator of another room asks. */
    @Test
    void roomsAndIdentitiesCannotBeFoundByAsking() throws Exception {
        String token = administrator("elsewhere");
        try (TestServer server = TestServer.start();
                ScriptedClient ada = new ScriptedClient(server, "known", "ada")) {
            ada.publish();
            for (String method :
                    List.of(
                            "ListParticipants",
                            "GetParticipant",
                            "RemoveParticipant",
                            "DeleteRoom")) {
                String url = server.url() + "/twirp/livekit.RoomService/" + method;
                List<HttpResponse<String>> answers = new ArrayList<>();
                for (String of :
                        List.of(
                                "{\"room\":\"known\",\"identity\":\"ada\"}",
                                "{\"room\":\"known\",\"identity\":\"nobody\"}",
                                "{\"room\":\"unknown\",\"identity\":\"nobody\"}")) {
                    answers.add(send("POST", url, "application/json", of, token));
                }
                assertAlike(answers.get(0), answers.get(1));
                assertAlike(answers.get(0), answers.get(2));
            }
        }
    }

    /**
     * Where somebody's WHIP session is may leak: without a right to it, it looks like any other.
     */
    @Test
    void sessionsOfOthersLookLikeNoneAtAll() throws Exception {
        try (TestServer server = TestServer.start();
                ClientLoop loop = new ClientLoop("ada")) {
            SyntheticPublisher ada = new SyntheticPublisher(loop, 0, 1000, 0);
            String offer = ada.offer(true, 1, 1, 1000);
            ada.close();
            String mine = server.token("known", "ada");
            HttpResponse<String> made =
                    send("POST", server.url() + "/whip", "application/sdp", offer, mine);
            assertEquals(201, made.statusCode(), made.body());
            String session = made.headers().firstValue("Location").orElseThrow();
            String token = server.token("elsewhere", "eve");
            String none = session.substring(0, session.length() - 8) + "AAAAAAAA";
            for (String method : List.of("DELETE", "PATCH")) {
                String type = "application/trickle-ice-sdpfrag";
                assertAlike(
                        send(method, server.url() + path(session), type, "", token),
                        send(method, server.url() + path(none), type, "", token));
            }
        }
    }

    private static String path(String location) {
        return URI.create(location).getPath();
    }
}
