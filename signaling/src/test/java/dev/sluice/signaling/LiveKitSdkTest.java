package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** LiveKit's own SDKs, client and server, in what only they do. */
class LiveKitSdkTest {
    /** Longest time without a new picture while signaling comes back. */
    private static final int MAX_GAP_MILLIS = 400;

    private static final int MAX_LEAVE_MILLIS = 1000;
    private static final int FEATURES = 18;

    @BeforeAll
    static void browsers() {
        Scripts.need("/usr/bin/chromium");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v0", "v1"})
    void aBrokenWebSocketIsResumedWithoutAGapInMedia(String version)
            throws IOException, InterruptedException {
        try (TestServer server = TestServer.keeping(45)) {
            JsonNode result =
                    Scripts.node(
                            "resume-call.mjs",
                            server.url(),
                            server.token("resume", "one"),
                            server.token("resume", "two"),
                            version);
            assertEquals(2, result.get("results").size());
            JsonNode first = result.get("results").get(0);
            assertEquals(
                    "[\"signalReconnecting\",\"reconnected\"]", first.get("events").toString());
            assertEquals(0, first.get("others").size(), "nobody else notices");
            for (JsonNode each : result.get("results")) {
                assertTrue(each.get("sameSid").asBoolean());
                assertTrue(each.get("gap").asInt() <= MAX_GAP_MILLIS, each.toString());
            }
        }
    }

    /** Each feature of the client SDK is a test of its own. */
    @TestFactory
    List<DynamicTest> features() throws IOException, InterruptedException {
        List<DynamicTest> tests = new ArrayList<>();
        for (String version : List.of("v0", "v1")) {
            JsonNode results = features(version);
            int left =
                    results.path("leave was seen after milliseconds").asInt(MAX_LEAVE_MILLIS + 1);
            tests.add(
                    DynamicTest.dynamicTest(
                            version + ": a leave is seen within a second",
                            () -> assertTrue(left <= MAX_LEAVE_MILLIS, left + " ms")));
            results.properties().stream()
                    .filter(each -> each.getValue().isTextual())
                    .forEach(each ->
                            tests.add(
                                    DynamicTest.dynamicTest(
                                            version + ": " + each.getKey(),
                                            () -> assertEquals("ok", each.getValue().asText()))));
        }
        assertEquals(2 * FEATURES, tests.size());
        return tests;
    }

    private static JsonNode features(String version) throws IOException, InterruptedException {
        try (TestServer server = TestServer.keeping(45)) {
            Map.Entry<String, String> key = TestServer.KEYS.entrySet().iterator().next();
            return Scripts.node(
                    "features-call.mjs", server.url(), key.getKey(), key.getValue(), version);
        }
    }

    @Test
    void channelsOfAllKindsAndTheRustCoreExchangeData() throws IOException, InterruptedException {
        try (TestServer server = TestServer.start()) {
            JsonNode result =
                    Scripts.node(
                            "data-call.mjs",
                            server.url(),
                            server.token("plain", "one"),
                            server.token("plain", "two"),
                            server.token("sdks", "web"),
                            server.token("sdks", "native"));
            checkExchange(result);
            assertEquals("hello, native", result.get("greeting").asText());
        }
    }

    /** What two pages with ordinary channels must have done. */
    static void checkExchange(JsonNode result) {
        assertEquals(64, result.get("exchanged").asInt());
        assertTrue(result.get("inOrder").asBoolean(), "10,000 messages in order, once each");
        assertEquals("TypeError", result.get("tooLong").asText());
        assertEquals(65_536, result.get("announced").asInt());
    }

    @Test
    void thePlainChatInTheDocumentationTalksToTheSdk() throws IOException, InterruptedException {
        try (TestServer server = TestServer.start()) {
            JsonNode result =
                    Scripts.node(
                            "data-page-call.mjs",
                            server.url(),
                            Scripts.document("data.md"),
                            server.token("plain", "one"),
                            server.token("plain", "two"),
                            server.token("plain", "sdk"));
            assertEquals("ok", result.get("result").asText());
        }
    }

    @Test
    void thePageInTheDocumentationWorksAsPrinted() throws IOException, InterruptedException {
        try (TestServer server = TestServer.start()) {
            JsonNode result =
                    Scripts.node(
                            "page-call.mjs",
                            server.url(),
                            Scripts.document("protocol.md"),
                            server.token("page", "one"),
                            server.token("page", "two"));
            assertEquals(2, result.get("frames").size());
        }
    }

    @Test
    void whipAndWhepLibrariesOfOthersPublishAndPlay() throws IOException, InterruptedException {
        try (TestServer server = TestServer.start()) {
            JsonNode result =
                    Scripts.node(
                            "whip-call.mjs",
                            server.url(),
                            server.token("stage", "whip"),
                            server.token("stage", "first"),
                            server.token("stage", "second"));
            assertEquals(2, result.get("decoded").size());
            assertEquals(404, result.get("gone").asInt());
        }
    }

    @Test
    void theServerSdkLooksAfterRoomsAndBelievesOurWebhooks()
            throws IOException, InterruptedException {
        int port = freePort();
        try (TestServer server = TestServer.keeping(0, "http://127.0.0.1:" + port + "/hook")) {
            Map.Entry<String, String> key = TestServer.KEYS.entrySet().iterator().next();
            JsonNode result =
                    Scripts.node(
                            "server-sdk.mjs",
                            server.url(),
                            key.getKey(),
                            key.getValue(),
                            Integer.toString(port));
            assertEquals("red", result.get("joined").asText());
            assertTrue(result.get("mutedHere").asBoolean());
            assertEquals(0, result.get("left").asInt());
            assertEquals(401, result.get("refused").asInt());
            JsonNode expected =
                    new ObjectMapper()
                            .readTree(
                                    "[\"room_started\",\"participant_joined\",\"track_published\","
                                            + "\"track_published\",\"participant_joined\","
                                            + "\"participant_left\",\"track_unpublished\","
                                            + "\"track_unpublished\",\"participant_left\","
                                            + "\"room_finished\"]");
            assertEquals(expected, result.get("events"));
        }
    }
}
