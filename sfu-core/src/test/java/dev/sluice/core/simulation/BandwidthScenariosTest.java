package dev.sluice.core.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One viewer of a camera with three layers, across networks of all kinds: the table of
 * docs/quality.md. Each scenario runs with five seeds; the figures are bounds for all of them.
 */
class BandwidthScenariosTest {
    private static final double[] LAYERS = {150_000, 500_000, 1_700_000};
    private static final double JOIN = 3;
    private static final double DROP = 23;
    private static final double RECOVERY = 43;
    private static final double END = 63;

    private Simulation simulation = new Simulation(0);
    private SimulatedLink down = simulation.link();
    private SimulatedViewer viewer = new SimulatedViewer(simulation, down);
    private SimulatedDecoder picture = new SimulatedDecoder(simulation, true, () -> {});

    private void run(int seed, double upDelay, Consumer<SimulatedLink> network) {
        simulation = new Simulation(seed);
        SimulatedPublisher camera =
                new SimulatedPublisher(simulation, "camera", false, LAYERS).start();
        simulation.run(JOIN);
        down = simulation.link().delay(25);
        network.accept(down);
        viewer = new SimulatedViewer(simulation, down, upDelay);
        picture = viewer.watch(camera);
        simulation.run(END);
        Plot.write(seed, summary(), viewer, down);
        assertEquals(0, picture.backwards(), "timestamps advance");
        assertEquals(0, picture.residualLoss(), "everything sent was received in the end");
    }

    /** A rate that drops at {@link #DROP} and comes back at {@link #RECOVERY}. */
    private LongToDoubleFunction dip(double usually, double then) {
        return at ->
                at >= simulation.nanosAt(DROP) && at < simulation.nanosAt(RECOVERY)
                        ? then
                        : usually;
    }

    private void firstWithin(double middle, double top) {
        assertTrue(picture.firstOf(1, JOIN) - JOIN <= middle, "middle layer: " + summary());
        assertTrue(picture.firstOf(2, JOIN) - JOIN <= top, "top layer: " + summary());
    }

