package dev.sluice.core.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.core.congestion.LayerReason;
import dev.sluice.core.load.LoadLevel;
import dev.sluice.core.media.Wish;
import dev.sluice.rtp.SequenceUnwrapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Feedback by the thousand, and everything that may happen to a subscription in any order. */
class AbuseTest {
    private static final double[] LAYERS = {150_000, 500_000, 1_700_000};
    private static final long MILLI = 1_000_000L;

    private static SimulatedViewer viewer(Simulation simulation) {
        return new SimulatedViewer(simulation, simulation.link().delay(25).rate(10e6));
    }

    @Test
    void fiftyWhoAskForKeyFramesAHundredTimesASecondGetTwoASecond() {
        Simulation simulation = new Simulation(1);
        SimulatedPublisher camera =
                new SimulatedPublisher(simulation, "camera", false, 600_000).start();
        simulation.run(3);
        List<SimulatedViewer> viewers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            SimulatedViewer viewer = viewer(simulation);
            viewer.see(camera);
            viewers.add(viewer);
        }
        simulation.run(8);
        int before = camera.keyFrameRequests();
        for (int i = 0; i < 1_000; i++) {
            viewers.forEach(
                    viewer -> viewer.peer().onKeyFrameRequest(simulation.now(), 1000, false));
            simulation.run(8 + (i + 1) * 0.01);
        }

        int asked = camera.keyFrameRequests() - before;
        assertTrue(asked >= 5 && asked <= 21, "asked " + asked + " times in ten seconds");
    }

    @Test
    void whoSaysThatEverythingIsMissingGetsAQuarterMore() {
        long honest = bytes(false);
        long greedy = bytes(true);

        assertTrue(greedy > honest, "something is sent again: " + greedy + " of " + honest);
        // and one packet, for where the time begins that is looked at
        assertTrue(greedy <= 1.25 * honest + 1_200, greedy + " bytes instead of " + honest);
    }

    private static long bytes(boolean greedy) {
        Simulation simulation = new Simulation(1);
        SimulatedPublisher camera =
                new SimulatedPublisher(simulation, "camera", false, 1_200_000).start();
        simulation.run(3);
        SimulatedViewer viewer = viewer(simulation);
        viewer.see(camera);
        simulation.run(8);
        long[] sent = {0};
        int[] newest = {0};
        simulation.tap((_, datagram) -> {
            ByteBuf bytes = Unpooled.wrappedBuffer(datagram);
            boolean media = datagram.length > 40 && bytes.getInt(8) == 1000;
            newest[0] = media ? bytes.getUnsignedShort(2) : newest[0];
            boolean counts = simulation.seconds() > 13; // what may go at once is gone by then
            boolean ours = bytes.getInt(8) == 1000 || bytes.getInt(8) == 1001;
            sent[0] += counts && ours ? datagram.length : 0;
        });
        for (int i = 0; i < 1_000; i++) {
            for (int asked = 0; greedy && asked < 300; asked++) { // 5,100 numbers
                int number = newest[0] - 17 * asked & 0xFFFF;
                viewer.peer().onNack(simulation.now(), 1000, number, 0xFFFF);
            }
            simulation.run(8 + (i + 1) * 0.01);
        }
        return sent[0];
    }

    /**
     * A number of an SSRC that was sealed once must never be sealed again, whatever happens, but
     * for the very same bytes.
     */
    @Test
    void noIndexIsSealedTwiceInTenThousandRandomSteps() {
        Simulation simulation = new Simulation(1);
        SplittableRandom random = new SplittableRandom(7);
        List<SimulatedPublisher> cameras = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            cameras.add(
                    new SimulatedPublisher(simulation, name, false, LAYERS)
                            .temporalLayers(3)
                            .start());
        }
        simulation.run(2);
        List<SimulatedViewer> viewers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            SimulatedViewer viewer =
                    new SimulatedViewer(
                            simulation, simulation.link().delay(25).rate(2e6).loss(0.03));
            cameras.forEach(viewer::watch);
            viewers.add(viewer);
        }
        Map<String, SequenceUnwrapper> numbers = new HashMap<>();
        Map<String, Integer> sealed = new HashMap<>();
        List<String> twice = new ArrayList<>();
        long[] packets = {0};
        simulation.tap((to, datagram) -> remember(to, datagram, numbers, sealed, twice, packets));
        double at = 2;
        for (int step = 0; step < 10_000; step++) {
            at += 0.005 + 0.02 * random.nextDouble();
            act(simulation, random, cameras, viewers.get(random.nextInt(viewers.size())));
            simulation.run(at);
        }

        assertEquals(List.of(), twice);
        assertTrue(packets[0] > 50_000, "only " + packets[0] + " packets");
    }

    private static void act(
            Simulation simulation,
            SplittableRandom random,
            List<SimulatedPublisher> cameras,
            SimulatedViewer viewer) {
        SimulatedPublisher camera = cameras.get(random.nextInt(cameras.size()));
        long ssrc = 1000L + random.nextInt(12);
        switch (random.nextInt(8)) {
            case 0 ->
                    viewer.wish(
                            camera,
                            new Wish(
                                    random.nextInt(4),
                                    LayerReason.SUBSCRIBER_SIZE,
                                    random.nextInt(31),
                                    random.nextInt(3),
                                    random.nextInt(5) == 0));
            case 1 ->
                    viewer.peer()
                            .onNack(
                                    simulation.now(),
                                    ssrc,
                                    random.nextInt(65_536),
                                    random.nextInt(65_536));
            case 2 -> viewer.peer().onKeyFrameRequest(simulation.now(), ssrc, false);
            case 3 -> camera.enable(random.nextInt(3), random.nextInt(3) > 0);
            case 4 ->
                    viewer.peer().onReport(simulation.now(), ssrc, random.nextInt(256), 50 * MILLI);
            case 5 -> viewer.down().loss(0.2 * random.nextDouble());
            case 6 -> viewer.askForAllSound();
            default ->
                    simulation
                            .shedding()
                            .level(
                                    random.nextInt(4) == 0
                                            ? LoadLevel.STAGE_ONLY
                                            : LoadLevel.NORMAL);
        }
    }

    private static void remember(
            InetSocketAddress to,
            byte[] datagram,
            Map<String, SequenceUnwrapper> numbers,
            Map<String, Integer> sealed,
            List<String> twice,
            long[] packets) {
        int type = datagram[1] & 0xFF;
        if (datagram.length < 12 || (type >= 192 && type <= 223)) {
            return;
        }
        ByteBuf bytes = Unpooled.wrappedBuffer(datagram);
        String stream = to + " " + bytes.getUnsignedInt(8);
        long number =
                numbers.computeIfAbsent(stream, _ -> new SequenceUnwrapper())
                        .unwrap(bytes.getUnsignedShort(2));
        packets[0]++;
        int bits = Arrays.hashCode(Simulation.content(datagram));
        Integer before = sealed.putIfAbsent(stream + " " + number, bits);
        boolean sound = (type & 0x7F) == Simulation.OPUS_TYPE;
        if (before != null && (!sound || before != bits)) {
            twice.add(stream + " " + number);
        }
    }
}
