package dev.sluice.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private static final class Machine implements Timed {
        private final List<Long> calls = new ArrayList<>();
        private long next;
        private boolean greedy;

        Machine(long next) {
            this.next = next;
        }

        @Override
        public long nextTimeout() {
            return next;
        }

        @Override
        public void onTimeout(long nowNanos) {
            calls.add(nowNanos);
            next = greedy ? nowNanos : NEVER;
        }
    }

    private final Deadlines deadlines = new Deadlines();

    @Test
    void everyMachineIsCalledInItsTimeAndOnce() {
        SplittableRandom random = new SplittableRandom(7);
        List<Machine> machines = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            machines.add(new Machine(random.nextInt(1, 10_000)));
            deadlines.add(machines.get(i));
        }
        List<Long> wanted = machines.stream().map(Machine::nextTimeout).toList();

        for (long now = 0; now <= 10_000; now += 10) {
            deadlines.runDue(now);
        }

        for (int i = 0; i < machines.size(); i++) {
            assertEquals(1, machines.get(i).calls.size());
            long late = machines.get(i).calls.get(0) - wanted.get(i);
            assertTrue(late >= 0 && late < 10, "late by " + late);
        }
    }

    @Test
    void anEarlierDeadlineCountsAfterUpdate() {
        Machine machine = new Machine(Timed.NEVER);
        Deadlines.Timer timer = deadlines.add(machine);
        deadlines.runDue(100);

        machine.next = 150;
        timer.update();
        deadlines.runDue(160);

        assertEquals(List.of(160L), machine.calls);
    }

    @Test
    void cancelledMachinesAreNotCalledAndLeaveNoTrace() {
        List<Deadlines.Timer> timers = new ArrayList<>();
        List<Machine> machines = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            machines.add(new Machine(i % 17));
            timers.add(deadlines.add(machines.get(i)));
        }
        for (int i = 0; i < 200; i += 2) {
            timers.get(i).cancel();
            timers.get(i).cancel();
        }

        deadlines.runDue(100);

        for (int i = 0; i < 200; i++) {
            assertEquals(i % 2, machines.get(i).calls.size());
        }
        assertEquals(100, deadlines.size());
    }

    @Test
    void aMachineThatIsAlwaysDueDoesNotStarveTheRest() {
        Machine greedy = new Machine(0);
        greedy.greedy = true;
        Machine other = new Machine(5);
        deadlines.add(greedy);
        deadlines.add(other);

        deadlines.runDue(10);

        assertEquals(1, other.calls.size());
        assertEquals(1, greedy.calls.size());
    }

    @Test
    void coarseDeadlinesMeetAtTenthsOfASecond() {
        assertEquals(0, Timed.coarse(0));
        assertEquals(100_000_000L, Timed.coarse(1));
        assertEquals(100_000_000L, Timed.coarse(100_000_000L));
        assertEquals(200_000_000L, Timed.coarse(100_000_001L));
        assertEquals(0, Timed.coarse(-99_999_999L));
        assertEquals(Timed.NEVER, Timed.coarse(Timed.NEVER));
    }
}
