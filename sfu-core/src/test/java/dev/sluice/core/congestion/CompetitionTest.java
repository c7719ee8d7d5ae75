package dev.sluice.core.congestion;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CompetitionTest {
    private static final double MANY = 2e6;
    private static final double FEW = 0.6e6;

    private final Competition competition = new Competition();
    private double nowMs;

    /** Feedback every 50 ms. */
    private void run(double seconds, double queueMs, double sent, double received) {
        for (int i = 0; i < seconds * 20; i++) {
            nowMs += 50;
            competition.update(queueMs, sent, received, nowMs);
        }
    }

    @Test
    void aQueueThatStaysThoughWeYieldedIsOfSomebodyElse() {
        run(5, 1, MANY, MANY);
        run(2, 60, FEW, FEW);
        assertFalse(competition.isOn(), "not yet");
        run(1, 70, FEW, FEW);
        assertTrue(competition.isOn());
        run(5, 80, MANY, 0.9 * MANY);
        assertTrue(competition.isOn(), "also when we send more again");
        run(3, 2, MANY, MANY);
        assertFalse(competition.isOn(), "over when the queue empties");
    }

    @Test
    void ourOwnQueueIsNotTakenForIt() {
        run(5, 1, MANY, MANY);
        run(10, 80, MANY, MANY);
        assertFalse(competition.isOn(), "we did not yield");
    }

    @Test
    void aQueueThatDrainsIsNotTakenForIt() {
        run(5, 1, MANY, MANY);
        for (int ms = 300; ms > 10; ms -= 10) {
            run(0.1, ms, FEW, 1.6 * FEW);
        }
        assertFalse(competition.isOn());
    }

    @Test
    void aPathThatDoesNotTakeWhatWeSendEndsIt() {
        run(5, 1, MANY, MANY);
        run(4, 60, FEW, FEW);
        assertTrue(competition.isOn());
        run(1.2, 100, MANY, 0.5 * MANY);
        assertFalse(competition.isOn());
        run(8, 60, FEW, FEW);
        assertFalse(competition.isOn(), "and it is not believed again at once");
    }

    @Test
    void aPauseOfFeedbackForgets() {
        run(5, 1, MANY, MANY);
        run(2, 60, FEW, FEW);
        nowMs += 10_000;
        run(1, 60, FEW, FEW);
        assertFalse(competition.isOn());
    }
}
