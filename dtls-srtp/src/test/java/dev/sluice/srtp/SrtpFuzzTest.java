package dev.sluice.srtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Packets of who does not know the key: refused, and no state for them. */
class SrtpFuzzTest {
    private final SrtpCiphers ciphers = new SrtpCiphers(SrtpProvider.SUN_JCE);

    private SrtpUnprotector unprotector(SrtpProfile profile) {
        byte[] exported = new byte[profile.exportLength()];
        for (int i = 0; i < exported.length; i++) {
            exported[i] = (byte) (i * 37);
        }
        return new SrtpUnprotector(ciphers, new SrtpKeys(profile, exported), true);
    }

    @FuzzTest(maxDuration = "10m")
    void anyRtp(FuzzedDataProvider data) {
        SrtpUnprotector unprotector = unprotector(data.pickValue(SrtpProfile.values()));
        ByteBuf into = Unpooled.buffer(4_096).writeZero(4_096);
        for (int i = 0; i < 20 && data.remainingBytes() > 0; i++) {
            byte[] bytes = data.consumeBytes(data.consumeInt(0, 1_600));
            ByteBuf from = Unpooled.wrappedBuffer(bytes);
            assertTrue(unprotector.open(i, from, 0, bytes.length, into, 0) < 0, "forged");
        }
        assertEquals(0, unprotector.streamCount());
        unprotector.close();
    }

    @FuzzTest(maxDuration = "10m")
    void anyRtcp(FuzzedDataProvider data) {
        SrtpUnprotector unprotector = unprotector(data.pickValue(SrtpProfile.values()));
        ByteBuf into = Unpooled.buffer(4_096).writeZero(4_096);
        for (int i = 0; i < 20 && data.remainingBytes() > 0; i++) {
            byte[] bytes = data.consumeBytes(data.consumeInt(0, 1_600));
            ByteBuf from = Unpooled.wrappedBuffer(bytes);
            assertTrue(unprotector.openRtcp(i, from, 0, bytes.length, into, 0) < 0, "forged");
        }
        assertEquals(0, unprotector.streamCount());
        unprotector.close();
    }
}
