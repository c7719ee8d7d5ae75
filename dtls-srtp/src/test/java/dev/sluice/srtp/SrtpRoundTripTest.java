package dev.sluice.srtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SrtpRoundTripTest {
    private static final long SSRC = 0xCAFEBABEL;

    private SrtpCiphers ciphers = new SrtpCiphers(SrtpProvider.SUN_JCE);
    private final CipherJob job = new CipherJob();
    private final ByteBuf wire = Unpooled.directBuffer(2048).writeZero(2048);
    private final ByteBuf plain = Unpooled.directBuffer(2048).writeZero(2048);

    private static SrtpKeys keys(SrtpProfile profile) {
        byte[] exported = new byte[profile.exportLength()];
        new SplittableRandom(1).nextBytes(exported);
        return new SrtpKeys(profile, exported);
    }

    private int seal(SrtpProtector protector, long index, byte[] payload) {
        wire.setInt(0, 0x80600000 | (int) (index & 0xFFFF));
        wire.setInt(4, 1234);
        wire.setInt(8, (int) SSRC);
        wire.setBytes(12, payload);
        job.header(wire, 0, 12);
        job.payload(wire, 12, payload.length);
        job.stream(SSRC, index);
        int length = protector.seal(job);
        assertTrue(ciphers.finish());
        return length;
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.srtp.Providers#andProfiles")
    void seventyThousandPacketsWithLossAndForgeriesInBetween(
            SrtpProvider provider, SrtpProfile profile) {
        ciphers = new SrtpCiphers(provider);
        SplittableRandom random = new SplittableRandom(42);
        SrtpProtector protector = new SrtpProtector(ciphers, keys(profile), true);
        SrtpUnprotector unprotector = new SrtpUnprotector(ciphers, keys(profile), false);
        byte[] payload = new byte[20];
        int checked = 0;
        for (long index = 60_000; index < 130_000; index++) {
            random.nextBytes(payload);
            int length = seal(protector, index, payload);
            if (random.nextInt(10) == 0) {
                continue; // lost
            }
            if (index % 100 == 0) { // a forgery of the same number must change nothing
                ByteBuf forged = wire.copy(0, length);
                forged.setByte(length - 1, forged.getByte(length - 1) ^ 1);
                assertEquals(SrtpResult.BAD_TAG, unprotector.open(0, forged, 0, length, plain, 0));
            }
            assertEquals(32, unprotector.open(0, wire, 0, length, plain, 0), "index " + index);
            assertEquals(
                    ByteBufUtil.hexDump(payload), ByteBufUtil.hexDump(plain, 12, payload.length));
            assertEquals(SrtpResult.REPLAYED, unprotector.open(0, wire, 0, length, plain, 0));
            checked++;
        }
        assertTrue(checked > 60_000);
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.srtp.Providers#andProfiles")
    void theOtherSidesKeysDoNotOpen(SrtpProvider provider, SrtpProfile profile) {
        ciphers = new SrtpCiphers(provider);
        SrtpProtector protector = new SrtpProtector(ciphers, keys(profile), true);
        SrtpUnprotector own = new SrtpUnprotector(ciphers, keys(profile), true);

        int length = seal(protector, 5, new byte[] {1, 2, 3});

        assertEquals(SrtpResult.BAD_TAG, own.open(0, wire, 0, length, plain, 0));
        assertEquals(0, own.streamCount());
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.srtp.Providers#andProfiles")
    void anIndexIsNeverSealedTwice(SrtpProvider provider, SrtpProfile profile) {
        ciphers = new SrtpCiphers(provider);
        SrtpProtector protector = new SrtpProtector(ciphers, keys(profile), true);

        assertTrue(seal(protector, 70_000, new byte[10]) > 0);

        assertEquals(SrtpResult.INDEX_USED, seal(protector, 70_000, new byte[11]));
        assertEquals(SrtpResult.KEY_EXHAUSTED, seal(protector, 1L << 48, new byte[10]));
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.srtp.Providers#andProfiles")
    void whatIsSealedAgainIsTheSameOrNothing(SrtpProvider provider, SrtpProfile profile) {
        ciphers = new SrtpCiphers(provider);
        SrtpProtector protector = new SrtpProtector(ciphers, keys(profile), true);
        ByteBuf first = repeatable(65_540, 1, 20);
        int length = protector.sealRepeatable(job);
        assertTrue(ciphers.finish());

        ByteBuf again = repeatable(65_540, 1, 20);
        assertEquals(length, protector.sealAgain(job));
        assertTrue(ciphers.finish());
        assertEquals(ByteBufUtil.hexDump(first, 0, length), ByteBufUtil.hexDump(again, 0, length));

        for (int i = 0; i < 3; i++) { // another payload, another header, another length
            ByteBuf other = repeatable(65_540, i == 0 ? 2 : 1, i == 2 ? 19 : 20);
            if (i == 1) {
                other.setByte(1, 0x61);
            }
            assertEquals(SrtpResult.INDEX_USED, protector.sealAgain(job));
            assertEquals(0, other.getInt(12), "nothing is written");
        }
        repeatable(65_541, 1, 20);
        assertEquals(SrtpResult.INDEX_USED, protector.sealAgain(job), "it was never sealed");
        repeatable(65_540, 1, 20);
        assertEquals(SrtpResult.INDEX_USED, protector.sealRepeatable(job));
        repeatable(65_540 + Fingerprints.KEPT, 1, 20);
        assertTrue(protector.sealRepeatable(job) > 0);
        repeatable(65_540, 1, 20);
        assertEquals(SrtpResult.INDEX_USED, protector.sealAgain(job), "it is too long ago");
    }

    /** A job for a packet of that payload. @return where it is sealed into */
    private ByteBuf repeatable(long index, int content, int length) {
        ByteBuf packet = Unpooled.directBuffer(64).writeZero(64);
        packet.setInt(0, 0x80600000 | (int) (index & 0xFFFF));
        packet.setInt(8, (int) SSRC);
        ByteBuf payload = Unpooled.directBuffer(64).writeZero(64);
        payload.setByte(3, content);
        job.header(packet, 0, 12);
        job.payload(payload, 0, length);
        job.stream(SSRC, index);
        return packet;
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.srtp.Providers#andProfiles")
    void rtcpStopsBeforeItsIndexWraps(SrtpProvider provider, SrtpProfile profile) {
        ciphers = new SrtpCiphers(provider);
        SrtpProtector protector = new SrtpProtector(ciphers, keys(profile), true);
        SrtpUnprotector unprotector = new SrtpUnprotector(ciphers, keys(profile), false);
        protector.rtcpIndex(SSRC, Integer.MAX_VALUE - 2);
        for (int i = 0; i < 2; i++) {
            ByteBuf report = report();
            int length = protector.sealRtcp(job, report, 0, 8);
            assertEquals(8, unprotector.openRtcp(0, report, 0, length, plain, 0));
            assertEquals(SrtpResult.REPLAYED, unprotector.openRtcp(0, report, 0, length, plain, 0));
        }

        assertEquals(SrtpResult.KEY_EXHAUSTED, protector.sealRtcp(job, report(), 0, 8));
    }

    private static ByteBuf report() {
        ByteBuf report = Unpooled.directBuffer(64).writeZero(64);
        report.setInt(0, 0x80C90001);
        report.setInt(4, (int) SSRC);
        return report;
    }

    @Test
    void forgedSsrcsLeaveNoState() {
        SrtpUnprotector unprotector =
                new SrtpUnprotector(ciphers, keys(SrtpProfile.AEAD_AES_128_GCM), false);
        SplittableRandom random = new SplittableRandom(3);
        byte[] bytes = new byte[60];
        ByteBuf forged = Unpooled.directBuffer(96).writeZero(96);
        for (int seed = 0; seed < 100_000; seed++) {
            random.nextBytes(bytes);
            bytes[0] = (byte) 0x80;
            forged.setBytes(0, bytes);
            assertEquals(SrtpResult.BAD_TAG, unprotector.open(0, forged, 0, 60, plain, 0));
        }
        assertEquals(0, unprotector.streamCount());
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.srtp.Providers#andProfiles")
    void anyBytesGiveAResultCode(SrtpProvider provider, SrtpProfile profile) {
        ciphers = new SrtpCiphers(provider);
        SrtpUnprotector unprotector = new SrtpUnprotector(ciphers, keys(profile), false);
        ByteBuf any = Unpooled.directBuffer(96).writeZero(96);
        for (int seed = 0; seed < 100_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] bytes = new byte[random.nextInt(0, 80)];
            random.nextBytes(bytes);
            any.setBytes(0, bytes);
            try {
                assertTrue(unprotector.open(0, any, 0, bytes.length, plain, 0) < 0);
                assertTrue(unprotector.openRtcp(0, any, 0, bytes.length, plain, 0) < 0);
            } catch (RuntimeException e) {
                fail("seed " + seed, e);
            }
        }
    }

    @Test
    void theSsrcSilentLongestGivesWayAndCannotBeReplayed() {
        SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;
        SrtpProtector protector = new SrtpProtector(ciphers, keys(profile), true);
        SrtpUnprotector unprotector = new SrtpUnprotector(ciphers, keys(profile), false);
        ByteBuf[] packets = new ByteBuf[SrtpUnprotector.MAX_SSRCS + 1];
        for (int i = 0; i < packets.length; i++) {
            packets[i] = sealFor(protector, 1000 + i);
        }
        for (int i = 0; i < SrtpUnprotector.MAX_SSRCS; i++) {
            assertEquals(16, open(unprotector, i, packets[i]));
        }
        ByteBuf last = packets[SrtpUnprotector.MAX_SSRCS];

        assertEquals(SrtpResult.TOO_MANY_SSRCS, open(unprotector, 100, last));
        assertEquals(16, open(unprotector, 61_000_000_000L, last));
        assertEquals(SrtpUnprotector.MAX_SSRCS, unprotector.streamCount());
        assertEquals(SrtpResult.REPLAYED, open(unprotector, 61_000_000_001L, packets[0]));
    }

    /** A server with too much to do leaves video unopened for as long as that lasts. */
    @Test
    void whoOpensHardlyAnythingForALongTimeOpensWhatComesThen() {
        SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;
        SrtpProtector protector = new SrtpProtector(ciphers, keys(profile), true);
        SrtpUnprotector unprotector = new SrtpUnprotector(ciphers, keys(profile), false);
        int opened = 0;
        for (int index = 60_000; index < 400_000; index++) {
            ByteBuf packet = sealAt(protector, index);
            if (unprotector.isLosing(7, index & 0xFFFF)) {
                opened++;
                assertEquals(16, open(unprotector, index, packet), "index " + index);
            }
        }

        assertEquals(16, open(unprotector, 0, sealAt(protector, 400_000)));
        assertTrue(opened >= 10 && opened <= 60, opened + " were opened");
        assertFalse(unprotector.isLosing(7, 400_001 & 0xFFFF));
        assertFalse(unprotector.isLosing(7, 399_999 & 0xFFFF), "nor for what is late");
    }

    private ByteBuf sealAt(SrtpProtector protector, int index) {
        ByteBuf packet = Unpooled.directBuffer(64).writeZero(64);
        packet.setInt(0, 0x80600000 | (index & 0xFFFF));
        packet.setInt(8, 7);
        job.header(packet, 0, 12);
        job.payload(packet, 12, 4);
        job.stream(7, index);
        return packet.slice(0, protector.seal(job));
    }

    private ByteBuf sealFor(SrtpProtector protector, long ssrc) {
        ByteBuf packet = Unpooled.directBuffer(64).writeZero(64);
        packet.setInt(0, 0x80600001);
        packet.setInt(8, (int) ssrc);
        job.header(packet, 0, 12);
        job.payload(packet, 12, 4);
        job.stream(ssrc, 1);
        return packet.slice(0, protector.seal(job));
    }

    private int open(SrtpUnprotector unprotector, long nowNanos, ByteBuf packet) {
        return unprotector.open(nowNanos, packet, 0, packet.readableBytes(), plain, 0);
    }
}
