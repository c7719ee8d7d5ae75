package dev.sluice.core.media;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.core.media.AudioSelector.Standing;
import org.junit.jupiter.api.Test;

class AudioSelectorTest {
    private static final long SECOND = 1_000_000_000L;

    private final AudioSelector selector = new AudioSelector(2, 2);
    private final Standing one = selector.join();
    private final Standing two = selector.join();
    private final Standing three = selector.join();

    private boolean speak(long nowNanos, Standing who, int level) {
        boolean passes = false;
        for (int i = 0; i < 50; i++) {
            passes = selector.passes(nowNanos, who, level);
        }
        return passes;
    }

    @Test
    void silenceIsNotForwardedUntilSomebodySpeaks() {
        assertFalse(selector.passes(0, one, 127));
        assertTrue(selector.passes(0, one, 30), "from the first loud packet on");
        assertTrue(selector.passes(SECOND, one, 127), "and its pauses too");
    }

    @Test
    void aThirdSpeakerWaitsUnlessItIsMuchLouder() {
        assertTrue(speak(0, one, 30));
        assertTrue(speak(0, two, 25));
        assertFalse(speak(1, three, 28));
        assertTrue(speak(2, three, 15));
        assertFalse(one.isIn(), "the quietest gave way");
        assertTrue(two.isIn());
    }

    @Test
    void whoFellSilentGivesItsPlace() {
        assertTrue(speak(0, one, 10));
        assertTrue(speak(0, two, 20));
        assertTrue(speak(SECOND, two, 20));
        assertTrue(speak(2 * SECOND + 1, three, 40), "a quiet voice instead of silence");
        assertFalse(one.isIn());
    }

    @Test
    void aSmallRoomHearsEverybodyAndALargerOneTheLoudest() {
        AudioSelector room = new AudioSelector(1, 2);
        Standing first = room.join();
        Standing second = room.join();
        assertTrue(room.passes(0, first, 127), "even silence");
        assertTrue(room.passes(0, second, 20));

        Standing late = room.join();
        assertFalse(room.passes(1, late, 127));
        assertFalse(room.passes(1, first, 127), "the silent one leaves");
        assertTrue(room.passes(1, second, 20));

        room.leave(late);
        assertTrue(room.passes(2, first, 127), "small again");
    }

    @Test
    void whoLeavesFreesItsPlace() {
        speak(0, one, 10);
        speak(0, two, 10);
        assertFalse(speak(1, three, 12));
        selector.leave(one);
        assertTrue(speak(2, three, 12));
    }
}
