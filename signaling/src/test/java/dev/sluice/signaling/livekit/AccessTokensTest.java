package dev.sluice.signaling.livekit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTokensTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_795_000_000);
    private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
    private static final String CLAIMS =
            "{\"iss\":\"devkey\",\"sub\":\"me\",\"exp\":1795000600,"
                    + "\"video\":{\"room\":\"r\",\"roomJoin\":true}}";

    private final AccessTokens tokens =
            new AccessTokens(Map.of("devkey", "secret"), Clock.fixed(NOW, ZoneOffset.UTC));

    private static String encode(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String sign(String header, String claims, String secret) {
        String signed = encode(header) + "." + encode(claims);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] signature = mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aGoodTokenSaysWhatItAllows() {
        Grants grants = tokens.verify(sign(HEADER, CLAIMS, "secret"));

        assertNotNull(grants);
        assertEquals("me", grants.identity());
        assertEquals("r", grants.room());
        assertTrue(grants.video().roomJoin() && grants.video().canPublish());
        assertTrue(grants.video().canSubscribe() && grants.video().canPublishData());
        assertFalse(grants.video().hidden() || grants.video().canUpdateOwnMetadata());
        assertTrue(grants.video().maySend("camera"));
    }

    @Test
    void tokensThatAreGoodForTooLongAreRefused() {
        String tenMinutes = sign(HEADER, CLAIMS, "secret");
        String forEver = sign(HEADER, CLAIMS.replace("1795000600", "99999999999"), "secret");
        assertNotNull(tokens.verify(forEver), "nobody set a limit");

        tokens.longest(Duration.ofMinutes(9));
        assertNotNull(tokens.verify(tenMinutes), "a minute of leeway");
        assertNull(tokens.verify(forEver));
        tokens.longest(Duration.ofMinutes(8));
        assertNull(tokens.verify(tenMinutes));
        tokens.longest(Duration.ZERO);
        assertNotNull(tokens.verify(forEver));
    }

    @Test
    void whoAdministersTheRoomStillDoesWithARefreshedToken() {
        Grants.Admin admin = new Grants.Admin(true, false, true);
        Grants given =
                new Grants(
                        "id",
                        "Name",
                        "",
                        Map.of(),
                        "standard",
                        "room",
                        AccessTokens.participant("room", "id", "Name", true, true).video(),
                        admin);

        assertEquals(given, tokens.verify(tokens.sign(given, Duration.ofMinutes(1))));
    }

    @Test
    void ourOwnTokensComeBack() {
        Grants given = AccessTokens.participant("room", "id", "Name", false, true);

        Grants read = tokens.verify(tokens.sign(given, Duration.ofMinutes(1)));

        assertEquals(given, read);
    }

    @Test
    void sourcesLimitWhatMayBePublished() {
        String claims =
                CLAIMS.replace(
                        "\"roomJoin\"", "\"canPublishSources\":[\"microphone\"],\"roomJoin\"");

        Grants grants = tokens.verify(sign(HEADER, claims, "secret"));

        assertNotNull(grants);
        assertTrue(grants.video().maySend("microphone"));
        assertFalse(grants.video().maySend("camera"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"none\"}",
                "{\"alg\":\"HS512\"}",
                "{\"alg\":\"RS256\"}",
                "{}",
                "[]",
                "x",
                "{\"alg\":\"none\",\"alg\":\"HS256\"}"
            })
    void onlyOneAlgorithmIsBelieved(String header) {
        assertNull(tokens.verify(sign(header, CLAIMS, "secret")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"iss\":\"other\",\"sub\":\"me\",\"exp\":1795000600,\"video\":{\"roomJoin\":true}}",
                "{\"iss\":\"devkey\",\"sub\":\"me\",\"video\":{\"roomJoin\":true}}", // no exp
                "{\"iss\":\"devkey\",\"exp\":\"1795000600\",\"video\":{}}", // exp as text
                "{\"iss\":\"devkey\",\"exp\":1794999939,\"video\":{}}", // expired 61 s ago
                "{\"iss\":\"devkey\",\"exp\":1795000600,\"nbf\":1795000061,\"video\":{}}",
                "{\"iss\":\"devkey\",\"exp\":1795000600}", // no video grant
                "{\"iss\":\"devkey\",\"exp\":1795000600,\"video\":true}",
                "{\"iss\":\"devkey\",\"exp\":1795000600,\"exp\":1895000600,\"video\":{}}",
                "null",
                "1"
            })
    void claimsThatAreNotRightAreRefused(String claims) {
        assertNull(tokens.verify(sign(HEADER, claims, "secret")));
    }

    @Test
    void shapeIsStrict() {
        String good = sign(HEADER, CLAIMS, "secret");

        assertNull(tokens.verify(null));
        assertNull(tokens.verify(""));
        assertNull(tokens.verify(good + "="));
        assertNull(tokens.verify(good + "."));
        assertNull(tokens.verify(good + ".x"));
        assertNull(tokens.verify(good.substring(0, good.lastIndexOf('.') + 1)));
        assertNull(tokens.verify(good.replace('-', '+') + "/"));
        assertNull(tokens.verify(sign(HEADER, CLAIMS, "other")));
        assertNull(tokens.verify("x".repeat(9000)));
    }

    @Test
    void aMinuteOfClockSkewIsForgiven() {
        assertNotNull(
                tokens.verify(sign(HEADER, CLAIMS.replace("1795000600", "1794999941"), "secret")));
    }
}
