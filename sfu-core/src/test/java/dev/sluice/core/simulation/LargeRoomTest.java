package dev.sluice.core.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.core.media.AudioLimit;
import dev.sluice.core.media.TrackRelay;
import dev.sluice.rtp.RtpPacket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Of a large room only the loudest are forwarded, here and to other workers. */
class LargeRoomTest {
    private static final int SILENT = 127;
    private static final int LOUD = 20;

    /** What goes to another worker. */
    private static final class Relayed implements TrackRelay {
        private final List<Integer> numbers = new ArrayList<>();
        private final List<Boolean> resumed = new ArrayList<>();

        @Override
        public boolean goesBy(Object link) {
            return false;
        }

        @Override
        public void onRtp(int layer, RtpPacket packet, boolean recovered, boolean resumes) {
            numbers.add(packet.sequenceNumber());
            resumed.add(resumes);
        }

        @Override
        public void onSenderReport(int layer, long ntp, long timestamp) {}

        @Override
        public void close() {}
    }

    private final Simulation simulation = new Simulation(1, new AudioLimit(1, 2));

    private SimulatedPublisher publisher(String name, int level) {
        return new SimulatedPublisher(simulation, name, false, 150_000).level(level).start();
    }

    private Relayed relay(SimulatedPublisher publisher) {
        Relayed relayed = new Relayed();
        simulation.room().track(publisher.audioId()).add(simulation.now(), relayed);
        return relayed;
    }

    @Test
    void onlyTheLoudestIsHeardAndFromBeforeItsFirstWord() {
        SimulatedPublisher one = publisher("one", SILENT);
        SimulatedPublisher two = publisher("two", SILENT);
        Relayed first = relay(one);
        SimulatedViewer viewer = new SimulatedViewer(simulation, simulation.link().delay(25));
        viewer.watch(one);
        simulation.run(1);
        assertTrue(first.numbers.size() > 40, "a small room hears silence too");

        SimulatedPublisher three = publisher("three", SILENT);
        Relayed second = relay(two);
        Relayed third = relay(three);
        simulation.run(2);
        int before = first.numbers.size() + second.numbers.size();
        simulation.run(3);
        int silence = first.numbers.size() + second.numbers.size() - before;
        assertTrue(silence <= 51, "one at most goes on: " + silence);
        assertEquals(0, third.numbers.size());

        three.level(LOUD);
        simulation.run(5.5);
        assertTrue(third.resumed.get(0), "numbers run on from here");
        assertFalse(third.resumed.subList(1, third.resumed.size()).contains(true));
        for (int i = 1; i < third.numbers.size(); i++) {
            assertEquals((third.numbers.get(i - 1) + 1) & 0xFFFF, third.numbers.get(i));
        }
        assertEquals(3 + 125, third.numbers.size(), 2, "60 ms from before, then 2.5 s");
        int afterwards = first.numbers.size();
        simulation.run(6.5);
        assertEquals(afterwards, first.numbers.size(), "who is silent gave way");
        assertEquals(0, viewer.audioLoss(), "which is no loss");
    }
}
