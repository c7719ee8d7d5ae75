package dev.sluice.core.load;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SocketBacklogTest {
    private static final long MILLI = 1_000_000L;
    private static final String SOCKET = "one";

    private final SocketBacklog backlog = new SocketBacklog();

    /** Reads the socket every 5 ms, never to its end. */
    private void behind(long fromMillis, long toMillis) {
        for (long at = fromMillis; at <= toMillis; at += 5) {
            backlog.onBurst(at * MILLI, SOCKET, true);
        }
    }

    @Test
    void whatWaitedTooLongIsReadPastUntilNothingWaits() {
        behind(0, 195);
        assertFalse(backlog.isReadPast(), "not yet too long");

        behind(200, 500);
        assertTrue(backlog.isReadPast());

        backlog.onBurst(501 * MILLI, SOCKET, false);
        assertFalse(backlog.isReadPast(), "empty, and long enough");
    }

    @Test
    void readingPastIsNoMatterOfMilliseconds() {
        behind(0, 200);
        backlog.onBurst(210 * MILLI, SOCKET, false);
        assertTrue(backlog.isReadPast(), "to go on at once would only tear gaps");

        backlog.review(499 * MILLI);
        assertTrue(backlog.isReadPast());

        backlog.review(500 * MILLI);
        assertFalse(backlog.isReadPast(), "though nothing came any more");
    }

    @Test
    void whoWasOverloadedNoticesSooner() {
        backlog.warned(true);
        behind(0, 45);
        assertFalse(backlog.isReadPast());

        behind(50, 50);
        assertTrue(backlog.isReadPast());
    }

    @Test
    void aPauseIsNoBacklog() {
        backlog.onBurst(0, SOCKET, false);
        behind(2000, 2150); // what came in two seconds of standing still
        backlog.onBurst(2155 * MILLI, SOCKET, false);
        behind(2160, 2350);

        assertFalse(backlog.isReadPast());
    }

    @Test
    void anEmptySocketSaysNothingOfAnotherOne() {
        for (long at = 0; at <= 200; at += 5) {
            backlog.onBurst(at * MILLI, SOCKET, true);
            backlog.onBurst(at * MILLI, "another", false);
        }

        assertTrue(backlog.isReadPast());
    }
}
