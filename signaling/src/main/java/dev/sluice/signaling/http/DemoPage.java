package dev.sluice.signaling.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.ice.RateLimit;
import dev.sluice.signaling.livekit.AccessTokens;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The demo page's files, and the tokens it may ask for; exists in demo mode only. */
final class DemoPage {
    private static final Map<String, String> FILES =
            Map.of(
                    "/", "index.html",
                    "/sluice.js", "sluice.js",
                    "/app.js", "app.js",
                    "/chat.js", "chat.js",
                    "/style.css", "style.css");
    private static final Map<String, String> TYPES =
            Map.of("html", "text/html", "js", "text/javascript", "css", "text/css");
    private static final Duration TTL = Duration.ofHours(1);
    private static final int MAX_NAME = 64;

    private final Map<String, Reply> replies = new HashMap<>();
    private final RateLimit tokensPerSecond = new RateLimit(20, 100);
    private final ObjectMapper json = new ObjectMapper();
    private final AccessTokens tokens;

    DemoPage(AccessTokens tokens) {
        this.tokens = tokens;
        FILES.forEach((path, file) -> replies.put(path, load(file)));
    }

    private static Reply load(String file) {
        String type = TYPES.getOrDefault(file.substring(file.indexOf('.') + 1), "text/plain");
        try (InputStream stream = DemoPage.class.getResourceAsStream("/demo/" + file)) {
            if (stream == null) {
                throw new IllegalStateException("the demo page lacks " + file);
            }
            return new Reply(200, type + "; charset=utf-8", stream.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Nullable Reply file(String path) {
        return replies.get(path);
    }

    /** Answers {@code POST /demo/token {"room": …, "name": …}}. */
    Reply token(long nowNanos, byte[] body) {
        if (!tokensPerSecond.take(nowNanos)) {
            return Reply.text(429, "too many tokens asked for\n");
        }
        try {
            JsonNode request = json.readTree(body);
            String room = request.path("room").asText("");
            String name = request.path("name").asText("");
            if (room.isBlank()
                    || name.isBlank()
                    || room.length() > MAX_NAME
                    || name.length() > MAX_NAME) {
                return Reply.text(400, "expected room and name of 1 to 64 characters\n");
            }
            String identity = name + "-" + Long.toString(nowNanos & 0xFFFFFFF, 36);
            String token =
                    tokens.sign(AccessTokens.participant(room, identity, name, true, true), TTL);
            return Reply.json(
                    200,
                    json.createObjectNode()
                            .put("token", token)
                            .put("identity", identity)
                            .toString());
        } catch (JacksonException e) {
            return Reply.text(400, "expected a JSON object with room and name\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
