package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.sluice.core.stats.Counter;
import dev.sluice.signaling.livekit.AccessTokens;
import dev.sluice.signaling.livekit.SignalCodec;
import dev.sluice.signaling.sdp.PublisherOffer;
import dev.sluice.signaling.sdp.SdpException;
import dev.sluice.signaling.sdp.SdpSamples;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import org.junit.jupiter.api.Test;

/** Nonsense at every entry of the control plane. */
class SignalHostilityTest {
    private static final int INPUTS = 100_000;

    private static byte[] mutate(SplittableRandom random, byte[] good) {
        byte[] bytes = good.clone();
        for (int i = random.nextInt(1, 8); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return random.nextInt(3) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }

    @Test
    void anySdpIsAnsweredOrRefusedWithAReason() {
        byte[] good = SdpSamples.CHROMIUM_OFFER.getBytes(StandardCharsets.US_ASCII);
        int refused = 0;
        for (int seed = 0; seed < INPUTS; seed++) {
            String sdp =
                    new String(
                            mutate(new SplittableRandom(seed), good), StandardCharsets.ISO_8859_1);
            try {
                PublisherOffer.read(sdp).answer(SdpSamples.local(), 1, 1, Map.of());
            } catch (SdpException e) {
                refused++;
                assertFalse(String.valueOf(e.getMessage()).isBlank());
            } catch (RuntimeException e) {
                fail("seed " + seed, e);
            }
        }
        assertTrue(refused > INPUTS / 10 && refused < INPUTS, "refused " + refused);
    }

    @Test
    void anyFrameIsAMessageOrNone() {
        SignalCodec codec = new SignalCodec();
        SignalRequest request =
                SignalRequest.newBuilder()
                        .setOffer(
                                SessionDescription.newBuilder()
                                        .setType("offer")
                                        .setSdp("v=0")
                                        .setId(3))
                        .build();
        byte[] binary = request.toByteArray();
        byte[] json =
                "{\"addTrack\":{\"cid\":\"x\",\"type\":\"VIDEO\",\"layers\":[{\"width\":1}]}}"
                        .getBytes(StandardCharsets.UTF_8);
        int undecodable = 0;
        for (int seed = 0; seed < INPUTS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            try {
                undecodable += codec.decode(mutate(random, binary)) == null ? 1 : 0;
                String text = new String(mutate(random, json), StandardCharsets.UTF_8);
                undecodable += codec.decode(text) == null ? 1 : 0;
            } catch (RuntimeException e) {
                fail("seed " + seed, e);
            }
        }
        assertTrue(undecodable > INPUTS / 2, "undecodable " + undecodable);
    }

    @Test
    void deepLongAndDoubledJsonIsRefused() {
        SignalCodec codec = new SignalCodec();

        assertNull(codec.decode("{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000)));
        assertNull(codec.decode("{\"ping\":\"1\",\"ping\":\"2\"}"));
        assertNull(codec.decode("{\"x\":1" + "0".repeat(400) + "}"));
        assertNull(codec.decode("{\"pingReq\":{\"timestamp\":\"" + "1".repeat(70_000) + "\"}}"));
        assertNull(codec.decode("[]"));
        assertNull(codec.decode("{} {}"));
        assertEquals(
                5,
                Objects.requireNonNull(codec.decode("{\"ping\":\"5\",\"unknown\":{\"x\":[1]}}"))
                        .getPing());
    }

    @Test
    void noMutatedTokenLetsAnybodyIn() {
        AccessTokens tokens = new AccessTokens(Map.of("devkey", "secret"), Clock.systemUTC());
        String good =
                tokens.sign(
                        AccessTokens.participant("room", "me", "", true, true),
                        Duration.ofMinutes(5));
        byte[] bytes = good.getBytes(StandardCharsets.US_ASCII);
        for (int seed = 0; seed < INPUTS; seed++) {
            String mutated =
                    new String(
                            mutate(new SplittableRandom(seed), bytes), StandardCharsets.ISO_8859_1);
            try {
                // the last character of base64url has bits that nobody reads
                boolean same =
                        mutated.length() == good.length()
                                && mutated.regionMatches(0, good, 0, good.length() - 1);
                assertTrue(same || tokens.verify(mutated) == null, mutated);
            } catch (RuntimeException e) {
                fail("seed " + seed, e);
            }
        }
    }

    @Test
    void refusedJoinsLeaveNoState() throws Exception {
        try (TestServer server = TestServer.start();
                HttpClient http = HttpClient.newHttpClient()) {
            for (int i = 0; i < 2000; i++) {
                HttpRequest request =
                        HttpRequest.newBuilder(
                                        URI.create(
                                                server.url() + "/rtc/validate?access_token=x" + i))
                                .build();
                HttpResponse<String> response =
                        http.send(request, HttpResponse.BodyHandlers.ofString());
                assertEquals(401, response.statusCode());
                assertEquals("unauthorized\n", response.body());
            }
            assertEquals(0, server.server().roomCount());
            assertEquals(0, server.server().sfu().count(Counter.PEERS_OPENED));
        }
    }

    @Test
    void undecodableFramesCloseThatSocketOnly() {
        try (TestServer server = TestServer.start();
                ScriptedClient witness = new ScriptedClient(server, "r", "witness")) {
            String query = "access_token=" + server.token("r", "bad");
            try (SignalClient text = new SignalClient(server.webSocket(query))) {
                text.await(MessageCase.JOIN);
                text.sendText("{\"offer\":");
                assertEquals(1007, text.awaitClose());
            }
            try (SignalClient binary = new SignalClient(server.webSocket(query))) {
                binary.await(MessageCase.JOIN);
                binary.sendBinary(new byte[] {(byte) 0xFF, (byte) 0xFF, 1});
                assertEquals(1007, binary.awaitClose());
            }
            try (SignalClient large = new SignalClient(server.webSocket(query))) {
                large.await(MessageCase.JOIN);
                try {
                    large.sendBinary(new byte[2 * 1024 * 1024]);
                } catch (CompletionException e) {
                    // the server may close before all of it is written
                }
                assertTrue(large.awaitClose() > 1000);
            }
            try (SignalClient sdp = new SignalClient(server.webSocket(query))) {
                sdp.await(MessageCase.JOIN);
                sdp.send(
                        SignalRequest.newBuilder()
                                .setOffer(SessionDescription.newBuilder().setSdp("x")));
                assertTrue(
                        sdp.await(MessageCase.REQUEST_RESPONSE)
                                .getRequestResponse()
                                .getMessage()
                                .startsWith("offer refused"));
            }
            witness.signal().send(SignalRequest.newBuilder().setPing(1));
            witness.signal().await(MessageCase.PONG);
        }
    }
}
