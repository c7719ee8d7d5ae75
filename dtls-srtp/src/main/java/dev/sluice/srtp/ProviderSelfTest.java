package dev.sluice.srtp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Lets a provider seal and open random packets of every profile and compares each byte with
 * SunJCE's, so that a library that computes wrongly, or is not what we think, is never used. The
 * public vectors are checked by the tests, for every provider.
 */
final class ProviderSelfTest {
    private static final int PACKETS = 200;
    private static final int MAX_PAYLOAD = 1400;
    private static final int HEADER = 20;
    private static final int[] BURSTS = {1, 7, 16, 50};
    private static final int STRIDE = 1536;
    private static final int SSRC = 0xC0FFEE;

    private final SplittableRandom random = new SplittableRandom(7714);
    private final ByteBuf plain = Unpooled.directBuffer(STRIDE).writeZero(STRIDE);
    private final ByteBuf expected = Unpooled.directBuffer(STRIDE).writeZero(STRIDE);
    private final ByteBuf sealed = Unpooled.directBuffer(64 * STRIDE).writeZero(64 * STRIDE);
    private final CipherJob job = new CipherJob();
    private final SrtpCiphers tested;
    private final SrtpCiphers reference = new SrtpCiphers(SrtpProvider.SUN_JCE);

    private ProviderSelfTest(SrtpProvider provider) {
        tested = new SrtpCiphers(provider);
    }

    /**
     * @return what went wrong, null when nothing did
     */
    static @Nullable String run(SrtpProvider provider) {
        if (provider == SrtpProvider.SUN_JCE) {
            return null; // there is nothing to compare it with, and nothing to fall back to
        }
        ProviderSelfTest test = new ProviderSelfTest(provider);
        try {
            for (SrtpProfile profile : SrtpProfile.values()) {
                String failure = test.profile(profile);
                if (failure != null) {
                    return profile + ": " + failure;
                }
            }
            return null;
        } catch (RuntimeException e) {
            return e.toString();
        } finally {
            test.close();
        }
    }

    private @Nullable String profile(SrtpProfile profile) {
        byte[] exported = new byte[profile.exportLength()];
        random.nextBytes(exported);
        SrtpKeys keys = new SrtpKeys(profile, exported);
        SrtpProtector seals = new SrtpProtector(tested, keys, true);
        SrtpProtector wants = new SrtpProtector(reference, keys, true);
        SrtpUnprotector opens = new SrtpUnprotector(tested, keys, false);
        try {
            long index = 65_530;
            for (int i = 0; i < PACKETS; i++) {
                if (!sealsAndOpens(seals, wants, opens, index++)) {
                    return "packet " + i;
                }
            }
            for (int burst : BURSTS) {
                if (!sealsTogether(seals, wants, index, burst)) {
                    return "burst of " + burst;
                }
                index += burst;
            }
            return null;
        } finally {
            seals.close();
            wants.close();
            opens.close();
        }
    }

    private boolean sealsAndOpens(
            SrtpProtector seals, SrtpProtector wants, SrtpUnprotector opens, long index) {
        int payload = random.nextInt(MAX_PAYLOAD) + 1;
        fillPlain(index, payload);
        int length = seal(seals, sealed, 0, index, payload);
        boolean good = tested.finish() && seal(wants, expected, 0, index, payload) == length;
        good &= ByteBufUtil.equals(sealed, 0, expected, 0, length);
        int at = STRIDE;
        good &= opens.open(index, sealed, 0, length, sealed, at) == HEADER + payload;
        good &= ByteBufUtil.equals(sealed, at, plain, 0, HEADER + payload);
        int flipped = random.nextInt(HEADER, length);
        sealed.setByte(flipped, sealed.getByte(flipped) ^ 1);
        sealed.setShort(2, (int) index + 1); // a number not seen yet
        good &= opens.open(index, sealed, 0, length, sealed, at) == SrtpResult.BAD_TAG;
        return good;
    }

    private boolean sealsTogether(SrtpProtector seals, SrtpProtector wants, long index, int burst) {
        int payload = random.nextInt(MAX_PAYLOAD) + 1;
        fillPlain(index, payload);
        int length = 0;
        for (int i = 0; i < burst; i++) {
            length = seal(seals, sealed, i * STRIDE, index + i, payload);
        }
        boolean good = tested.finish();
        for (int i = 0; i < burst; i++) {
            good &= seal(wants, expected, 0, index + i, payload) == length;
            good &= ByteBufUtil.equals(sealed, i * STRIDE, expected, 0, length);
        }
        return good;
    }

    private void fillPlain(long index, int payload) {
        byte[] bytes = new byte[payload];
        random.nextBytes(bytes);
        header(plain, 0, index);
        plain.setBytes(HEADER, bytes);
    }

    /** A header of 20 bytes with one extension word. */
    private static void header(ByteBuf to, int at, long index) {
        to.setInt(at, 0x90600000 | (int) (index & 0xFFFF));
        to.setInt(at + 4, 0x01020304);
        to.setInt(at + 8, SSRC);
        to.setInt(at + 12, 0xBEDE0001);
        to.setInt(at + 16, 0x10550000);
    }

    private int seal(SrtpProtector by, ByteBuf to, int at, long index, int payload) {
        header(to, at, index);
        job.header(to, at, HEADER);
        job.payload(plain, HEADER, payload);
        job.stream(SSRC, index);
        return by.seal(job);
    }

    private void close() {
        tested.close();
        reference.close();
        plain.release();
        expected.release();
        sealed.release();
    }
}
