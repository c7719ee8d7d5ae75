package dev.sluice.core.simulation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.DropReason;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sound that is lost on the way to a subscriber who asks for it. */
class SoundRepairTest {
    private static final int OPUS = Simulation.OPUS_TYPE;

    private final Simulation simulation = new Simulation(1);
    private final SimulatedPublisher speaker =
            new SimulatedPublisher(simulation, "speaker", false, 300_000).start();

    private SimulatedViewer viewer(double loss, boolean asks) {
        simulation.run(2);
        SimulatedViewer viewer =
                new SimulatedViewer(simulation, simulation.link().delay(25).loss(loss));
        if (asks) {
            viewer.askForSound();
        }
        viewer.watch(speaker);
        return viewer;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.3})
    void nearlyAllOfItComesInTheEnd(double loss) {
        SimulatedViewer viewer = viewer(loss, true);

        simulation.run(60);

        assertTrue(viewer.audioLoss() <= 0.01, "lost " + viewer.audioLoss());
        assertEquals(0, simulation.count(DropReason.INDEX_USED));
    }

    @Test
    void whoDoesNotAskLosesIt() {
        SimulatedViewer viewer = viewer(0.3, false);

        simulation.run(60);

        assertEquals(0.3, viewer.audioLoss(), 0.05);
    }

    /** One bit that differs under the same index would betray the keys. */
    @Test
    void whatIsSentAgainIsTheSameToTheBit() {
        Map<Integer, byte[]> sent = new HashMap<>();
        int[] again = new int[1];
        simulation.tap((_, datagram) -> {
            if ((datagram[1] & 0x7F) == OPUS) {
                int sequence = (datagram[2] & 0xFF) << 8 | (datagram[3] & 0xFF);
                byte[] content = Simulation.content(datagram);
                byte[] before = sent.putIfAbsent(sequence, content);
                if (before != null) {
                    assertArrayEquals(before, content);
                    again[0]++;
                }
            }
        });
        viewer(0.3, true);

        simulation.run(60);

        assertTrue(again[0] > 500, again[0] + " were sent again");
        assertTrue(simulation.count(Counter.NACK_ANSWERED) >= again[0]);
    }

    @Test
    void whoAsksForEverythingGetsNoMoreThanAShareOfIt() {
        SimulatedViewer viewer = viewer(0, true);
        simulation.run(10);
        long before = simulation.count(Counter.AUDIO_PACKETS_OUT);
        for (int i = 0; i < 2_000; i++) {
            simulation.at(10 + i / 100.0, viewer::askForAllSound);
        }

        simulation.run(30);

        long sent = simulation.count(Counter.AUDIO_PACKETS_OUT) - before;
        assertTrue(sent <= 1.6 * 20 * 50, sent + " packets in twenty seconds");
        assertTrue(sent >= 1.3 * 20 * 50, "and some: " + sent);
    }
}
