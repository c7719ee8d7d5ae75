package dev.sluice.core.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.core.data.Backlog.Verdict;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private static final long SECOND = 1_000_000_000L;

    private final Backlog backlog = new Backlog();

    @Test
    void aReceiverThatStandsStillIsGivenUpAfterASecond() {
        backlog.add(300 << 10);
        assertEquals(Verdict.FULL, backlog.review(0, 300 << 10));
        assertTrue(backlog.isFull());
        assertEquals(SECOND, backlog.reviewAt());
        assertEquals(Verdict.UNCHANGED, backlog.review(SECOND - 1, 300 << 10));
        assertEquals(Verdict.SLOW, backlog.review(SECOND, 300 << 10));
    }

    @Test
    void oneThatTakesALittleIsWaitedFor() {
        int waiting = 300 << 10;
        backlog.add(waiting);
        assertEquals(Verdict.FULL, backlog.review(0, waiting));
        for (int second = 1; second < 20; second++) {
            backlog.add(9 << 10); // as much as it took
            assertEquals(Verdict.UNCHANGED, backlog.review(second * SECOND, waiting));
        }
        assertEquals(Verdict.DRAINED, backlog.review(20 * SECOND, 100 << 10));
        assertFalse(backlog.isFull());
        assertEquals(Long.MAX_VALUE, backlog.reviewAt());
    }

    @Test
    void betweenTheMarksNothingChanges() {
        backlog.add(200 << 10);
        assertEquals(Verdict.UNCHANGED, backlog.review(0, 200 << 10));
        backlog.add(100 << 10);
        assertEquals(Verdict.FULL, backlog.review(0, 300 << 10));
        assertEquals(Verdict.UNCHANGED, backlog.review(1, 200 << 10));
        assertTrue(backlog.isFull());
    }

    @Test
    void moreThanSendersCanHaveUnderWayIsTooMuchAtOnce() {
        backlog.add(800 << 10);
        assertEquals(Verdict.SLOW, backlog.review(0, 800 << 10));
    }
}
