package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import org.junit.jupiter.api.Test;

/** A server that is asked to end: new rooms are refused, calls go on for a while. */
class DrainTest {
    private final HttpClient http = HttpClient.newHttpClient();

    private int status(TestServer server, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path)).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    private static SignalClient join(TestServer server, String room, String identity)
            throws InterruptedException {
        String token = server.token(room, identity);
        SignalClient client =
                new SignalClient(server.webSocket("protocol=16&access_token=" + token));
        client.await(SignalResponse::hasJoin);
        return client;
    }

    @Test
    void callsGoOnUntilTheLimitAndAreSentElsewhereThen() throws Exception {
        try (TestServer server = TestServer.with(Map.of("drain.timeout", "2"));
                SignalClient ada = join(server, "living", "ada")) {
            assertEquals(200, status(server, "/readyz"));
            CompletableFuture<Void> drained = server.server().drain();
            assertEquals(503, status(server, "/readyz"));
            assertEquals(200, status(server, "/healthz"));
            String validate = "/rtc/validate?protocol=16&access_token=";
            assertEquals(503, status(server, validate + server.token("another", "bob")));
            assertEquals(200, status(server, validate + server.token("living", "bob")));
            try (SignalClient bob = join(server, "living", "bob")) {
                assertFalse(drained.isDone());
                for (SignalClient each : new SignalClient[] {ada, bob}) {
                    LeaveRequest leave = each.await(SignalResponse::hasLeave).getLeave();
                    assertEquals(LeaveRequest.Action.RECONNECT, leave.getAction());
                    assertEquals(DisconnectReason.SERVER_SHUTDOWN, leave.getReason());
                }
            }
            drained.get(5, TimeUnit.SECONDS);
            assertEquals(0, server.server().participantCount());
        }
    }

    @Test
    void anEmptyServerIsDoneAtOnceAndOneWhoseCallsEndSoonAfter() throws Exception {
        try (TestServer server = TestServer.with(Map.of("drain.timeout", "600"))) {
            server.server().drain().get(1, TimeUnit.SECONDS);
        }
        try (TestServer server = TestServer.with(Map.of("drain.timeout", "600"));
                SignalClient ada = join(server, "living", "ada")) {
            CompletableFuture<Void> drained = server.server().drain();
            TimeUnit.MILLISECONDS.sleep(300);
            assertFalse(drained.isDone());
            ada.send(SignalRequest.newBuilder().setLeave(LeaveRequest.getDefaultInstance()));
            drained.get(2, TimeUnit.SECONDS);
            assertTrue(server.server().participantCount() == 0);
        }
    }
}
