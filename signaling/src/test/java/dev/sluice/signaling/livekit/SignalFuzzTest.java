package dev.sluice.signaling.livekit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import livekit.LivekitRtc.SignalRequest;

/** What clients say before and after they are let in. */
class SignalFuzzTest {
    private static final String SECRET = "a-secret-of-more-than-thirty-two-characters";

    private final SignalCodec codec = new SignalCodec();
    private final AccessTokens tokens = new AccessTokens(Map.of("key", SECRET), Clock.systemUTC());

    @FuzzTest(maxDuration = "10m")
    void anyBinary(byte @NotNull [] bytes) throws InvalidProtocolBufferException {
        SignalRequest request = codec.decode(bytes);
        if (request != null) {
            assertEquals(request, SignalRequest.parseFrom(request.toByteArray()));
        }
    }

    @FuzzTest(maxDuration = "10m")
    void anyText(@NotNull String text) {
        SignalRequest request = codec.decode(text);
        assertTrue(request == null || request.getSerializedSize() <= 4 * text.length() + 100);
    }

    /** Nobody without the secret has rights. */
    @FuzzTest(maxDuration = "10m")
    void anyToken(@NotNull String token) {
        assertNull(tokens.verify(token));
    }

    /** Somebody with the secret writes whatever claims. */
    @FuzzTest(maxDuration = "10m")
    void anyClaims(@NotNull String claims) throws Exception {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String head = base64.encodeToString("{\"alg\":\"HS256\"}".getBytes(StandardCharsets.UTF_8));
        String signed = head + "." + base64.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] signature = mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
        Grants grants = tokens.verify(signed + "." + base64.encodeToString(signature));
        if (grants != null) {
            assertTrue(claims.contains("exp") && claims.contains("video"));
            assertTrue(tokens.verify(tokens.sign(grants, Duration.ofMinutes(1))) != null);
        }
    }

    @FuzzTest(maxDuration = "10m")
    void anyQuery(@NotNull String name, @NotNull String value, @NotNull String agent) {
        Map<String, List<String>> query =
                Map.of("protocol", List.of(value), "sdk", List.of(name, value));
        assertTrue(ClientSettings.of(query, agent) != null);
        assertTrue(ClientSettings.of(Map.of(name, List.of(value)), agent) != null);
    }
}
