package dev.sluice.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.sluice.srtp.SrtpProfile;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

    private static long allocated(ForwardingLoop loop, int warmUp, int bursts) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < warmUp; i++) {
            loop.burst(BURST);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < bursts; i++) {
            loop.burst(BURST);
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void ourOwnCodeAllocatesNothing() {
        ForwardingLoop loop = new ForwardingLoop(SUBSCRIBERS, 1000, null);
        long before = loop.forwarded();

        long bytes = allocated(loop, WARM_UP_BURSTS, BURSTS);

        assertEquals(
                (long) (WARM_UP_BURSTS + BURSTS) * BURST * SUBSCRIBERS, loop.forwarded() - before);
        assertTrue(
                bytes < NOTHING, bytes + " bytes for " + BURSTS * BURST * SUBSCRIBERS + " packets");
    }

    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void withSunJceTheBoundIsItsOwn(SrtpProfile profile) {
        ForwardingLoop loop = new ForwardingLoop(SUBSCRIBERS, 1000, profile);

        long bytes = allocated(loop, 2000, 500);

        double perPacket = (double) bytes / (500 * BURST * SUBSCRIBERS);
        System.out.println("allocation: " + profile + " " + perPacket + " B a packet");
        assertTrue(perPacket < SUN_JCE, perPacket + " bytes a packet");
    }
}
