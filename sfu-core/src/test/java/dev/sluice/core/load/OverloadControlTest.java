package dev.sluice.core.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

/** Overload in virtual time: a loop whose load depends on what is shed. */
class OverloadControlTest {
    /** What is left of the work at each level. */
    private static final double[] REST = {1, 1, 1, 0.7, 0.4, 0.2, 0.1};

    private final OverloadControl control = new OverloadControl(0.85);
    private LoopLoad loop = new LoopLoad(0, 0);
    private double work;
    private long now;
    private long cpu;
    private final List<LoadLevel> levels = new ArrayList<>(List.of(LoadLevel.NORMAL));

    /** Lets a loop with so much to do run for some seconds. */
    private void run(double seconds, DoubleSupplier demand) {
        long end = now + (long) (seconds * 1e9);
        while (now < end) {
            now += LoopLoad.SAMPLE_NANOS;
            work = demand.getAsDouble() * REST[control.level().number()];
            cpu += (long) (Math.min(1, work) * LoopLoad.SAMPLE_NANOS);
            loop.sample(now, cpu, false);
            LoadLevel level = control.onLoad(now, loop.load(), false);
            if (level != levels.getLast()) {
                levels.add(level);
            }
        }
    }

    @Test
    void nothingIsShedBelowTheLimit() {
        run(60, () -> 0.8);

        assertEquals(List.of(LoadLevel.NORMAL), levels);
    }

    @Test
    void theStepsComeInTheStatedOrderAndGoBackInIt() {
        run(30, () -> 2);

        assertEquals(LoadLevel.FEW_FRAMES, control.level(), "enough is shed then");
        assertEquals(
                List.of(
                        LoadLevel.NORMAL,
                        LoadLevel.NO_ROOMS,
                        LoadLevel.NO_JOINS,
                        LoadLevel.NO_TOP_LAYERS,
                        LoadLevel.FEW_FRAMES),
                levels);
        levels.clear();
        levels.add(LoadLevel.FEW_FRAMES);

        run(5, () -> 0.4);

        assertEquals(
                List.of(
                        LoadLevel.FEW_FRAMES,
                        LoadLevel.NO_TOP_LAYERS,
                        LoadLevel.NO_JOINS,
                        LoadLevel.NO_ROOMS,
                        LoadLevel.NORMAL),
                levels);
    }

    @Test
    void everythingIsBackFiveSecondsAfterTheWorst() {
        run(60, () -> 20);
        assertEquals(LoadLevel.AUDIO_ONLY, control.level());

        run(5, () -> 0.3);

        assertEquals(LoadLevel.NORMAL, control.level());
    }

    /**
     * Somebody else takes the core: what is shed shows no load, and tries to go back are in vain.
     */
    @Test
    void everythingIsBackSoonAfterManyTriesInVain() {
        for (int i = 0; i < 240; i++) {
            now += LoopLoad.SAMPLE_NANOS;
            boolean behind = control.level().compareTo(LoadLevel.STAGE_ONLY) < 0;
            control.onLoad(now, 0.07, behind);
        }
        assertTrue(control.level().thins(), "level " + control.level());
        long gone = now;

        while (control.level() != LoadLevel.NORMAL && now - gone < 10_000_000_000L) {
            now += LoopLoad.SAMPLE_NANOS;
            control.onLoad(now, 0.07, false);
        }

        assertEquals(LoadLevel.NORMAL, control.level());
        assertTrue(now - gone <= 5_000_000_000L, (now - gone) / 1e9 + " s");
    }

    @Test
    void steadyOverloadDoesNotOscillate() {
        for (double demand = 0.86; demand < 6; demand *= 1.07) {
            double steady = demand;
            OverloadControlTest one = new OverloadControlTest();
            one.run(20, () -> steady);
            int before = one.levels.size();

            one.run(120, () -> steady);

            int steps = one.levels.size() - before;
            assertTrue(steps <= 6, "demand " + steady + " made " + steps + " steps in two minutes");
        }
    }

    @Test
    void aPauseOfTheLoopIsNoOverload() {
        run(10, () -> 0.3);
        run(0.25, () -> 1);
        run(10, () -> 0.3);

        assertEquals(List.of(LoadLevel.NORMAL), levels);
    }

