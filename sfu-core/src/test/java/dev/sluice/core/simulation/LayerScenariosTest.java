package dev.sluice.core.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.core.congestion.LayerReason;
import dev.sluice.core.media.Wish;
import dev.sluice.core.simulation.Simulation.Asked;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Temporal layers, wishes, dynacast, publishers that change what they send. */
class LayerScenariosTest {
    private static final double[] LAYERS = {150_000, 500_000, 1_700_000};

    private static SimulatedViewer viewer(Simulation simulation, double bits) {
        return new SimulatedViewer(simulation, simulation.link().delay(25).rate(bits));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void halfTheFramesGoThroughWhereAllDoNotFit(int seed) {
        Simulation simulation = new Simulation(seed);
        SimulatedPublisher camera =
                new SimulatedPublisher(simulation, "camera", false, 600_000)
                        .temporalLayers(3)
                        .start();
        simulation.run(3);
        SimulatedViewer viewer = viewer(simulation, 550_000);
        SimulatedDecoder picture = viewer.watch(camera);
        SimulatedDecoder all = viewer(simulation, 5e6).watch(camera);
        simulation.run(43);

        double frames = picture.framesPerSecond(13, 43);
        assertTrue(frames > 6 && frames < 25, "frames a second " + frames);
        assertEquals(30, all.framesPerSecond(13, 43), 1);
        assertEquals(0, picture.residualLoss());
        assertEquals(0, picture.pictureGaps(), "picture ids run on over what is left out");
        assertEquals(0, picture.backwards());
        assertTrue(picture.longestFreeze(5, 43) < 0.7, "" + picture.longestFreeze(5, 43));
    }

    @Test
    void aLayerThatThePublisherStopsIsNoticedSoon() {
        Simulation simulation = new Simulation(1);
        SimulatedPublisher camera =
                new SimulatedPublisher(simulation, "camera", false, LAYERS).start();
        simulation.run(3);
        SimulatedDecoder picture = viewer(simulation, 10e6).watch(camera);
        simulation.run(13);
        camera.enable(2, false);
        simulation.run(23);
        assertTrue(picture.longestFreeze(5, 23) < 0.9, "" + picture.longestFreeze(5, 23));
        assertTrue(picture.share(1, 15, 23) > 0.9, "the next lower one");
        camera.enable(2, true);
        simulation.run(33);
        assertTrue(picture.share(2, 28, 33) > 0.9, "back at the top");
    }

    @Test
    void asManyFramesAsAreWishedGoThrough() {
        Simulation simulation = new Simulation(1);
        SimulatedPublisher camera =
                new SimulatedPublisher(simulation, "camera", false, 600_000)
                        .temporalLayers(3)
                        .start();
        simulation.run(3);
        SimulatedViewer viewer = viewer(simulation, 5e6);
        SimulatedDecoder picture = viewer.watch(camera);
        simulation.run(8);
        assertEquals(LayerReason.NONE, viewer.reason(camera));
        viewer.wish(camera, new Wish(Wish.HIGHEST, LayerReason.SUBSCRIBER_SIZE, 15, 0, false));
        simulation.run(18);
        assertEquals(15, picture.framesPerSecond(10, 18), 1);
        assertEquals(LayerReason.SUBSCRIBER_FPS, viewer.reason(camera));
        viewer.wish(camera, new Wish(Wish.HIGHEST, LayerReason.SUBSCRIBER_SIZE, 8, 0, false));
        simulation.run(28);
        assertEquals(7.5, picture.framesPerSecond(20, 28), 0.5);
        viewer.wish(camera, new Wish(Wish.HIGHEST, LayerReason.SUBSCRIBER_SIZE, 30, 0, false));
        simulation.run(38);
        assertEquals(30, picture.framesPerSecond(30, 38), 1);
        assertEquals(0, picture.residualLoss());
        assertEquals(0, picture.pictureGaps());
    }

    @Test
    void aPinnedTileComesBeforeTheOthersAndALargeOneBeforeSmallOnes() {
        Simulation simulation = new Simulation(1);
        List<SimulatedPublisher> cameras = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            cameras.add(new SimulatedPublisher(simulation, name, false, LAYERS).start());
        }
        simulation.run(3);
        SimulatedViewer viewer = viewer(simulation, 1.3e6);
        List<SimulatedDecoder> pictures = cameras.stream().map(viewer::watch).toList();
        viewer.wish(cameras.get(0), 1, false);
        viewer.wish(cameras.get(1), 1, false);
        simulation.run(33);
        assertTrue(pictures.get(2).share(1, 23, 33) > 0.8, "the large one has the middle layer");
        assertTrue(pictures.get(0).share(1, 23, 33) < 0.4, "the small ones have not");

        viewer.wish(cameras.get(2), 0, false);
        viewer.wish(cameras.get(1), new Wish(1, LayerReason.SUBSCRIBER_SIZE, 0, 1, false));
        simulation.run(53);
        assertTrue(pictures.get(1).share(1, 43, 53) > 0.8, "the pinned one has it now");
        assertTrue(pictures.get(0).share(1, 43, 53) < 0.4, "and the first one has not");
    }

    @Test
    void framesEncryptedEndToEndAreForwardedByTheirHeaders() {
        Simulation simulation = new Simulation(1);
        SimulatedPublisher camera =
                new SimulatedPublisher(simulation, "camera", false, LAYERS)
                        .temporalLayers(3)
                        .opaque()
                        .start();
        simulation.run(3);
        SimulatedDecoder picture =
                new SimulatedViewer(
                                simulation,
                                simulation
                                        .link()
                                        .delay(25)
                                        .loss(0.02)
                                        .rate(at -> at > 20e9 && at < 30e9 ? 1e6 : 4e6))
                        .watch(camera);
        simulation.run(43);
        assertTrue(picture.share(2, 8, 20) > 0.9, "top layer");
        assertTrue(picture.share(2, 22, 30) < 0.1, "less where less goes through");
        assertTrue(picture.share(2, 39, 43) > 0.9, "top layer again");
        assertEquals(0, picture.pictureGaps());
        assertEquals(0, picture.backwards());
        assertTrue(picture.longestFreeze(5, 43) < 1, "" + picture.longestFreeze(5, 43));
    }

