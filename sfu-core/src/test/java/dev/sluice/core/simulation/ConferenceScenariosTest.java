package dev.sluice.core.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.core.stats.Counter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Loss repair, sharing and crowds: the other half of the table of docs/quality.md. */
class ConferenceScenariosTest {
    private static final double[] LAYERS = {150_000, 500_000, 1_700_000};

    private static SimulatedPublisher camera(Simulation simulation, String name) {
        return new SimulatedPublisher(simulation, name, false, LAYERS).start();
    }

    private static SimulatedViewer viewer(Simulation simulation, double bits) {
        return new SimulatedViewer(simulation, simulation.link().delay(25).rate(bits));
    }

    @ParameterizedTest
    @CsvSource({"0.05, 0.001", "0.1, 0.005"})
    void lossOnTheWayDownIsRepaired(double loss, double residual) {
        for (int seed = 1; seed <= 5; seed++) {
            Simulation simulation = new Simulation(seed);
            SimulatedPublisher camera = camera(simulation, "camera");
            simulation.run(3);
            SimulatedLink down = simulation.link().delay(25).rate(10e6).loss(loss);
            SimulatedViewer viewer = new SimulatedViewer(simulation, down);
            SimulatedDecoder picture = viewer.watch(camera);
            simulation.run(63);
            assertTrue(picture.residualLoss() <= residual, "lost " + picture.residualLoss());
            double lost = down.lostPackets() - viewer.audioLost();
            double answers = simulation.count(Counter.NACK_ANSWERED) / lost;
            assertTrue(answers <= 1.3, "answers for each lost packet: " + answers);
            assertTrue(picture.longestFreeze(4, 63) < 0.6, "" + picture.longestFreeze(4, 63));
        }
    }

