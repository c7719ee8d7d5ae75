package dev.sluice.core.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class IntakeTest {
    private static final long SECOND = 1_000_000_000L;

    private final Intake intake = new Intake(1_000_000);

    @Test
    void whoSendsTooMuchGetsItsWindowBackOnlyWhenItHasWaited() {
        assertTrue(intake.spend(0, 2 << 20));
        assertFalse(intake.mayGoOn(0));
        intake.withhold(2 << 20);
        assertEquals(0, intake.takeWithheld(0));
        long due = intake.dueAt(0);
        assertTrue(due > 0 && due < SECOND / 1_000, () -> "just over: " + due);
        assertEquals(2 << 20, intake.takeWithheld(due));
        assertEquals(Long.MAX_VALUE, intake.dueAt(due));
    }

    @Test
    void theRateIsWhatWasAskedFor() {
        long nowNanos = 0;
        long taken = 0;
        while (nowNanos < 100 * SECOND) {
            while (intake.mayGoOn(nowNanos)) {
                intake.spend(nowNanos, 50_000);
                taken += 50_000;
            }
            nowNanos += SECOND / 200;
        }
        assertEquals(100_000_000 + (2 << 20), (double) taken, 100_000);
    }

    @Test
    void smallMessagesAreLimitedByTheirNumber() {
        int taken = 0;
        for (long nowNanos = 0; nowNanos < 10 * SECOND; nowNanos += SECOND / 5_000) {
            taken += intake.spend(nowNanos, 1) ? 1 : 0;
        }
        assertTrue(taken < 10_000, () -> "those beyond the limit count, too");
    }

    @Test
    void aHeldPeerWaitsHoweverLittleItSends() {
        intake.hold();
        intake.withhold(10);
        assertEquals(0, intake.takeWithheld(5 * SECOND));
        assertEquals(Long.MAX_VALUE, intake.dueAt(5 * SECOND));
        intake.resume();
        assertEquals(10, intake.takeWithheld(5 * SECOND));
    }
}
