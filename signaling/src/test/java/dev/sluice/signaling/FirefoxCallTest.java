package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.signaling.livekit.AccessTokens;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Firefox and Chromium in one room. Firefox refuses a server that offers 127.0.0.1 alone, so server
 * and browsers run in a network namespace of their own, with an address that exists nowhere else.
 */
@Tag("netns")
class FirefoxCallTest {
    private Namespace namespace;

    @BeforeEach
    void makeNamespace() throws IOException, InterruptedException {
        Scripts.need("/usr/bin/chromium", "/usr/bin/firefox-esr");
        namespace = Namespace.make("sluice");
        namespace.ip("link", "add", "s0", "type", "veth", "peer", "name", "s1");
        namespace.ip("addr", "add", "10.99.0.1/24", "dev", "s0");
        namespace.ip("link", "set", "s0", "up");
        namespace.ip("link", "set", "s1", "up");
        // Firefox offers only the address that a default route would use
        namespace.ip("route", "add", "default", "via", "10.99.0.2", "dev", "s0");
    }

    @AfterEach
    void removeNamespace() throws IOException, InterruptedException {
        namespace.remove();
    }

    @Test
    void firefoxAndChromiumSeeAndHearEachOther() throws IOException, InterruptedException {
        AccessTokens tokens = new AccessTokens(Map.of("devkey", "secret"), Clock.systemUTC());
        String[] token = new String[4];
        for (int i = 0; i < 4; i++) {
            String name = i % 2 == 0 ? "firefox" : "chromium";
            String room = i < 2 ? "fox" : "plain";
            token[i] =
                    tokens.sign(
                            AccessTokens.participant(room, name, name, true, true),
                            Duration.ofMinutes(5));
        }
        Process server = namespace.startServer("--dev");
        try {
            for (String version : List.of("v0", "v1")) {
                JsonNode result =
                        Scripts.run(
                                namespace.inside(
                                        "node",
                                        "firefox-call.mjs",
                                        "http://127.0.0.1:7880",
                                        "4",
                                        token[0],
                                        token[1],
                                        version,
                                        token[2],
                                        token[3]));
                if (version.equals("v1")) {
                    LiveKitSdkTest.checkExchange(result.get("plain"));
                }
                for (int i = 0; i < 2; i++) {
                    check(result.get("before").get(i), result.get("after").get(i));
                }
            }
        } finally {
            Namespace.stop(server);
        }
    }

    private static void check(JsonNode before, JsonNode after) {
        assertEquals("SRTP_AEAD_AES_128_GCM", after.get("srtp").asText());
        assertTrue(after.get("remote").asText().startsWith("udp 10.99.0.1:"));
        double seconds = (after.get("at").asDouble() - before.get("at").asDouble()) / 1000;
        assertEquals(2, after.get("inbound").size());
        for (int i = 0; i < 2; i++) {
            JsonNode line = after.get("inbound").get(i);
            assertEquals(0, line.get("lost").asInt(), line.toString());
            if (line.get("kind").asText().equals("video")) {
                int frames =
                        line.get("decoded").asInt()
                                - before.get("inbound").get(i).get("decoded").asInt();
                assertTrue(frames / seconds >= 15, frames + " frames in " + seconds + " s");
            } else {
                assertTrue(line.get("energy").asDouble() > 0, line.toString());
            }
        }
    }
}
