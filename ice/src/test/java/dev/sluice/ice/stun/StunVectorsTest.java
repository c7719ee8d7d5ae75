package dev.sluice.ice.stun;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 5769, and our answers checked with an HMAC and CRC of our own. */
class StunVectorsTest {
    private static final InetSocketAddress FROM =
            new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 32853);

    private final StunPeek peek = new StunPeek();
    private final StunCodec codec = new StunCodec();

    static Stream<JsonNode> messages() {
        try (InputStream in = StunVectorsTest.class.getResourceAsStream("/vectors/stun.json")) {
            return StreamSupport.stream(
                    new ObjectMapper().readTree(in).get("messages").spliterator(), false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode request() {
        return messages().findFirst().orElseThrow();
    }

    private static byte[] bytes(JsonNode vector) {
        return ByteBufUtil.decodeHexDump(vector.get("message").asText());
    }

    private static byte[] password(JsonNode vector) {
        return vector.get("password").asText().getBytes(StandardCharsets.US_ASCII);
    }

    private boolean wrap(byte[] message) {
        return peek.wrap(Unpooled.wrappedBuffer(message), 0, message.length);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyMessageIsWellFormed(JsonNode vector) {
        assertTrue(wrap(bytes(vector)));
        assertTrue(peek.hasIntegrity());
        assertEquals(vector.has("fingerprint"), peek.hasFingerprint());
        boolean isRequest = vector.get("class").asText().equals("request");
        assertEquals(isRequest, peek.type() == StunPeek.BINDING_REQUEST);
    }

    @Test
    void theRequestAuthenticates() {
        JsonNode vector = request();
        assertTrue(wrap(bytes(vector)));
        assertEquals("evtj:h6vY", peek.username());
        assertEquals("evtj", peek.localUfrag());
        assertTrue(peek.isControlled());
        assertFalse(peek.isNominating());

        assertNotNull(codec.authenticate(bytes(vector), FROM, peek.username(), password(vector)));
    }

    @Test
    void aWrongPasswordOrAChangedByteDoesNot() {
        JsonNode vector = request();
        byte[] wrong = "VOkJxbRl1RmTxUk/WvJxBu".getBytes(StandardCharsets.US_ASCII);
        assertNull(codec.authenticate(bytes(vector), FROM, "evtj:h6vY", wrong));

        int fingerprint = bytes(vector).length - 8; // its header alone is covered by nothing
        for (int i = 0; i < bytes(vector).length; i = i + 1 == fingerprint ? i + 5 : i + 1) {
            byte[] changed = bytes(vector);
            changed[i] ^= 1;
            if (wrap(changed)) {
                assertNull(
                        codec.authenticate(changed, FROM, "evtj:h6vY", password(vector)),
                        "byte " + i);
            }
        }
    }

    @Test
    void theAnswerHasAddressIntegrityAndFingerprint() throws GeneralSecurityException {
        JsonNode vector = request();
        StunRequest request =
                codec.authenticate(bytes(vector), FROM, "evtj:h6vY", password(vector));
        assertNotNull(request);

        byte[] answer = codec.success(request);

        assertEquals(64, answer.length);
        ByteBuf read = Unpooled.wrappedBuffer(answer);
        assertEquals(0x0101, read.getUnsignedShort(0));
        assertArrayEquals(
                Arrays.copyOfRange(bytes(vector), 8, 20), Arrays.copyOfRange(answer, 8, 20));
        // XOR-MAPPED-ADDRESS as in RFC 5769 §2.2: a147 e112a643
        assertEquals("002000080001a147e112a643", ByteBufUtil.hexDump(answer, 20, 12));
        checkIntegrity(answer, 32, password(vector));
        checkFingerprint(answer, 56);
    }

    private static void checkIntegrity(byte[] message, int at, byte[] key)
            throws GeneralSecurityException {
        byte[] covered = Arrays.copyOf(message, at);
        covered[2] = (byte) ((at + 24 - 20) >>> 8); // the length ends behind MESSAGE-INTEGRITY
        covered[3] = (byte) (at + 24 - 20);
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(key, "HmacSHA1"));
        assertArrayEquals(mac.doFinal(covered), Arrays.copyOfRange(message, at + 4, at + 24));
    }

    private static void checkFingerprint(byte[] message, int at) {
        CRC32 crc = new CRC32();
        crc.update(message, 0, at);
        assertEquals(
                (int) crc.getValue() ^ 0x5354554e, Unpooled.wrappedBuffer(message).getInt(at + 4));
    }

    @Test
    void errorsNameTheirReason() {
        JsonNode vector = request();
        StunRequest request =
                codec.authenticate(bytes(vector), FROM, "evtj:h6vY", password(vector));
        assertNotNull(request);

        ByteBuf conflict = Unpooled.wrappedBuffer(codec.roleConflict(request));
        ByteBuf unknown = Unpooled.wrappedBuffer(codec.unknownAttribute(request, 0x7001));

        assertEquals(0x0111, conflict.getUnsignedShort(0));
        assertTrue(ByteBufUtil.hexDump(conflict).contains("00000457")); // class 4, number 87
        assertTrue(ByteBufUtil.hexDump(unknown).contains("00000414"));
        assertTrue(ByteBufUtil.hexDump(unknown).contains("7001"));
    }

    @Test
    void whatStandsBehindTheIntegrityIsNotThere() {
        byte[] request = bytes(request());
        // cut FINGERPRINT off and put USE-CANDIDATE in its place
        byte[] forged = Arrays.copyOf(request, request.length - 4);
        forged[forged.length - 4] = 0x00;
        forged[forged.length - 3] = 0x25;
        forged[forged.length - 2] = 0;
        forged[forged.length - 1] = 0;
        forged[3] = (byte) (forged[3] - 4);

        assertTrue(wrap(forged));
        assertFalse(peek.isNominating());
    }

    @Test
    void lengthCookieAndTrailersAreExact() {
        byte[] request = bytes(request());
        assertFalse(wrap(Arrays.copyOf(request, request.length - 1)));
        assertFalse(wrap(Arrays.copyOf(request, request.length + 4)));
        byte[] cookie = request.clone();
        cookie[4] ^= 1;
        assertFalse(wrap(cookie));
    }

    @Test
    void anyBytesGiveAnAnswer() {
        byte[] good = bytes(request());
        byte[] password = password(request());
        for (int seed = 0; seed < 150_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] bytes;
            if (random.nextBoolean()) {
                bytes = good.clone();
                for (int i = random.nextInt(1, 6); i > 0; i--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
            } else {
                bytes = new byte[random.nextInt(0, 100)];
                random.nextBytes(bytes);
            }
            try {
                if (wrap(bytes) && seed % 10 == 0) {
                    codec.authenticate(bytes, FROM, peek.username(), password);
                }
            } catch (RuntimeException e) {
                fail("seed " + seed, e);
            }
        }
    }
}
