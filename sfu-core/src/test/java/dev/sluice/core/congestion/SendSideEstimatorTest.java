package dev.sluice.core.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.core.congestion.TrendlineEstimator.Usage;
import dev.sluice.rtp.rtcp.TransportFeedback;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SendSideEstimatorTest {
    private static final long MILLI = 1_000_000L;

    @Test
    void theSlopeOfARampIsFoundAndTakenForAQueue() {
        TrendlineEstimator trend = new TrendlineEstimator();
        double arrival = 0;
        for (int i = 0; i < 40; i++) { // each group of 10 ms takes 2 ms longer than the one before
            arrival += 12;
            trend.update(10, 12, arrival, arrival);
        }

        assertEquals(2.0 / 12, trend.trend(), 0.02);
        assertEquals(Usage.OVERUSE, trend.usage());
    }

    @Test
    void steadyDelayIsNoQueueAndMakesTheThresholdKeen() {
        TrendlineEstimator trend = new TrendlineEstimator();
        for (int i = 0; i < 100; i++) {
            trend.update(10, 10, 10 * i, 10 * i);
        }

        assertEquals(Usage.NORMAL, trend.usage());
        assertEquals(6, trend.threshold(), 0.1);
    }

    @Test
    void aBurstCountsAsOneGroup() {
        ArrivalGroups groups = new ArrivalGroups();
        for (int i = 0; i < 5; i++) {
            assertEquals(false, groups.add(0.1 * i, 20 + 0.1 * i, 0));
        }
        groups.add(30, 50, 0);
        assertTrue(groups.add(60, 85, 0));

        assertEquals(30 - 0.4, groups.sendDelta(), 1e-9);
        assertEquals(50 - 20.4, groups.arrivalDelta(), 1e-9);
    }

    @Test
    void lossThatComesWithTheRateIsToldFromLossThatIsAlwaysThere() {
        LossController always = new LossController(30_000, 20e6);
        LossController above = new LossController(30_000, 20e6);
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 60; i++) {
            double rate = 2_000_000;
            feed(always, i, rate, random, 0.02);
            feed(above, i, rate, random, 0.35); // a third over a path of 1.3 Mbit/s
        }

        assertEquals(2_000_000, always.rate(2_000_000), 1, "two in a hundred are the path's own");
        assertTrue(above.rate(2_000_000) < 1_600_000, "" + above.rate(2_000_000));
    }

    private static void feed(
            LossController loss, int second, double rate, SplittableRandom random, double lost) {
        boolean done = false;
        int packets = 0;
        while (!done) {
            long sent = second * 300_000L + (long) (packets * 1200 * 8 / rate * 1e6);
            done = loss.observations().add(sent, 1200, random.nextDouble() < lost);
            packets++;
        }
        loss.update(rate, rate * (1 - lost), true, second * 300.0);
    }

    @Test
    void numbersAreFoundAgainAcrossTheirWrapAndOnlyWhileRemembered() {
        SendHistory history = new SendHistory();
        for (int i = 1; i <= 70_000; i++) {
            assertEquals(i, history.next());
            history.put(i * 1000L, 1000, 0);
        }

        long newest = history.find(70_000 & 0xFFFF);
        assertEquals(70_000, newest);
        assertEquals(70_000_000L, history.sentMicros(newest, 70_000_000L));
        assertEquals(1000, history.bytes(newest));
        assertEquals(-1, history.find((70_000 + 1) & 0xFFFF), "not sent yet");
    }

    @Test
    void anyFeedbackLeavesTheEstimateWithinItsBounds() {
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < 200; round++) {
            SendSideEstimator estimator = new SendSideEstimator(0, SendSideEstimator.START);
            ArrivedPackets scratch = new ArrivedPackets();
            long[] arrivals = new long[8192];
            long now = 0;
            for (int i = 0; i < 200; i++) {
                now += random.nextLong(50 * MILLI);
                for (int k = random.nextInt(20); k > 0; k--) {
                    estimator.onPacketSent(now, random.nextInt(40, 1500));
                }
                int count = random.nextInt(1, random.nextInt(2, 8192));
                for (int k = 0; k < count; k++) {
                    arrivals[k] =
                            random.nextInt(4) == 0
                                    ? TransportFeedback.LOST
                                    : random.nextLong(1L << random.nextInt(1, 60));
                }
                long reference = random.nextLong(1L << 24) * TransportFeedback.REFERENCE_NANOS;
                int base = random.nextInt(1 << 16);
                estimator.onFeedback(now, base, arrivals, count, reference, scratch);
                estimator.goal(random.nextDouble(5e6));
                estimator.probe(now);
                estimator.probeBytes(now);
                estimator.paddingBytes(now);
                estimator.onTimeout(now);
                double bits = estimator.bitsPerSecond();
                assertTrue(bits >= 5_000 && bits <= 20e6, "estimate " + bits);
            }
        }
    }
}