    @Test
    void whatIsLeftOutIsExplained() {
        Simulation simulation = new Simulation(1);
        SimulatedPublisher camera =
                new SimulatedPublisher(simulation, "camera", false, LAYERS).start();
        simulation.run(3);
        SimulatedViewer rich = viewer(simulation, 10e6);
        SimulatedViewer poor = viewer(simulation, 400e3);
        rich.watch(camera);
        poor.watch(camera);
        simulation.run(13);
        assertEquals(LayerReason.NONE, rich.reason(camera));
        assertEquals(LayerReason.BANDWIDTH_DELAY, poor.reason(camera));

        rich.wish(camera, 1, false);
        simulation.run(15);
        assertEquals(LayerReason.SUBSCRIBER_SIZE, rich.reason(camera));
        rich.wish(camera, 2, true);
        simulation.run(16);
        assertEquals(LayerReason.SUBSCRIBER_DISABLED, rich.reason(camera));
        rich.wish(camera, 2, false);
        simulation.run(19);
        assertEquals(LayerReason.NONE, rich.reason(camera));

        camera.enable(2, false);
        simulation.run(24);
        assertEquals(LayerReason.LAYER_NOT_SENT, rich.reason(camera));
        camera.enable(0, false);
        camera.enable(1, false);
        simulation.run(29);
        assertEquals(LayerReason.FEED_DRY, rich.reason(camera));
    }

    @Test
    void layersThatNobodyWantsAreSwitchedOffAfterFiveSecondsAndOnAtOnce() {
        Simulation simulation = new Simulation(1);
        SimulatedPublisher camera =
                new SimulatedPublisher(simulation, "camera", false, LAYERS).start();
        simulation.onDemand((track, layer) -> {
            for (int i = 0; i < LAYERS.length; i++) {
                camera.enable(i, i <= layer);
            }
        });
        simulation.run(1);
        SimulatedViewer one = viewer(simulation, 10e6);
        SimulatedViewer two = viewer(simulation, 10e6);
        SimulatedDecoder picture = one.watch(camera);
        two.watch(camera);
        simulation.run(10);
        assertEquals(List.of(), simulation.demands());

        one.wish(camera, 1, false);
        two.wish(camera, 0, false);
        simulation.run(20);
        one.wish(camera, 1, true);
        two.wish(camera, 0, true);
        simulation.run(30);
        one.wish(camera, 2, false);
        simulation.run(40);

        List<Asked> asked = simulation.demands();
        assertEquals(3, asked.size(), asked.toString());
        assertEquals(15, asked.get(0).seconds(), 0.1);
        assertEquals(1, asked.get(0).layer());
        assertEquals(25, asked.get(1).seconds(), 0.1);
        assertEquals(-1, asked.get(1).layer());
        assertEquals(30, asked.get(2).seconds(), 0.01);
        assertEquals(2, asked.get(2).layer());
        double shown =
                picture.shown().stream()
                        .filter(each -> each.seconds() > 30)
                        .findFirst()
                        .orElseThrow()
                        .seconds();
        assertTrue(shown - 30 <= 0.4, "shown again after " + (shown - 30));
        assertTrue(picture.share(2, 33, 40) > 0.9, "and soon at its best");
    }

    @Test
    void aPublisherWithOneEncodingIsForwardedWhateverItCosts() {
        Simulation simulation = new Simulation(1);
        SimulatedPublisher camera =
                new SimulatedPublisher(simulation, "camera", false, 1_500_000).start();
        simulation.run(3);
        SimulatedViewer viewer = viewer(simulation, 5e6);
        SimulatedDecoder picture = viewer.watch(camera);
        simulation.run(23);
        assertTrue(picture.shown().getFirst().seconds() - 3 < 0.5, "begins at once");
        assertTrue(picture.framesPerSecond(4, 23) > 29, "and goes on");
        assertFalse(viewer.peer().explain(simulation.now()).get(0).paused());
    }

    @Test
    void whoNegotiatesFeedbackAndSendsNoneGetsEverything() {
        Simulation simulation = new Simulation(1);
        SimulatedPublisher camera =
                new SimulatedPublisher(simulation, "camera", false, LAYERS).start();
        simulation.run(3);
        SimulatedViewer viewer = viewer(simulation, 5e6);
        viewer.silentFeedback();
        SimulatedDecoder picture = viewer.watch(camera);
        simulation.run(13);
        assertTrue(picture.share(2, 8, 13) > 0.9, "top layer");
    }

    @Test
    void whoComesBackHasTheTopLayerWithinASecond() {
        Simulation simulation = new Simulation(1);
        SimulatedPublisher camera =
                new SimulatedPublisher(simulation, "camera", false, LAYERS).start();
        simulation.run(3);
        SimulatedViewer viewer = viewer(simulation, 5e6);
        viewer.peer().startEstimate(0.7 * 3.5e6);
        SimulatedDecoder picture = viewer.watch(camera);
        simulation.run(23);
        assertTrue(picture.firstOf(2, 3) - 3 < 1, "top after " + (picture.firstOf(2, 3) - 3));
        assertEquals(0, picture.downs(3, 23));
    }
}
