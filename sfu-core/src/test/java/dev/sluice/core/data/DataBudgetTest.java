package dev.sluice.core.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DataBudgetTest {
    private static final long MILLI = 1_000_000L;
    private static final double ESTIMATE = 4_000_000;
    private static final double MEDIA = 2_000_000;

    private final DataBudget budget = new DataBudget();
    private long nowNanos;
    private long sent;

    /** A sender that always has more runs for a while. @return bits a second */
    private double run(int millis, boolean satisfied, boolean congested) {
        sent = 0;
        for (int at = 0; at < millis; at += 5) {
            nowNanos += 5 * MILLI;
            if (at % 100 == 0) {
                budget.review(nowNanos, ESTIMATE, MEDIA, satisfied, congested);
            }
            while (budget.available(nowNanos) > 0) {
                budget.spend(nowNanos, 1_188);
                sent += 1_188;
            }
            budget.want();
        }
        return sent * 8_000.0 / millis;
    }

    @Test
    void withoutVideoItLimitsNothing() {
        assertEquals(Long.MAX_VALUE, budget.available(0));
        run(1_000, false, false);
        budget.unlimited();
        assertEquals(Long.MAX_VALUE, budget.available(nowNanos));
    }

    @Test
    void whileVideoWantsMoreItHasItsShare() {
        assertEquals(0.15 * ESTIMATE, run(10_000, false, false), 50_000);
        assertEquals(0.15 * ESTIMATE, budget.reserved(nowNanos), 60_000);
    }

    @Test
    void itGrowsWhereVideoHasAllAndGivesWayAtOnce() {
        run(200, true, false);
        assertEquals(0.8 * (ESTIMATE - MEDIA), run(100, true, false), 400_000);
        double grown = run(5_000, true, false);
        assertTrue(grown > 5 * 0.15 * ESTIMATE, () -> "grew to " + grown);
        run(2_000, true, true);
        assertEquals(0.15 * ESTIMATE, run(1_000, true, true), 60_000);
    }

    @Test
    void videoLeavesItNoMoreThanItsShare() {
        run(5_000, true, false);
        assertEquals(0.15 * ESTIMATE, budget.reserved(nowNanos), 1);
    }

    @Test
    void whatIsNotUsedIsNotSaved() {
        budget.review(nowNanos, ESTIMATE, MEDIA, false, false);
        nowNanos += 10_000 * MILLI;
        long burst = budget.available(nowNanos);
        assertTrue(burst < 0.06 * 0.15 * ESTIMATE / 8, () -> "a burst of " + burst);
        assertEquals(0, budget.reserved(nowNanos), 1);
    }
}
