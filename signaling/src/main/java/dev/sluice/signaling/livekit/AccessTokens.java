package dev.sluice.signaling.livekit;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTCreator;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.JWTCreationException;
import com.auth0.jwt.exceptions.JWTVerificationException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.signaling.livekit.Grants.Video;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens as LiveKit signs them: JWT with HS256 and video grants (RFC 7519, RFC 7515). One
 * algorithm, strict base64url, three parts, no duplicate claims, an expiry that is not too far
 * away.
 */
public final class AccessTokens {
    private static final int MAX_LENGTH = 8192;
    private static final Duration LEEWAY = Duration.ofSeconds(60);
    private static final Pattern SHAPE =
            Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");

    private volatile Map<String, String> keys = Map.of();
    private volatile String firstKey = "";
    private volatile Duration longest = Duration.ZERO;
    private final Clock clock;
    private final String unknownKeySecret = "no-such-key-takes-the-same-time!";
    private final ObjectMapper json =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .build();

    /**
     * @param keys API key to secret; not empty
     * @param clock wall clock
     */
    public AccessTokens(Map<String, String> keys, Clock clock) {
        this.clock = clock;
        keys(keys);
    }

    /**
     * Takes other keys from now on; tokens signed with older ones are refused.
     *
     * @param changed API key to secret; not empty
     */
    public void keys(Map<String, String> changed) {
        keys = Map.copyOf(changed);
        firstKey = changed.keySet().iterator().next();
    }

    /**
     * Refuses tokens from now on that are good for longer.
     *
     * @param lifetime from now, zero for no limit
     */
    public void longest(Duration lifetime) {
        longest = lifetime;
    }

    /**
     * @return what the token allows, null when it is not good for anything
     */
    public @Nullable Grants verify(@Nullable String token) {
        if (token == null || token.length() > MAX_LENGTH || !SHAPE.matcher(token).matches()) {
            return null;
        }
        try {
            String[] parts = token.split("\\.", -1);
            JsonNode header = decode(parts[0]);
            JsonNode claims = decode(parts[1]);
            String secret = keys.get(claims.path("iss").asText());
            boolean signed = isSigned(token, secret == null ? unknownKeySecret : secret);
            if (!signed || secret == null || !header.path("alg").asText().equals("HS256")) {
                return null;
            }
            return grants(claims);
        } catch (IOException | IllegalArgumentException e) {
            return null; // not base64url, not JSON, or a claim twice
        }
    }

    private JsonNode decode(String part) throws IOException {
        JsonNode node = json.readTree(Base64.getUrlDecoder().decode(part));
        if (node == null || !node.isObject()) {
            throw new IllegalArgumentException("not an object");
        }
        return node;
    }

    private boolean isSigned(String token, String secret) {
        try {
            Algorithm.HMAC256(secret).verify(JWT.decode(token));
            return true;
        } catch (JWTVerificationException e) {
            return false;
        }
    }

    private @Nullable Grants grants(JsonNode claims) {
        Instant now = clock.instant();
        JsonNode expiry = claims.path("exp");
        if (!expiry.isNumber()
                || now.isAfter(instant(expiry).plus(LEEWAY))
                || isTooLong(now, instant(expiry))
                || (claims.has("nbf") && now.isBefore(instant(claims.path("nbf")).minus(LEEWAY)))) {
            return null;
        }
        JsonNode video = claims.path("video");
        if (!video.isObject()) {
            return null;
        }
        String identity = claims.path("sub").asText(claims.path("jti").asText(""));
        return new Grants(
                identity,
                claims.path("name").asText(""),
                claims.path("metadata").asText(""),
                attributes(claims.path("attributes")),
                claims.path("kind").asText("standard"),
                video.path("room").asText(""),
                video(video),
                new Grants.Admin(
                        video.path("roomCreate").asBoolean(false),
                        video.path("roomList").asBoolean(false),
                        video.path("roomAdmin").asBoolean(false)));
    }

    private boolean isTooLong(Instant now, Instant expiry) {
        Duration most = longest;
        return most.isPositive() && expiry.isAfter(now.plus(most).plus(LEEWAY));
    }

    private static Instant instant(JsonNode seconds) {
        return Instant.ofEpochSecond(
                Math.clamp(seconds.asLong(), Instant.MIN.getEpochSecond() / 2, 1L << 40));
    }

