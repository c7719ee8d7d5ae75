package dev.sluice.srtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.srtp.ffi.NativeMemory;
import dev.sluice.srtp.ffi.NativeProbe;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SrtpProvidersTest {
    private static final int STRIDE = 1536;

    @ParameterizedTest
    @MethodSource("dev.sluice.srtp.Providers#usable")
    void everyProviderPassesItsSelfTest(SrtpProvider provider) {
        assertNull(ProviderSelfTest.run(provider));
        assertEquals(provider, SrtpProviders.choose(provider).provider());
    }

    @Test
    void theBestUsableProviderIsChosenAndNamed() {
        SrtpProviders.Choice choice = SrtpProviders.choose(null);

        assertEquals(Providers.usable().findFirst().orElseThrow(), choice.provider());
        assertTrue(
                choice.description().startsWith(choice.provider().setting()), choice.description());
        assertTrue(choice.description().contains("sunjce"), choice.description());
        assertTrue(choice.warnings().isEmpty(), choice.warnings().toString());
    }

    @Test
    void whatIsMissingIsPassedOverAndCannotBeForced() {
        Function<SrtpProvider, NativeProbe> nothing =
                provider ->
                        provider == SrtpProvider.SUN_JCE
                                ? new NativeProbe("", null)
                                : new NativeProbe("", "lib not found");

        SrtpProviders.Choice choice = SrtpProviders.choose(null, nothing);

        assertEquals(SrtpProvider.SUN_JCE, choice.provider());
        assertTrue(choice.description().contains("lib not found"), choice.description());
        assertTrue(choice.warnings().isEmpty(), "to be without a library is no fault");
        IllegalStateException refused =
                assertThrows(
                        IllegalStateException.class,
                        () -> SrtpProviders.choose(SrtpProvider.LIBCRYPTO, nothing));
        assertTrue(refused.toString().contains("lib not found"), refused.toString());
    }

    /** Packets of several peers wait for each other, as in one burst of a room. */
    @ParameterizedTest
    @MethodSource("dev.sluice.srtp.Providers#usable")
    void burstsAcrossPeersAreWhatSunJceMakes(SrtpProvider provider) {
        SrtpCiphers ciphers = new SrtpCiphers(provider);
        SrtpCiphers reference = new SrtpCiphers(SrtpProvider.SUN_JCE);
        SplittableRandom random = new SplittableRandom(5);
        int peers = 70;
        SrtpProtector[] seals = new SrtpProtector[peers];
        SrtpProtector[] wants = new SrtpProtector[peers];
        for (int i = 0; i < peers; i++) {
            byte[] exported = new byte[SrtpProfile.AES128_CM_HMAC_SHA1_80.exportLength()];
            random.nextBytes(exported);
            SrtpKeys keys = new SrtpKeys(SrtpProfile.AES128_CM_HMAC_SHA1_80, exported);
            seals[i] = new SrtpProtector(ciphers, keys, true);
            wants[i] = new SrtpProtector(reference, keys, true);
        }
        ByteBuf plain = Unpooled.directBuffer(STRIDE).writeZero(STRIDE);
        ByteBuf slab = Unpooled.directBuffer(3 * peers * STRIDE).writeZero(3 * peers * STRIDE);
        ByteBuf expected = Unpooled.directBuffer(STRIDE).writeZero(STRIDE);
        for (int payload : new int[] {1, 15, 16, 17, 100, 1199, 1200, 1400}) {
            byte[] bytes = new byte[payload];
            random.nextBytes(bytes);
            plain.setBytes(0, bytes);
            int length = 0;
            for (int i = 0; i < 3 * peers; i++) { // more than one burst of the library
                // packets lie close together: a tag must not reach into the next one
                length = seal(seals[i % peers], slab, i * length, plain, payload, i);
            }
            assertTrue(ciphers.finish());
            for (int i = 0; i < 3 * peers; i++) {
                assertEquals(length, seal(wants[i % peers], expected, 0, plain, payload, i));
                assertTrue(
                        ByteBufUtil.equals(slab, i * length, expected, 0, length),
                        payload + " bytes, packet " + i);
            }
        }
        for (int i = 0; i < peers; i++) {
            seals[i].close();
        }
        ciphers.close();
    }

    private static int seal(
            SrtpProtector by, ByteBuf to, int at, ByteBuf plain, int payload, int number) {
        CipherJob job = new CipherJob();
        long ssrc = 0x8000_0000L + payload;
        to.setInt(at, 0x80600000 | number);
        to.setInt(at + 4, 77);
        to.setInt(at + 8, (int) ssrc);
        job.header(to, at, 12);
        job.payload(plain, 0, payload);
        job.stream(ssrc, 65_500 + number);
        return by.seal(job);
    }

    @Test
    void anInvalidJobFailsItsWholeBurst() {
        Assumptions.assumeTrue(SrtpProviders.probe(SrtpProvider.IPSEC_MB).isUsable());
        SrtpCiphers ciphers = new SrtpCiphers(SrtpProvider.IPSEC_MB);
        SrtpKeys keys =
                new SrtpKeys(
                        SrtpProfile.AES128_CM_HMAC_SHA1_80,
                        new byte[SrtpProfile.AES128_CM_HMAC_SHA1_80.exportLength()]);
        SrtpProtector seals = new SrtpProtector(ciphers, keys, true);
        ByteBuf slab = Unpooled.directBuffer(20_000).writeZero(20_000);
        for (int i = 0; i < 8; i++) {
            seal(seals, slab, i * 200, slab, i == 5 ? 0 : 50, i); // the library refuses no bytes
        }

        assertFalse(ciphers.finish());

        seal(seals, slab, 0, slab, 60, 100);
        assertTrue(ciphers.finish());
        seals.close();
        ciphers.close();
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.srtp.Providers#usable")
    void addressesOutsideTheirBuffersAreRefused(SrtpProvider provider) {
        SrtpCiphers ciphers = new SrtpCiphers(provider);
        SrtpProtector seals =
                new SrtpProtector(
                        ciphers, new SrtpKeys(SrtpProfile.AEAD_AES_128_GCM, new byte[56]), true);
        ByteBuf small = Unpooled.directBuffer(64, 64).writeZero(64);
        ByteBuf plain = Unpooled.directBuffer(64, 64).writeZero(64);

        assertThrows(IndexOutOfBoundsException.class, () -> seal(seals, small, 0, plain, 50, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> seal(seals, small, 0, plain, 65, 2));
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.srtp.Providers#andProfiles")
    void closingGivesAllNativeMemoryBack(SrtpProvider provider, SrtpProfile profile) {
        int before = NativeMemory.blocks();
        SrtpCiphers ciphers = new SrtpCiphers(provider);
        SrtpKeys keys = new SrtpKeys(profile, new byte[profile.exportLength()]);
        SrtpProtector seals = new SrtpProtector(ciphers, keys, true);
        SrtpUnprotector opens = new SrtpUnprotector(ciphers, keys, false);
        assertTrue(provider == SrtpProvider.SUN_JCE || NativeMemory.blocks() > before);

        seals.close();
        opens.close();
        ciphers.close();

        assertEquals(before, NativeMemory.blocks());
    }
}
