package dev.sluice.signaling.livekit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RememberedEstimatesTest {
    private Instant now = Instant.EPOCH;
    private final RememberedEstimates estimates = new RememberedEstimates(() -> now);

    @Test
    void whoComesBackBeginsWithMostOfWhatItHad() {
        estimates.put("room", "ann", 2_000_000);

        assertEquals(1_400_000, estimates.start("room", "ann"), 1);
        assertEquals(0, estimates.start("other", "ann"));
        assertEquals(0, estimates.start("room", "bob"));
    }

    @Test
    void largeOnesAreCutAndOldOnesForgotten() {
        estimates.put("room", "ann", 20_000_000);
        assertEquals(5_000_000, estimates.start("room", "ann"), 1);

        now = now.plus(Duration.ofMinutes(11));
        assertEquals(0, estimates.start("room", "ann"));
    }

    @Test
    void theOldestGiveWay() {
        for (int i = 0; i <= 10_000; i++) {
            estimates.put("room", "p" + i, 1_000_000);
        }
        assertEquals(0, estimates.start("room", "p0"));
        assertEquals(700_000, estimates.start("room", "p1"), 1);
    }
}