    @Test
    void withoutALimitNothingIsEverShed() {
        OverloadControl none = new OverloadControl(0);
        for (int i = 1; i < 100; i++) {
            assertEquals(LoadLevel.NORMAL, none.onLoad(i * 1_000_000_000L, 1, true));
        }
    }

    @Test
    void lateTicksCountWhereSomebodyElseHasTheCore() {
        loop = new LoopLoad(0, 0);
        for (int i = 1; i <= 100; i++) { // a tick every 50 ms, each 45 ms late
            long due = i * 50_000_000L;
            loop.onTick(due + 45_000_000L, due);
            if (loop.isDue(due)) {
                loop.sample(due, 0, false);
            }
        }

        assertTrue(loop.load() > 0.85, "load " + loop.load());
        assertEquals(loop.lag(), loop.load(), 0.01);
    }

    @Test
    void socketsThatRefuseWhatWaitedTooLongAreOverload() {
        loop = new LoopLoad(0, 0);
        for (int i = 1; i <= 20; i++) {
            loop.sample(i * LoopLoad.SAMPLE_NANOS, i * 1_000_000L, true);
        }

        assertTrue(loop.load() > 0.95, "load " + loop.load());
    }

    @Test
    void whoIsBehindShedsEverythingButSoundInTwoSeconds() {
        for (int i = 1; i <= 8; i++) {
            now += LoopLoad.SAMPLE_NANOS;
            loop.onBurst(64 * 20, true);
            loop.sample(now, 0, false);
            assertEquals(i > 1, loop.isBehind(), "a single sample may be one large frame");
            control.onLoad(now, loop.load(), loop.isBehind());
        }

        assertEquals(LoadLevel.AUDIO_ONLY, control.level());
    }

    @Test
    void whoReadsPastWhatWaitedIsBehind() {
        for (int i = 1; i <= 6; i++) {
            now += LoopLoad.SAMPLE_NANOS;
            loop.onReadPast();
            loop.sample(now, 0, false);
            assertTrue(loop.isBehind());
            control.onLoad(now, loop.load(), loop.isBehind());
        }
        assertEquals(LoadLevel.AUDIO_ONLY, control.level());

        loop.sample(now + LoopLoad.SAMPLE_NANOS, 0, false);

        assertFalse(loop.isBehind(), "not for ever");
    }

    /** Goes up to a level by what is measured, and says how long no step back is tried there. */
    private double secondsAt(LoadLevel high) {
        while (control.level() != high) {
            now += LoopLoad.SAMPLE_NANOS;
            control.onLoad(now, 2, false);
        }
        long stepped = now;
        while (control.level() == high && now - stepped < 300_000_000_000L) {
            now += LoopLoad.SAMPLE_NANOS;
            control.onLoad(now, 0.4, false); // a fifth, so that it seems to be needed
        }
        return (now - stepped) / 1e9;
    }

    @Test
    void whatWasLearntIsDoubtedSoonAndLaterAfterTriesInVain() {
        assertEquals(5, secondsAt(LoadLevel.FEW_FRAMES), 0.3);
        assertEquals(10, secondsAt(LoadLevel.FEW_FRAMES), 0.3);
        assertEquals(20, secondsAt(LoadLevel.FEW_FRAMES), 0.3);
        secondsAt(LoadLevel.FEW_FRAMES);
        secondsAt(LoadLevel.FEW_FRAMES);
        assertEquals(80, secondsAt(LoadLevel.FEW_FRAMES), 0.3, "but not for ever");
    }

    /** A build on the same machine, a migration of a virtual machine: all is as before then. */
    @Test
    void aMomentWithoutAProcessorIsForgottenInSeconds() {
        run(10, () -> 0.25);
        for (int i = 0; i < 4; i++) {
            now += LoopLoad.SAMPLE_NANOS;
            loop.onReadPast();
            loop.sample(now, cpu, false);
            control.onLoad(now, loop.load(), loop.isBehind());
        }
        assertTrue(control.level().thins());

        run(5, () -> 0.25);

        assertEquals(LoadLevel.NORMAL, control.level());
    }

    @Test
    void fullBurstsAmongManyThatAreNotAreNoOverload() {
        for (int i = 1; i <= 40; i++) {
            loop.onBurst(64 * 10, true);
            for (int j = 0; j < 100; j++) {
                loop.onBurst(5, false);
            }
            loop.sample(i * LoopLoad.SAMPLE_NANOS, 0, false);
            assertEquals(false, loop.isBehind());
        }
    }
}
