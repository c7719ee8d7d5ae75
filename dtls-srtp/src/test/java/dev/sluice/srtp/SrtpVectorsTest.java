package dev.sluice.srtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The public vectors of RFC 3711, RFC 6188, RFC 7714 and libsrtp, in both directions. */
class SrtpVectorsTest {
    private static Stream<JsonNode> all(String list) {
        try (InputStream in = SrtpVectorsTest.class.getResourceAsStream("/vectors/srtp.json")) {
            return StreamSupport.stream(
                    new ObjectMapper().readTree(in).get(list).spliterator(), false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<JsonNode> keystreams() {
        return all("keystreams");
    }

    static Stream<JsonNode> keyDerivations() {
        return all("key_derivations");
    }

    static Stream<Arguments> packets() {
        return Providers.usable()
                .flatMap(provider ->
                        all("packets")
                                .filter(vector -> can(provider, vector))
                                .map(vector -> Arguments.of(provider, vector)));
    }

    /** AES-256 in counter mode (RFC 6188) is no profile of ours: SunJCE alone takes such keys. */
    private static boolean can(SrtpProvider provider, JsonNode vector) {
        return provider == SrtpProvider.SUN_JCE
                || vector.get("profile").asText().startsWith("AEAD")
                || hex(vector, "master_key").length == 16;
    }

    private static byte[] hex(JsonNode vector, String name) {
        return ByteBufUtil.decodeHexDump(vector.get(name).asText());
    }

    @ParameterizedTest
    @MethodSource("keystreams")
    void counterModeGivesTheKeystream(JsonNode vector) throws GeneralSecurityException {
        byte[] expected = hex(vector, "keystream");
        byte[] iv = Arrays.copyOf(hex(vector, "session_salt"), 16);

        Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(hex(vector, "session_key"), "AES"),
                new IvParameterSpec(iv));

        assertArrayEquals(expected, cipher.doFinal(new byte[expected.length]));
    }

    @ParameterizedTest
    @MethodSource("keyDerivations")
    void sessionKeysAreDerived(JsonNode vector) {
        byte[] key = hex(vector, "master_key");
        byte[] salt = hex(vector, "master_salt");

        assertArrayEquals(
                hex(vector, "srtp_encryption_key"), KeyDerivation.stream(key, salt, 0, key.length));
        assertArrayEquals(
                hex(vector, "srtp_salt"), KeyDerivation.stream(key, salt, 2, salt.length));
        if (vector.has("srtp_authentication_key")) {
            byte[] expected = hex(vector, "srtp_authentication_key");
            assertArrayEquals(expected, KeyDerivation.stream(key, salt, 1, expected.length));
        }
    }

    @ParameterizedTest
    @MethodSource("packets")
    void packetsAreProtectedAndUnprotected(SrtpProvider provider, JsonNode vector) {
        try (Providers.Ciphers ciphers = new Providers.Ciphers(provider)) {
            protectsAndUnprotects(ciphers.get(), vector);
        }
    }

    private static void protectsAndUnprotects(SrtpCiphers ciphers, JsonNode vector) {
        boolean rtcp = vector.get("kind").asText().equals("rtcp");
        boolean aead = vector.get("profile").asText().startsWith("AEAD");
        SrtpCipher cipher = cipher(ciphers, vector, true);
        SrtpCipher opening = cipher(ciphers, vector, false);
        boolean encrypted = !rtcp || vector.get("encrypted").asBoolean();
        byte[] plain = hex(vector, "plain");
        int header = rtcp ? 8 : 12;
        if (!encrypted) {
            authenticatesOnly(cipher, opening, vector, plain);
            return;
        }
        SrtpProfile profile =
                aead ? SrtpProfile.AEAD_AES_128_GCM : SrtpProfile.AES128_CM_HMAC_SHA1_80;
        SrtpProtector protector = new SrtpProtector(profile, cipher, cipher);
        ByteBuf buffer = Unpooled.directBuffer(512).writeZero(512);
        buffer.setBytes(0, plain);
        CipherJob job = new CipherJob();
        int length;
        if (rtcp) {
            protector.rtcpIndex(buffer.getUnsignedInt(4), vector.get("index").asInt() - 1);
            length = protector.sealRtcp(job, buffer, 0, plain.length);
        } else {
            long roc = vector.get("roc").asLong();
            job.header(buffer, 0, header);
            job.payload(buffer, header, plain.length - header);
            job.stream(buffer.getUnsignedInt(8), roc << 16 | buffer.getUnsignedShort(2));
            length = protector.seal(job);
        }
        assertTrue(ciphers.finish());
        assertEquals(vector.get("protected").asText(), ByteBufUtil.hexDump(buffer, 0, length));

        SrtpUnprotector unprotector = new SrtpUnprotector(profile, opening, opening);
        ByteBuf out = Unpooled.directBuffer(512).writeZero(512);
        int opened =
                rtcp
                        ? unprotector.openRtcp(0, buffer, 0, length, out, 0)
                        : unprotector.open(0, buffer, 0, length, out, 0);
        assertEquals(plain.length, opened);
        assertEquals(ByteBufUtil.hexDump(plain), ByteBufUtil.hexDump(out, 0, opened));
        cipher.close();
        opening.close();
    }

    private static SrtpCipher cipher(SrtpCiphers ciphers, JsonNode vector, boolean seals) {
        boolean rtcp = vector.get("kind").asText().equals("rtcp");
        boolean aead = vector.get("profile").asText().startsWith("AEAD");
        SessionKeys keys;
        if (vector.has("session_key")) {
            keys =
                    new SessionKeys(
                            hex(vector, "session_key"), new byte[0], hex(vector, "session_salt"));
        } else {
            byte[] key = hex(vector, "master_key");
            byte[] salt = hex(vector, "master_salt");
            int base = rtcp ? 3 : 0;
            keys =
                    new SessionKeys(
                            KeyDerivation.stream(key, salt, base, key.length),
                            KeyDerivation.stream(key, salt, base + 1, 20),
                            KeyDerivation.stream(key, salt, base + 2, salt.length));
        }
        SrtpProfile profile =
                !aead
                        ? SrtpProfile.AES128_CM_HMAC_SHA1_80
                        : keys.encryption().length == 32
                                ? SrtpProfile.AEAD_AES_256_GCM
                                : SrtpProfile.AEAD_AES_128_GCM;
        return ciphers.create(profile, keys, seals);
    }

    /** SRTCP with E = 0 (RFC 7714 §17.3): everything is associated data. */
    private static void authenticatesOnly(
            SrtpCipher cipher, SrtpCipher opening, JsonNode vector, byte[] plain) {
        byte[] sealed = hex(vector, "protected");
        ByteBuf buffer = Unpooled.directBuffer(256).writeZero(256).setBytes(0, sealed);
        CipherJob job = new CipherJob();
        job.header(buffer, 0, plain.length);
        job.payload(buffer, plain.length, 0);
        job.ssrc = buffer.getInt(4);
        job.index = vector.get("index").asInt();
        job.trailer = vector.get("index").asInt();
        job.rtcp = true;
        job.tagAt = plain.length;
        assertTrue(opening.open(job));

        buffer.setZero(plain.length, 16);
        cipher.seal(job);
        assertArrayEquals(sealed, ByteBufUtil.getBytes(buffer, 0, sealed.length));

        // the unprotector, which speaks WebRTC only, refuses such packets
        SrtpUnprotector unprotector =
                new SrtpUnprotector(SrtpProfile.AEAD_AES_128_GCM, opening, opening);
        assertEquals(
                SrtpResult.NOT_ENCRYPTED,
                unprotector.openRtcp(0, buffer, 0, sealed.length, Unpooled.buffer(256), 0));
    }
}
