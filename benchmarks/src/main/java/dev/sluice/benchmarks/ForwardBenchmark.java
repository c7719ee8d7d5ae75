package dev.sluice.benchmarks;

import dev.sluice.srtp.SrtpProfile;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Fan-out 1 → 50 through the real core with a null socket; one operation is one forwarded packet.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"
        })
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ForwardBenchmark {
    private static final int SUBSCRIBERS = 50;
    private static final int BURST = 4;

    /** Bytes of payload. */
    @Param({"100", "1200"})
    public int payload;

    /** Profile of all peers; none copies instead of encrypting. */
    @Param({"none", "AEAD_AES_128_GCM", "AES128_CM_HMAC_SHA1_80"})
    public String cipher = "none";

    private ForwardingLoop loop = new ForwardingLoop(1, 100, null);

    /** Builds the room. */
    @Setup
    public void setUp() {
        SrtpProfile profile = cipher.equals("none") ? null : SrtpProfile.valueOf(cipher);
        loop = new ForwardingLoop(SUBSCRIBERS, payload, profile);
    }

    /** One burst of four packets to fifty subscribers. */
    @Benchmark
    @OperationsPerInvocation(SUBSCRIBERS * BURST)
    public long forward() {
        loop.burst(BURST);
        return loop.forwarded();
    }
}
