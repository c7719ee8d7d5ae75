package dev.sluice.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.core.transport.SocketMode;
import dev.sluice.srtp.SrtpProfile;
import dev.sluice.srtp.SrtpProvider;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Fan-out 1 → N through the real core to real sockets, as the C floor does it. The figure is {@code
 * cpuNanos}: CPU time of the process, user and system, per forwarded packet; the score itself is
 * wall time of a round. Run the floor's {@code sink} first, or take {@code egress=none}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC"
        })
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class ForwardBenchmark {
    private static final int PACKETS_A_ROUND = 20_000;

    /** Subscribers of the one track. */
    @Param({"1", "10", "50", "500"})
    public int subscribers;

    /** Bytes of payload. */
    @Param({"100", "1200"})
    public int payload;

    /** Packets that come together. */
    @Param({"1", "4", "8"})
    public int burst;

    /** Profile of all peers; none copies instead of encrypting. */
    @Param({"AEAD_AES_128_GCM"})
    public String cipher = "none";

    /** Who encrypts. */
    @Param({"IPSEC_MB", "LIBCRYPTO", "SUN_JCE"})
    public SrtpProvider provider = SrtpProvider.SUN_JCE;

    /** How packets leave; none has no open socket. */
    @Param({"NATIVE", "EPOLL", "NIO"})
    public String egress = "none";

    private @Nullable ForwardingLoop loop;

    /** CPU time of the iteration, by which JMH divides nothing. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Cpu {
        private final OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        private long cpuAtStart;
        private long packets;
        private long cpu;

        /** Begins an iteration. */
        @Setup(Level.Iteration)
        public void start() {
            packets = 0;
            cpuAtStart = system.getProcessCpuTime();
        }

        /**
         * @return CPU nanoseconds a forwarded packet
         */
        public double cpuNanos() {
            return packets == 0 ? 0 : (double) cpu / packets;
        }

        void add(long forwarded) {
            packets += forwarded;
            cpu = system.getProcessCpuTime() - cpuAtStart;
        }
    }

    /** Builds the room. */
    @Setup
    public void setUp() {
        SrtpProfile profile = cipher.equals("none") ? null : SrtpProfile.valueOf(cipher);
        SocketMode sockets = egress.equals("none") ? null : SocketMode.valueOf(egress);
        loop = new ForwardingLoop(subscribers, payload, profile, provider, sockets);
    }

    /** Ends its loop. */
    @TearDown
    public void tearDown() {
        if (loop != null) {
            loop.close();
        }
    }

    /** About twenty thousand forwarded packets. */
    @Benchmark
    public long forward(Cpu time) {
        ForwardingLoop room = loop;
        if (room == null) {
            throw new IllegalStateException("not set up");
        }
        long before = room.forwarded();
        room.run(Math.max(1, PACKETS_A_ROUND / (subscribers * burst)), burst);
        long forwarded = room.forwarded() - before;
        time.add(forwarded);
        return forwarded;
    }
}
