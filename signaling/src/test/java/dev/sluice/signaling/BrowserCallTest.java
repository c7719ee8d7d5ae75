package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.stats.Counter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real Chromium with fake devices and LiveKit's real SDKs against a whole server. How long a call
 * is watched: system property {@code sluice.call.seconds}.
 */
@Tag("browser")
class BrowserCallTest {
    private static final int SECONDS = Integer.getInteger("sluice.call.seconds", 8);
    private final TestServer server = TestServer.keeping(45);

    @BeforeEach
    void needsBrowser() {
        Scripts.need("/usr/bin/chromium");
    }

    @AfterEach
    void noFaults() {
        assertEquals(0, server.server().sfu().count(Counter.PEER_FAULTS));
        server.close();
    }

    private String tokens(String room, String... identities) {
        return Arrays.stream(identities)
                .map(identity -> server.token(room, identity))
                .collect(Collectors.joining(","));
    }

    private static JsonNode run(String script, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("node", script));
        command.addAll(List.of(arguments));
        return Scripts.run(command);
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static List<JsonNode> of(JsonNode stats, String kind) {
        return stream(stats.get("inbound"))
                .filter(line -> line.get("kind").asText().equals(kind))
                .toList();
    }

    /** Frames a second of each received video between two looks. */
    private static void assertFluent(JsonNode before, JsonNode after, int others) {
        double seconds = (after.get("at").asDouble() - before.get("at").asDouble()) / 1000;
        assertEquals(others, of(after, "video").size());
        assertEquals(others, of(after, "audio").size());
        for (JsonNode line : of(after, "video")) {
            int earlier =
                    of(before, "video").stream()
                            .filter(old -> old.get("ssrc").equals(line.get("ssrc")))
                            .mapToInt(old -> old.path("decoded").asInt())
                            .sum();
            double fps = (line.path("decoded").asInt() - earlier) / seconds;
            assertTrue(fps >= 15, "fps " + fps + " of " + line);
        }
        for (JsonNode line : after.get("inbound")) {
            assertEquals(0, line.get("lost").asInt(), line.toString());
        }
        for (JsonNode line : of(after, "audio")) {
            assertTrue(line.get("energy").asDouble() > 0, line.toString());
        }
        assertEquals("SRTP_AEAD_AES_128_GCM", after.get("srtp").asText());
        assertTrue(after.get("remote").asText().startsWith("udp 127.0.0.1:"));
        assertEquals(0, after.get("events").size(), after.get("events").toString());
    }

    /** Version 0 has a peer connection each way, version 1 one for both. */
    @ParameterizedTest
    @ValueSource(strings = {"v0", "v1"})
    void threeLiveKitPagesAndALatecomer(String version) throws IOException, InterruptedException {
        JsonNode result =
                run(
                        "livekit-call.mjs",
                        server.url(),
                        Integer.toString(SECONDS),
                        tokens("three-" + version, "a", "b", "c"),
                        tokens("three-" + version, "late"),
                        "",
                        "",
                        version);

        for (int i = 0; i < 3; i++) {
            assertFluent(result.get("before").get(i), result.get("after").get(i), 2);
        }
        assertEquals(3, result.get("latecomer").get("firstFrames").size());
        System.out.println("latecomer: " + result.get("latecomer").get("firstFrames"));
    }

    @Test
    void twoTabsOfTheDemoPage() throws IOException, InterruptedException {
        JsonNode result = run("demo-call.mjs", server.url(), "3");

        for (JsonNode tab : result.get("after")) {
            assertEquals(2, tab.size());
            for (JsonNode line : tab) {
                assertEquals(0, line.get("packetsLost").asInt());
            }
        }
        assertTrue(result.get("overlay").asText().contains("fps"), result.get("overlay").asText());
        assertFalse(result.get("overlay").asText().contains("undefined"));
        assertEquals(0, result.get("nameless").size(), "every control has a name");
        assertEquals("[]", result.get("inaccessible").toString());
        assertEquals("true", result.get("pinned").asText());
        JsonNode data = result.get("data");
        assertEquals("[\"ada hello\",\"\"]", data.get("chat").toString());
        assertTrue(data.get("same").asBoolean(), "the file is what was sent");
        assertTrue(data.get("progress").asInt() > 1, "its arrival was shown");
        assertEquals("👍", data.get("reaction").asText());
        assertTrue(result.get("resumed").asInt() >= 20, "media while signaling comes back");
    }

    @Test
    void threeKindsOfClientsInOneRoom() throws IOException, InterruptedException {
        JsonNode result =
                run(
                        "mixed-call.mjs",
                        server.url(),
                        "5",
                        server.token("mixed", "web"),
                        server.token("mixed", "rust"));

        JsonNode before = result.get("before");
        JsonNode after = result.get("after");
        assertFluent(before.get("web"), after.get("web"), 2);
        for (String kind : List.of("video", "audio")) {
            after.get("native")
                    .get(kind)
                    .properties()
                    .forEach(entry -> {
                        int frames =
                                entry.getValue().asInt()
                                        - before.get("native")
                                                .get(kind)
                                                .get(entry.getKey())
                                                .asInt();
                        assertTrue(frames >= 5 * 15, kind + " " + entry.getKey() + ": " + frames);
                    });
        }
        for (JsonNode line : after.get("demo")) {
            assertEquals(0, line.get("packetsLost").asInt());
        }
    }

    @Test
    void layersFollowTheWishAndMetricsAgree() throws IOException, InterruptedException {
        JsonNode result =
                run(
                        "livekit-call.mjs",
                        server.url(),
                        "3",
                        tokens("metrics", "a", "b"),
                        "",
                        "settle",
                        "h264");
        JsonNode settled = result.get("settled");

        for (JsonNode line : of(result.get("after").get(0), "video")) {
            assertEquals("video/H264", line.get("codec").asText());
        }
        assertTrue(server.server().sfu().count(Counter.LAYER_UP) >= 2);
        assertTrue(server.server().sfu().count(Counter.LAYER_DOWN) >= 2);

        System.out.println("metrics: " + settled);
        double forwarded = settled.get("forwarded").asDouble();
        assertTrue(forwarded > 500, settled.toString());
        assertEquals(forwarded, settled.get("received").asDouble(), forwarded / 100);
    }
}
