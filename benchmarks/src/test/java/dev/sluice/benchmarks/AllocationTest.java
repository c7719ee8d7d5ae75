package dev.sluice.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.sluice.core.transport.SocketMode;
import dev.sluice.rtp.ExtensionIds;
import dev.sluice.rtp.ExtensionUri;
import dev.sluice.srtp.SrtpProfile;
import dev.sluice.srtp.SrtpProvider;
import dev.sluice.srtp.SrtpProviders;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the forwarding path allocates once warm. Sluice's own code: nothing. SunJCE: what its {@code
 * Cipher} needs to take a new IV for each packet, which the native providers will not need.
 */
class AllocationTest {
    private static final int WARM_UP_BURSTS = 20_000;
    private static final int BURSTS = 5_000;
    private static final int BURST = 4;
    private static final int SUBSCRIBERS = 10;

    /** Bytes in all, for 200,000 packets: nothing per packet. */
    private static final long NOTHING = 4096;

    /** Bytes a packet that SunJCE may take, opening of the publisher's packet included. */
    private static final double SUN_JCE = 3072;

    private static long allocated(ForwardingLoop loop, int warmUp, int bursts, int burst) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < warmUp; i++) {
            loop.burst(burst);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < bursts; i++) {
            loop.burst(burst);
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void ourOwnCodeAllocatesNothing() {
        ForwardingLoop loop =
                new ForwardingLoop(SUBSCRIBERS, 1000, null, SrtpProvider.SUN_JCE, null);
        long before = loop.forwarded();

        long bytes = allocated(loop, WARM_UP_BURSTS, BURSTS, BURST);

        assertEquals(
                (long) (WARM_UP_BURSTS + BURSTS) * BURST * SUBSCRIBERS, loop.forwarded() - before);
        assertTrue(
                bytes < NOTHING, bytes + " bytes for " + BURSTS * BURST * SUBSCRIBERS + " packets");
    }

    @Test
    void numberingPacketsForTheEstimateAllocatesNothing() {
        ExtensionIds numbered = new ExtensionIds(Map.of(ExtensionUri.TRANSPORT_WIDE_CC, 3));
        ForwardingLoop loop =
                new ForwardingLoop(SUBSCRIBERS, 1000, null, SrtpProvider.SUN_JCE, null, numbered);
        long before = loop.forwarded();

        long bytes = allocated(loop, WARM_UP_BURSTS, BURSTS, BURST);

        assertEquals(
                (long) (WARM_UP_BURSTS + BURSTS) * BURST * SUBSCRIBERS, loop.forwarded() - before);
        assertTrue(
                bytes < NOTHING, bytes + " bytes for " + BURSTS * BURST * SUBSCRIBERS + " packets");
    }

    /** With a native provider the whole way is free of garbage, retransmission memory included. */
    @ParameterizedTest
    @CsvSource({
        "IPSEC_MB, AEAD_AES_128_GCM, 1", "IPSEC_MB, AEAD_AES_128_GCM, 4",
        "IPSEC_MB, AES128_CM_HMAC_SHA1_80, 4", "LIBCRYPTO, AEAD_AES_128_GCM, 4",
        "LIBCRYPTO, AES128_CM_HMAC_SHA1_80, 1"
    })
    void nativeProvidersAllocateNothing(SrtpProvider provider, SrtpProfile profile, int burst) {
        SocketMode sockets = SocketMode.AUTO.resolve();
        Assumptions.assumeTrue(sockets == SocketMode.NATIVE && isUsable(provider));
        ForwardingLoop loop =
                new ForwardingLoop(SUBSCRIBERS, 1000, profile, provider, SocketMode.NATIVE);
        long[] bytes = {Long.MAX_VALUE};

        long before = loop.forwarded();
        loop.onLoop(() -> bytes[0] = allocated(loop, WARM_UP_BURSTS, BURSTS, burst));

        loop.close();
        long all = (long) (WARM_UP_BURSTS + BURSTS) * burst * SUBSCRIBERS;
        assertEquals(all, loop.forwarded() - before);
        assertTrue(bytes[0] < NOTHING, bytes[0] + " bytes for " + BURSTS * burst * SUBSCRIBERS);
    }

    private static boolean isUsable(SrtpProvider provider) {
        try {
            return SrtpProviders.choose(provider).provider() == provider;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void withSunJceTheBoundIsItsOwn(SrtpProfile profile) {
        ForwardingLoop loop =
                new ForwardingLoop(SUBSCRIBERS, 1000, profile, SrtpProvider.SUN_JCE, null);

        long bytes = allocated(loop, 2000, 500, BURST);

        double perPacket = (double) bytes / (500 * BURST * SUBSCRIBERS);
        System.out.println("allocation: " + profile + " " + perPacket + " B a packet");
        assertTrue(perPacket < SUN_JCE, perPacket + " bytes a packet");
    }

    /** The memory that a packet on its way lies in outlives the publisher. */
    @Test
    void aPublisherThatLeavesInTheMiddleOfABurstTakesNothingAlong() {
        ForwardingLoop loop =
                new ForwardingLoop(SUBSCRIBERS, 1000, null, SrtpProvider.SUN_JCE, null);
        long before = loop.forwarded();

        loop.burstWithGoodbye(BURST);

        assertEquals(BURST * SUBSCRIBERS, loop.forwarded() - before);
    }
}
