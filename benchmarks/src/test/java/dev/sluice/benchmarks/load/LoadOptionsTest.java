package dev.sluice.benchmarks.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class LoadOptionsTest {
    @Test
    void scenariosHaveTheirOwnNumbers() {
        assertEquals(1, LoadOptions.parse(List.of("webinar")).publishers());
        assertEquals(100, LoadOptions.parse(List.of("webinar")).viewers());
        assertEquals(8, LoadOptions.parse(List.of("call", "--viewers=3")).viewers());
        assertEquals(10, LoadOptions.parse(List.of("audio")).publishers());
    }

    @Test
    void optionsAreTakenAndServerOptionsHandedOn() {
        LoadOptions options =
                LoadOptions.parse(
                        List.of(
                                "webinar",
                                "--publishers=5",
                                "--bitrate=4800000",
                                "--server=--rtc.workers=1"));

        assertEquals(5, options.publishers());
        assertEquals(4_800_000, options.bitrate());
        assertEquals(List.of("--rtc.workers=1"), options.server());
    }

    @Test
    void whatIsNotUnderstoodIsNamed() {
        for (List<String> words :
                List.of(
                        List.<String>of(),
                        List.of("party"),
                        List.of("call", "8"),
                        List.of("call", "--viewer=8"),
                        List.of("call", "--seconds=soon"))) {
            String refused =
                    assertThrows(IllegalArgumentException.class, () -> LoadOptions.parse(words))
                            .toString();
            assertTrue(
                    words.isEmpty() || refused.contains(words.getLast().replaceAll("--|=.*", "")),
                    refused);
        }
    }

    @Test
    void latenciesOutsideTheMeasurementAreNotCounted() {
        Latencies latencies = new Latencies();
        latencies.add(1_000_000, 0);
        latencies.start(2_000_000);
        latencies.add(3_000_000, 2_500_000);
        latencies.add(3_000_000, 3_500_000); // from the future: another clock
        latencies.stop();
        latencies.add(4_000_000, 0);

        assertEquals(1, latencies.all().getTotalCount());
        assertTrue(Math.abs(latencies.all().getMaxValue() - 500_000) < 1_000);
    }

    @Test
    void stepsSayWhatOnePacketCostInThem() {
        ServerProcess.Usage before = new ServerProcess.Usage(1_000_000, 0, 100, 0, 0, 0);
        ServerProcess.Usage after = new ServerProcess.Usage(5_000_000, 7 << 20, 1_100, 0, 0, 0);
        Step step = new Step(10, 2, before, after, 300, 900);

        assertEquals(500, step.packetsPerSecond());
        assertEquals(4_000, step.cpuNanosPerPacket());
        assertTrue(Step.table(List.of(step)).contains("4,000 ns"), Step.table(List.of(step)));
    }
}