    private String summary() {
        if (picture.shown().isEmpty()) {
            return "nothing was shown";
        }
        return String.format(
                Locale.ROOT,
                "first %.2f middle %.2f top %.2f s, share of middle %.2f top %.2f, downs %d,"
                        + " longest freeze %.2f s, queue p99 %.0f max %.0f ms",
                picture.shown().getFirst().seconds() - JOIN,
                picture.firstOf(1, JOIN) - JOIN,
                picture.firstOf(2, JOIN) - JOIN,
                picture.share(1, JOIN, END),
                picture.share(2, JOIN, END),
                picture.downs(JOIN, END),
                picture.longestFreeze(JOIN + 1, END),
                down.queueDelayMs(0.99, JOIN, END),
                down.queueDelayMs(1, JOIN, END));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void aGoodNetworkGivesTheTopLayerSoonAndForGood(int seed) {
        run(seed, 25, link -> link.rate(10e6));
        firstWithin(1, 2);
        assertTrue(picture.shown().getFirst().seconds() - JOIN <= 0.3, summary());
        assertEquals(0, picture.downs(JOIN, END), summary());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void fiveMegabitsAreEnoughForTheTopLayerInThreeSeconds(int seed) {
        run(seed, 25, link -> link.rate(5e6));
        firstWithin(1, 3);
        assertTrue(picture.shown().getFirst().seconds() - JOIN <= 0.3, summary());
        assertEquals(0, picture.downs(JOIN, END), summary());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void aLongRoundTripCostsLittleMore(int seed) {
        run(seed, 100, link -> link.rate(10e6).delay(100));
        firstWithin(2, 2.5);
        assertEquals(0, picture.downs(JOIN, END), summary());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void aDropIsFollowedAtOnceAndTheWayBackTakesSeconds(int seed) {
        run(seed, 25, link -> link.rate(dip(4e6, 1e6)));
        dropIsFollowed(1, 450, 8);
        assertEquals(0, viewer.audioLoss(), 1e-9, "no sound is lost");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void theSameWithALongRoundTrip(int seed) {
        run(seed, 100, link -> link.rate(dip(4e6, 1e6)).delay(100));
        dropIsFollowed(1.3, 600, 10);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void theSameWithLoss(int seed) {
        run(seed, 25, link -> link.rate(dip(4e6, 1e6)).loss(0.01));
        dropIsFollowed(1.3, 450, 8);
    }

    private void dropIsFollowed(double leave, double peak, double back) {
        double left = picture.lastOf(2, DROP, DROP + 10) - DROP;
        assertTrue(left <= leave, "left the top layer after " + left + ": " + summary());
        double sent = viewer.sentRate(DROP + 1.5, DROP + 5);
        assertTrue(sent < 1e6, "sent " + sent + " after the drop");
        assertTrue(down.queueDelayMs(1, DROP, DROP + 5) <= peak, summary());
        double late = down.queueDelayMs(0, DROP + 2.5, DROP + 3);
        assertTrue(late < 100, "the queue did not drain within 3 s: " + late);
        double above = down.shareAbove(100, DROP, RECOVERY) * (RECOVERY - DROP);
        assertTrue(above <= 5, "seconds with a queue over 100 ms: " + above);
        double again = picture.firstOf(2, RECOVERY) - RECOVERY;
        assertTrue(again <= back, "top layer again after " + again);
        assertEquals(1, picture.downs(JOIN, END), summary());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void capacityThatComesAndGoesIsFollowed(int seed) {
        run(seed, 25, link -> link.rate(at -> (at / 1_000_000_000L) % 30 < 20 ? 4e6 : 1e6));
        assertTrue(picture.share(2, JOIN, END) >= 0.55, summary());
        assertTrue(picture.downs(JOIN, END) <= 3, summary());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void whatDoesNotFitIsNotTried(int seed) {
        run(seed, 25, link -> link.rate(600e3));
        assertEquals(0, picture.share(1, JOIN, END), 0.01, summary());
        assertTrue(down.queueDelayMs(0.99, JOIN, END) <= 100, summary());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void whatNearlyFitsIsTriedSeldom(int seed) {
        run(seed, 25, link -> link.rate(700e3));
        assertTrue(picture.downs(JOIN, END) <= 4, summary());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void theMiddleLayerIsSteadyWhereTheTopDoesNotFit(int seed) {
        run(seed, 25, link -> link.rate(2e6));
        assertTrue(picture.share(1, JOIN, END) >= 0.95, summary());
        assertTrue(down.queueDelayMs(0.99, JOIN, END) <= 60, summary());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void aQuarterMoreThanTheTopNeedsIsEnough(int seed) {
        run(seed, 25, link -> link.rate(2.5e6));
        assertTrue(picture.share(2, JOIN, END) >= 0.95, summary());
        assertEquals(0, picture.downs(JOIN, END), summary());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void jitterIsNotTakenForAQueue(int seed) {
        run(seed, 25, link -> link.rate(3e6).jitter(30));
        assertTrue(picture.share(1, JOIN, END) >= 0.85, summary());
        assertTrue(picture.share(2, JOIN, END) >= 0.7, summary());
        assertTrue(picture.downs(JOIN, END) <= 1, summary());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.02, 0.05})
    void aPathThatAlwaysLosesALittleIsNotTakenForAFullOne(double loss) {
        for (int seed = 1; seed <= 5; seed++) {
            run(seed, 25, link -> link.rate(4e6).loss(loss));
            double by = loss < 0.015 ? 5 : loss < 0.03 ? 6 : 12;
            assertTrue(picture.firstOf(2, JOIN) - JOIN <= by, summary());
            assertTrue(picture.share(2, JOIN, END) >= 0.75, summary());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void aTenthLostLeavesTheMiddleLayer(int seed) {
        run(seed, 25, link -> link.rate(4e6).loss(0.10));
        assertTrue(picture.share(1, JOIN, END) >= 0.8, summary());
        assertTrue(picture.longestFreeze(JOIN + 1, END) < 1, summary());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void burstsOfLossAreSurvived(int seed) {
        run(seed, 25, link -> link.rate(4e6).bursts(0.01, 0.25));
        assertTrue(picture.share(1, JOIN, END) >= 0.9, summary());
        assertTrue(picture.share(2, JOIN, END) >= 0.7, summary());
    }
}