    private static Map<String, String> attributes(JsonNode node) {
        Map<String, String> attributes = new HashMap<>();
        node.properties()
                .forEach(entry -> attributes.put(entry.getKey(), entry.getValue().asText()));
        return attributes;
    }

    private static Video video(JsonNode video) {
        boolean canPublish = video.path("canPublish").asBoolean(true);
        List<String> sources = new ArrayList<>();
        video.path("canPublishSources").forEach(source -> sources.add(source.asText()));
        return new Video(
                video.path("roomJoin").asBoolean(false),
                canPublish,
                video.path("canSubscribe").asBoolean(true),
                video.path("canPublishData").asBoolean(canPublish),
                List.copyOf(sources),
                video.path("canUpdateOwnMetadata").asBoolean(false),
                video.path("hidden").asBoolean(false),
                video.path("recorder").asBoolean(false));
    }

    /**
     * @return a token for these grants, signed with the first key
     */
    public String sign(Grants grants, Duration ttl) {
        Map<String, Object> video = new HashMap<>();
        video.put("room", grants.room());
        video.put("roomJoin", grants.video().roomJoin());
        video.put("canPublish", grants.video().canPublish());
        video.put("canSubscribe", grants.video().canSubscribe());
        video.put("canPublishData", grants.video().canPublishData());
        video.put("canUpdateOwnMetadata", grants.video().canUpdateOwnMetadata());
        video.put("hidden", grants.video().hidden());
        video.put("recorder", grants.video().recorder());
        if (!grants.video().sources().isEmpty()) {
            video.put("canPublishSources", grants.video().sources());
        }
        video.putAll(administration(grants.admin()));
        Instant now = clock.instant();
        JWTCreator.Builder builder =
                JWT.create()
                        .withIssuer(firstKey)
                        .withSubject(grants.identity())
                        .withNotBefore(now)
                        .withExpiresAt(now.plus(ttl))
                        .withClaim("video", video);
        if (!grants.name().isEmpty()) {
            builder.withClaim("name", grants.name());
        }
        if (!grants.metadata().isEmpty()) {
            builder.withClaim("metadata", grants.metadata());
        }
        if (!grants.attributes().isEmpty()) {
            builder.withClaim("attributes", grants.attributes());
        }
        if (!grants.kind().equals("standard")) {
            builder.withClaim("kind", grants.kind());
        }
        try {
            return builder.sign(Algorithm.HMAC256(keys.get(firstKey)));
        } catch (JWTCreationException e) {
            throw new IllegalStateException("cannot sign a token", e);
        }
    }

    private static Map<String, Object> administration(Grants.Admin admin) {
        return admin.equals(Grants.Admin.NONE)
                ? Map.of()
                : Map.of(
                        "roomCreate",
                        admin.roomCreate(),
                        "roomList",
                        admin.roomList(),
                        "roomAdmin",
                        admin.roomAdmin());
    }

    /**
     * @param key that signs, empty for the first
     * @param sha256 of a body, in base64
     * @return a token that vouches for that body
     */
    public String signBody(String key, String sha256, Duration ttl) {
        String issuer = key.isEmpty() ? firstKey : key;
        Instant now = clock.instant();
        return JWT.create()
                .withIssuer(issuer)
                .withNotBefore(now.minus(LEEWAY))
                .withExpiresAt(now.plus(ttl))
                .withClaim("sha256", sha256)
                .sign(Algorithm.HMAC256(keys.get(issuer)));
    }

    /**
     * @return grants of a participant who administers the room, too
     */
    public static Grants administrator(String room, String identity) {
        Grants participant = participant(room, identity, "", true, true);
        return new Grants(
                identity,
                "",
                "",
                Map.of(),
                "standard",
                room,
                participant.video(),
                new Grants.Admin(false, false, true));
    }

    /**
     * @return an ordinary participant's grants
     */
    public static Grants participant(
            String room, String identity, String name, boolean canPublish, boolean canSubscribe) {
        Video video =
                new Video(
                        true, canPublish, canSubscribe, canPublish, List.of(), false, false, false);
        return new Grants(identity, name, "", Map.of(), "standard", room, video, Grants.Admin.NONE);
    }
}
