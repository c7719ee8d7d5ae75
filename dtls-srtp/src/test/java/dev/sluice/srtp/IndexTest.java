package dev.sluice.srtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Index guess, replay window and used indexes at the edges and against a plain set. */
class IndexTest {
    @ParameterizedTest
    @CsvSource({
        "-1, 7, 7", // first packet
        "65535, 0, 65536", // roll-over
        "65536, 65535, 65535", // late, from before it
        "0, 65535, -1", // before the first cycle
        "0, 32768, 32768",
        "32768, 0, 0", // exactly half: same cycle
        "32769, 0, 65536", // more than half: next cycle
        "98303, 65535, 131071",
        "281474976645120, 0, 281474976645120" // ROC 2^32 − 1
    })
    void guessFollowsAppendixA(long highest, int sequence, long expected) {
        assertEquals(expected, PacketIndex.guess(highest, sequence));
    }

    @Test
    void windowAgreesWithASet() {
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ReplayWindow window = new ReplayWindow();
            Set<Long> seen = new HashSet<>();
            long highest = -1;
            long at = random.nextInt(1000);
            for (int i = 0; i < 2000; i++) {
                at = Math.max(0, at + random.nextInt(-140, 150));
                boolean expected =
                        !seen.contains(at) && (highest < 0 || highest - at < ReplayWindow.SIZE);
                assertEquals(expected, window.accepts(at), "seed " + seed + " index " + at);
                if (expected) {
                    window.mark(at);
                    seen.add(at);
                    highest = Math.max(highest, at);
                }
            }
        }
    }

    @Test
    void everyIndexIsTakenOnce() {
        for (int seed = 0; seed < 100; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            UsedIndexes used = new UsedIndexes();
            Set<Long> taken = new HashSet<>();
            long at = 65_000;
            for (int i = 0; i < 5000; i++) {
                at = Math.max(0, at + random.nextInt(-600, 620));
                if (used.take(at)) {
                    assertTrue(taken.add(at), "seed " + seed + ": index " + at + " taken twice");
                }
            }
        }
    }

    @Test
    void anIndexBehindTheWindowIsRefused() {
        UsedIndexes used = new UsedIndexes();
        assertTrue(used.take(10_000));

        assertTrue(used.take(10_000 - UsedIndexes.WINDOW + 1));
        assertFalse(used.take(10_000 - UsedIndexes.WINDOW));
        assertFalse(used.take(10_000));
    }
}
