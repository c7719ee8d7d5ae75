package dev.sluice.core.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FrameHoldTest {
    private static final long MICRO = 1_000L;

    private final FrameHold hold = new FrameHold();

    @Test
    void allButTheLastPacketOfAFrameMayWait() {
        assertTrue(hold.mayWait(0, 3000, false));
        assertTrue(hold.mayWait(20 * MICRO, 3000, false));
        assertFalse(hold.mayWait(40 * MICRO, 3000, true));
        assertFalse(hold.mayWait(40 * MICRO, 6000, true), "a frame of one packet never waits");
    }

    @Test
    void whoPacesPacketsIsNotHeldUntilTheyComeTogetherAgain() {
        long now = 0;
        boolean waits = true;
        for (int frame = 0; frame < 10; frame++) {
            for (int packet = 0; packet < 5; packet++) {
                now += 2_000 * MICRO;
                waits = hold.mayWait(now, frame, packet == 4);
            }
        }
        assertFalse(hold.mayWait(now + 2_000 * MICRO, 10, false), "2 ms apart");

        for (int frame = 20; frame < 24; frame++) {
            now += 33_000 * MICRO;
            for (int packet = 0; packet < 5; packet++) {
                now += 10 * MICRO;
                waits = hold.mayWait(now, frame, false);
            }
        }
        assertTrue(waits);
    }

    @Test
    void whatWaitsIsBoundedInNumberAndTime() {
        int held = 0;
        while (hold.mayWait(held, 1, false)) {
            assertEquals(held == 0, hold.add(500 + held, held, 1000 + held, held));
            held++;
        }
        assertEquals(FrameHold.CAPACITY - 1, held);
        assertEquals(500 + FrameHold.MAX_HOLD_NANOS, hold.deadlineNanos());
        assertEquals(1003, hold.number(3));
        assertEquals(3, hold.slot(3));
        assertEquals(0, hold.mark(0));
        assertEquals(3, hold.mark(3));
        hold.clear();
        assertTrue(hold.isEmpty());
    }
}
