package dev.sluice.core.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.core.congestion.BitrateAllocator.Budget;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BitrateAllocatorTest {
    private static final int CAMERA = 1;
    private static final int SCREEN = 255;

    private final BitrateAllocator allocator = new BitrateAllocator();

    private static Budget steady(double bits) {
        return new Budget().set(bits, bits, 0, LimitedBy.DELAY, false);
    }

    /** Describes a track again, as it is granted now. */
    private static TrackDemand describe(TrackDemand track, boolean screen, int order, int... kbps) {
        int spatial = track.spatial();
        track.begin(screen ? SCREEN : CAMERA, screen, order);
        for (int i = 0; i < kbps.length; i++) {
            track.rung(i, 0, kbps[i] * 1000.0, i == spatial);
        }
        return track;
    }

    private void allocate(Budget budget, double nowMs, TrackDemand... tracks) {
        allocator.clear();
        for (TrackDemand track : tracks) {
            allocator.add(track);
        }
        allocator.allocate(budget, nowMs);
    }

    @Test
    void everythingThatFitsWithRoomIsGranted() {
        TrackDemand track = describe(new TrackDemand(), false, 0, 150, 500, 1700);
        allocate(steady(1.15 * 1_700_000), 0, track);

        assertEquals(2, track.spatial());
        assertEquals(LayerReason.NONE, track.reason());
        assertEquals(0, allocator.goal());
    }

    @Test
    void withoutRoomTheStepIsTheGoalOfAProbe() {
        TrackDemand track = describe(new TrackDemand(), false, 0, 150, 500, 1700);
        allocate(steady(1.1 * 1_700_000), 0, track);

        assertEquals(1, track.spatial());
        assertEquals(LayerReason.BANDWIDTH_DELAY, track.reason());
        assertEquals(BitrateAllocator.GOAL * 1_700_000, allocator.goal(), 1);
    }

    @Test
    void whatAProbeProvedNeedsNoSteadiness() {
        TrackDemand track = describe(new TrackDemand(), false, 0, 150, 500);
        allocate(new Budget().set(600_000, 300_000, 0, LimitedBy.DELAY, false), 0, track);
        assertEquals(0, track.spatial());

        describe(track, false, 0, 150, 500);
        allocate(new Budget().set(600_000, 300_000, 600_000, LimitedBy.DELAY, false), 1, track);

        assertEquals(1, track.spatial());
    }

    @Test
    void goesDownAtOnceButSparesWhatHasJustRisen() {
        TrackDemand track = describe(new TrackDemand(), false, 0, 150, 500);
        allocate(steady(1_000_000), 0, track);
        assertEquals(1, track.spatial());

        describe(track, false, 0, 150, 500);
        allocate(steady(300_000), 500, track);
        assertEquals(1, track.spatial(), "the estimate alone does not undo it within a second");

        describe(track, false, 0, 150, 500);
        allocate(new Budget().set(300_000, 300_000, 0, LimitedBy.DELAY, true), 600, track);
        assertEquals(0, track.spatial(), "a full queue does");
    }

    @Test
    void eachUndoneStepMakesTheNextWaitLonger() {
        TrackDemand track = new TrackDemand();
        double now = 0;
        double[] rests = new double[4];
        for (int i = 0; i < rests.length; i++) {
            do {
                describe(track, false, 0, 150, 500);
                now += 100;
                allocate(steady(1_000_000), now, track);
            } while (track.spatial() == 0);
            double down = now + 1500;
            describe(track, false, 0, 150, 500);
            allocate(steady(300_000), down, track);
            assertEquals(0, track.spatial());
            now = down;
            do {
                describe(track, false, 0, 150, 500);
                now += 100;
                allocate(steady(1_000_000), now, track);
                if (track.spatial() == 0) {
                    assertEquals(LayerReason.HOLD_DOWN, track.reason());
                }
            } while (track.spatial() == 0);
            rests[i] = now - down;
        }
        for (int i = 1; i < rests.length; i++) {
            assertTrue(rests[i] > 1.7 * rests[i - 1], rests[i - 1] + " then " + rests[i]);
        }
    }

    @Test
    void theScreenComesFirstAndTilesKeepTheirLowest() {
        TrackDemand one = describe(new TrackDemand(), false, 0, 150, 500);
        TrackDemand two = describe(new TrackDemand(), false, 1, 150, 500);
        TrackDemand screen = describe(new TrackDemand(), true, 2, 100, 400);
        allocate(steady(1_000_000), 0, one, two, screen);

        assertEquals(1, screen.spatial());
        assertEquals(0, one.spatial());
        assertEquals(0, two.spatial());
        assertEquals(LayerReason.PRIORITY, one.reason());
    }

    @Test
    void whatDoesNotFitIsPausedFromTheEnd() {
        List<TrackDemand> tiles = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            tiles.add(describe(new TrackDemand(), false, i, 150, 500));
        }
        TrackDemand[] all = tiles.toArray(TrackDemand[]::new);
        allocate(steady(650_000), 0, all);

        for (int i = 0; i < 10; i++) {
            assertEquals(i >= 4, tiles.get(i).isPaused(), "tile " + i);
            assertFalse(tiles.get(i).reason() == LayerReason.NONE, "tile " + i);
        }
    }

    @Test
    void theLastLittlePictureStaysWhileNothingQueuesOrIsLost() {
        TrackDemand track = describe(new TrackDemand(), false, 0, 150);
        allocate(steady(300_000), 0, track);
        describe(track, false, 0, 150);
        allocate(steady(60_000), 5_000, track);
        assertEquals(0, track.spatial());

        describe(track, false, 0, 150);
        allocate(new Budget().set(60_000, 60_000, 0, LimitedBy.LOSS, true), 6_000, track);
        assertTrue(track.isPaused());
        assertEquals(LayerReason.BANDWIDTH_LOSS, track.reason());
    }

    @Test
    void whoBecomesMoreImportantTakesFromTheOthers() {
        TrackDemand first = new TrackDemand();
        TrackDemand second = new TrackDemand();
        describe(first, false, 0, 150, 500);
        describe(second, false, 1, 150, 500);
        allocate(steady(800_000), 0, first, second);
        assertEquals(1, first.spatial());
        assertEquals(0, second.spatial());

        describe(first, false, 0, 150, 500);
        second.begin(255, false, 1);
        second.rung(0, 0, 150_000, true);
        second.rung(1, 0, 500_000, false);
        allocate(steady(800_000), 5_000, first, second);
        assertEquals(1, second.spatial());
        assertEquals(LayerReason.NONE, second.reason());
        assertEquals(0, first.spatial());
        assertEquals(LayerReason.PRIORITY, first.reason());
        assertEquals(650_000, allocator.total(), 1);
    }

    @Test
    void anyInputKeepsToTheBudgetAndHasOneReasonForEverythingMissing() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 10_000; round++) {
            List<TrackDemand> tracks = new ArrayList<>();
            int[][] costs = new int[random.nextInt(1, 12)][];
            for (int i = 0; i < costs.length; i++) {
                costs[i] = new int[random.nextInt(1, 4)];
                int cost = 260; // above what is spared as a last resort
                for (int k = 0; k < costs[i].length; k++) {
                    cost += random.nextInt(1, 900);
                    costs[i][k] = cost;
                }
                tracks.add(new TrackDemand());
            }
            double now = 0;
            for (int step = 0; step < 3; step++) {
                double bits = random.nextDouble(30_000, 6_000_000);
                now += random.nextDouble(2_000, 20_000);
                allocator.clear();
                for (int i = 0; i < costs.length; i++) {
                    allocator.add(describe(tracks.get(i), false, i, costs[i]));
                }
                allocator.allocate(steady(bits), now);
                double total = 0;
                for (int i = 0; i < costs.length; i++) {
                    TrackDemand track = tracks.get(i);
                    total += track.grantedBits();
                    boolean full = track.spatial() == costs[i].length - 1;
                    assertEquals(full, track.reason() == LayerReason.NONE, "round " + round);
                }
                assertTrue(total * 0.97 <= bits, "granted " + total + " of " + bits);
                assertEquals(allocator.total(), total, 1);
            }
        }
    }
}