    @ParameterizedTest
    @CsvSource({"0.05, 0.002", "0.1, 0.005"})
    void lossOnTheWayUpIsRepairedBeforeAnybodySeesIt(double loss, double residual) {
        for (int seed = 1; seed <= 5; seed++) {
            Simulation simulation = new Simulation(seed);
            SimulatedPublisher camera = camera(simulation, "camera");
            camera.uplink().loss(loss).delay(25);
            simulation.run(3);
            List<SimulatedDecoder> pictures = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                pictures.add(viewer(simulation, 10e6).watch(camera));
            }
            simulation.run(43);
            for (SimulatedDecoder picture : pictures) {
                assertTrue(picture.residualLoss() <= residual, "lost " + picture.residualLoss());
            }
            double asked = (double) camera.nacked() / camera.uplink().lostPackets();
            assertTrue(asked <= 1.5, "requests for each lost packet: " + asked);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void disorderIsNotTakenForLoss(int seed) {
        Simulation simulation = new Simulation(seed);
        SimulatedPublisher camera = camera(simulation, "camera");
        camera.uplink().reorder(0.05).duplicate(0.02);
        simulation.run(3);
        SimulatedViewer viewer = viewer(simulation, 10e6);
        SimulatedDecoder picture = viewer.watch(camera);
        simulation.run(63);
        double needless = (double) camera.nacked() / camera.uplink().reordered();
        assertTrue(needless <= 0.01, "requests for each reordered packet: " + needless);
        assertEquals(0, picture.residualLoss());
        assertEquals(0, picture.backwards());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void oneSlowViewerHurtsNobody(int seed) {
        Simulation simulation = new Simulation(seed);
        SimulatedPublisher camera = camera(simulation, "camera");
        simulation.run(3);
        SimulatedLink thin = simulation.link().delay(25).rate(200e3).queue(20_000);
        SimulatedViewer slow = new SimulatedViewer(simulation, thin);
        slow.watch(camera);
        List<SimulatedViewer> others = new ArrayList<>();
        List<SimulatedDecoder> pictures = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            others.add(viewer(simulation, 10e6));
            pictures.add(others.getLast().watch(camera));
        }
        simulation.run(63);
        assertTrue(slow.audioLoss() <= 0.01, "sound lost: " + slow.audioLoss());
        for (int i = 0; i < 9; i++) {
            assertTrue(pictures.get(i).share(2, 5, 63) > 0.97, "top layer");
            assertEquals(0, pictures.get(i).downs(3, 63));
            assertEquals(0, pictures.get(i).residualLoss());
            assertEquals(0, others.get(i).audioLost());
            assertTrue(others.get(i).down().queueDelayMs(0.99, 5, 63) < 20, "delay");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void theScreenIsSharpBeforeTheTilesAre(int seed) {
        Simulation simulation = new Simulation(seed);
        List<SimulatedPublisher> tiles = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            tiles.add(camera(simulation, name));
        }
        SimulatedPublisher screen =
                new SimulatedPublisher(simulation, "screen", true, 100_000, 300_000).start();
        simulation.run(3);
        SimulatedViewer viewer = viewer(simulation, 1.2e6);
        List<SimulatedDecoder> pictures = new ArrayList<>();
        tiles.forEach(tile -> pictures.add(viewer.see(tile)));
        SimulatedDecoder sharp = viewer.watch(screen);
        simulation.run(93);
        assertTrue(sharp.share(1, 13, 93) > 0.95, "screen sharp: " + sharp.share(1, 13, 93));
        assertTrue(sharp.switches(33, 93) <= 2, "flaps of the screen");
        for (SimulatedDecoder tile : pictures) {
            assertTrue(tile.share(0, 33, 93) > 0.9, "tiles go on: " + tile.share(0, 33, 93));
            assertTrue(tile.switches(33, 93) <= 2, "flaps of a tile");
        }
        assertTrue(viewer.sentRate(33, 93) < 1.2e6, "within the capacity");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void callsAndADownloadShareALink(int seed) {
        Simulation simulation = new Simulation(seed);
        SimulatedPublisher camera = camera(simulation, "camera");
        simulation.run(3);
        SimulatedLink shared = simulation.link().delay(25).rate(6e6).queue(75_000);
        List<SimulatedViewer> viewers = new ArrayList<>();
        List<SimulatedDecoder> pictures = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            viewers.add(new SimulatedViewer(simulation, shared));
            pictures.add(viewers.get(i).watch(camera));
        }
        simulation.run(10);
        SimulatedDownload download = new SimulatedDownload(simulation, shared, 25);
        long[] before = {viewers.get(0).receivedBytes(), viewers.get(1).receivedBytes()};
        simulation.run(70);
        double fair = 6e6 / 3 * 60 / 8;
        for (int i = 0; i < 2; i++) {
            double share = (viewers.get(i).receivedBytes() - before[i]) / fair;

            assertTrue(share >= 0.5 && share <= 1.7, "share " + share);
            assertTrue(viewers.get(i).audioLoss() <= 0.02, "" + viewers.get(i).audioLoss());
            assertTrue(pictures.get(i).longestFreeze(10, 70) < 2, "freezes");
        }
        double taken = download.deliveredBytes() / fair;
        assertTrue(taken >= 0.5 && taken <= 1.7, "the download: " + taken);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aCrowdThatJoinsAsksForFewKeyFrames(int seed) {
        Simulation simulation = new Simulation(seed);
        SimulatedPublisher camera = camera(simulation, "camera");
        simulation.run(5);
        int before = camera.keyFrameRequests();
        List<SimulatedDecoder> pictures = new ArrayList<>();
        List<Double> joined = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            double at = 5 + i * 0.2;
            simulation.at(
                    at,
                    () -> {
                        joined.add(simulation.seconds());
                        pictures.add(viewer(simulation, 5e6).watch(camera));
                    });
        }
        simulation.run(15);
        double perSecond = (camera.keyFrameRequests() - before) / 10.0;
        simulation.run(20);
        double[] first = new double[50];
        for (int i = 0; i < 50; i++) {
            first[i] = pictures.get(i).shown().getFirst().seconds() - joined.get(i);
        }
        Arrays.sort(first);
        assertTrue(first[47] <= 0.5, "first frame at p95 after " + first[47]);
        assertTrue(perSecond <= 2, "requests a second: " + perSecond);
    }
}
