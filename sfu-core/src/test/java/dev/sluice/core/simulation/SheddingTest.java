package dev.sluice.core.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.core.congestion.LayerReason;
import dev.sluice.core.load.LoadLevel;
import dev.sluice.core.media.Wish;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.DropReason;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What subscribers get of a worker that has too much to do, in virtual time. */
class SheddingTest {
    private static final double[] LAYERS = {150_000, 500_000, 1_700_000};

    private final Simulation simulation = new Simulation(1);
    private final SimulatedPublisher pinned =
            new SimulatedPublisher(simulation, "pinned", false, LAYERS).start();
    private final SimulatedPublisher tile =
            new SimulatedPublisher(simulation, "tile", false, LAYERS).temporalLayers(3).start();

    private SimulatedViewer viewer;
    private List<SimulatedDecoder> pictures;

    private void watch(boolean feedback) {
        simulation.run(3);
        viewer = new SimulatedViewer(simulation, simulation.link().delay(25).rate(20e6));
        if (!feedback) {
            viewer.silentFeedback();
        }
        pictures = List.of(viewer.watch(pinned), viewer.watch(tile));
        viewer.wish(pinned, new Wish(Wish.HIGHEST, LayerReason.SUBSCRIBER_SIZE, 0, 1, false));
        simulation.run(20);
        assertTrue(pictures.get(0).share(2, 15, 20) > 0.95, "the pinned one is whole");
        assertTrue(pictures.get(1).share(2, 15, 20) > 0.95, "the tile is whole");
    }

    private void shed(LoadLevel level, double until) {
        simulation.shedding().level(level);
        simulation.run(until);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tilesBecomeSmallBeforeTheStageDoes(boolean feedback) {
        watch(feedback);

        shed(LoadLevel.NO_TOP_LAYERS, 30);
        assertTrue(pictures.get(0).share(2, 25, 30) > 0.95, "the pinned one stays");
        assertTrue(pictures.get(1).share(1, 25, 30) > 0.95, "the tile has the middle layer");
        assertEquals(LayerReason.SERVER_POLICY, viewer.reason(tile));

        shed(LoadLevel.FEW_FRAMES, 40);
        assertTrue(pictures.get(0).share(1, 35, 40) > 0.95, "the pinned one gives its top layer");
        assertEquals(0, pictures.get(1).share(1, 35, 40), "the tile has the lowest one");
        assertEquals(7.5, pictures.get(1).framesPerSecond(35, 40), 1, "with few frames");

        shed(LoadLevel.STAGE_ONLY, 50);
        assertEquals(0, pictures.get(0).share(1, 45, 50), "the pinned one is small");
        assertTrue(pictures.get(0).framesPerSecond(45, 50) > 5, "but there");
        assertEquals(0, pictures.get(1).framesPerSecond(45, 50), 0.01, "the tile pauses");
        assertEquals(LayerReason.SERVER_POLICY, viewer.reason(tile));
        assertTrue(simulation.count(Counter.TRACKS_SHED) > 0);

        shed(LoadLevel.AUDIO_ONLY, 60);
        assertEquals(0, pictures.get(0).framesPerSecond(55, 60), 0.01, "no video is left");

        shed(LoadLevel.NORMAL, 75);
        assertTrue(pictures.get(0).share(2, 70, 75) > 0.95, "everything is back");
        assertTrue(pictures.get(1).share(2, 70, 75) > 0.95, "everything is back");
        assertEquals(0, pictures.get(0).residualLoss());
        assertEquals(0, pictures.get(1).residualLoss());
    }

    @Test
    void theOnlyVideoOfASubscriberIsItsStage() {
        simulation.run(3);
        SimulatedViewer one =
                new SimulatedViewer(simulation, simulation.link().delay(25).rate(20e6));
        SimulatedDecoder picture = one.watch(tile);
        simulation.run(15);

        shed(LoadLevel.STAGE_ONLY, 30);

        assertTrue(picture.framesPerSecond(25, 30) > 5, "it is not paused");
        assertEquals(0, picture.share(1, 25, 30), "but small");
    }

    @Test
    void videoThatWasReadPastComesBackWithAKeyFrameAndWithoutRetransmissions() {
        watch(true);
        long asked = simulation.count(Counter.NACK_OUT);

        simulation.shedding().readPast(true);
        simulation.run(20.5);
        simulation.shedding().readPast(false);
        simulation.run(40);

        assertEquals(asked, simulation.count(Counter.NACK_OUT), "nobody asks for what is old");
        assertTrue(simulation.count(DropReason.RTP_SHED) > 50, "packets were read past");
        assertTrue(pictures.get(0).framesPerSecond(22, 24) > 25, "it goes on soon");
        assertTrue(pictures.get(0).share(2, 35, 40) > 0.95, "as before");
        assertTrue(pictures.get(0).residualLoss() < 0.02, "half a second of thirty is gone");
    }

    /** A publisher that goes on sending is still understood after 45,000 unopened packets. */
    @Test
    void videoComesBackAfterMinutesOfSoundAlone() {
        watch(true);

        shed(LoadLevel.AUDIO_ONLY, 240);
        shed(LoadLevel.NORMAL, 260);

        assertTrue(pictures.get(0).share(2, 255, 260) > 0.95, "everything is back");
        assertTrue(pictures.get(1).share(2, 255, 260) > 0.95, "everything is back");
    }

    @Test
    void soundIsNeverShed() {
        simulation.run(3);
        SimulatedViewer one =
                new SimulatedViewer(simulation, simulation.link().delay(25).rate(20e6));
        one.see(tile);
        one.watch(pinned);
        simulation.run(10);

        shed(LoadLevel.AUDIO_ONLY, 40);
        simulation.shedding().readPast(true);
        shed(LoadLevel.NORMAL, 45);

        assertEquals(0, one.audioLost());
        assertTrue(one.receivedBytes() > 100_000, "it heard " + one.receivedBytes());
    }
}
