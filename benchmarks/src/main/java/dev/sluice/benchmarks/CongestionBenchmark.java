package dev.sluice.benchmarks;

import dev.sluice.core.congestion.ArrivedPackets;
import dev.sluice.core.congestion.BitrateAllocator;
import dev.sluice.core.congestion.LimitedBy;
import dev.sluice.core.congestion.Pacer;
import dev.sluice.core.congestion.SendSideEstimator;
import dev.sluice.core.congestion.TrackDemand;
import dev.sluice.rtp.rtcp.RtcpCompound;
import dev.sluice.rtp.rtcp.TransportFeedback;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What estimating a subscriber's network and sharing it out costs, without receiving anything. */
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
public class CongestionBenchmark {
    /** Packets between two reports, 50 ms apart: 2.5 Mbit/s. */
    private static final int PACKETS = 14;

    private static final int BYTES = 1144;
    private static final long STEP_NANOS = 50_000_000L / PACKETS;
    private static final int TRACKS = 50;

    private final SendSideEstimator estimator = new SendSideEstimator(0, 3_000_000);
    private final Pacer pacer = new Pacer();
    private final ArrivedPackets scratch = new ArrivedPackets();
    private final ByteBuf wire = PooledByteBufAllocator.DEFAULT.directBuffer(2048).writeZero(2048);
    private final RtcpCompound compound = new RtcpCompound();
    private final long[] arrivals = new long[PACKETS];
    private final long[] parsed = new long[8192];
    private final BitrateAllocator allocator = new BitrateAllocator();
    private final BitrateAllocator.Budget budget = new BitrateAllocator.Budget();
    private final List<TrackDemand> tracks = new ArrayList<>();
    private long nowNanos = 1_000_000_000L;
    private int feedbacks;
    private double allocatedMs;

    /** Prepares a subscriber of fifty tracks. */
    public CongestionBenchmark() {
        for (int i = 0; i < TRACKS; i++) {
            tracks.add(new TrackDemand());
        }
    }

    /** Numbers, charges, reports, parses and estimates: time for each packet sent. */
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public double sendAndHearOf() {
        int base = estimator.nextNumber();
        for (int i = 0; i < PACKETS; i++) {
            nowNanos += STEP_NANOS;
            estimator.onPacketSent(nowNanos, BYTES);
            pacer.charge(BYTES);
            arrivals[i] = nowNanos + 20_000_000L + (i % 3) * 500_000L;
        }
        int length = TransportFeedback.write(wire, 0, base, feedbacks++ & 0xFF, arrivals, PACKETS);
        compound.wrap(wire, 0, length);
        compound.next();
        int count = TransportFeedback.parse(compound, parsed);
        long reference = TransportFeedback.referenceNanos(compound);
        int first = TransportFeedback.baseSequence(compound);
        estimator.onFeedback(nowNanos + 40_000_000L, first, parsed, count, reference, scratch);
        pacer.refill(estimator.bitsPerSecond(), nowNanos / 1e6);
        return estimator.bitsPerSecond();
    }

    /** One allocation over fifty tracks of three layers. */
    @Benchmark
    public double allocateFiftyTracks() {
        allocatedMs += 100;
        allocator.clear();
        for (int i = 0; i < TRACKS; i++) {
            TrackDemand track = tracks.get(i);
            int granted = track.spatial();
            track.begin(1 + i % 4, false, i);
            track.rung(0, 0, 150_000, granted == 0);
            track.rung(1, 0, 500_000, granted == 1);
            track.rung(2, 0, 1_700_000, granted == 2);
            allocator.add(track);
        }
        double bits = 10_000_000 + (allocatedMs % 1000) * 10_000;
        budget.set(bits, bits, 0, LimitedBy.DELAY, false);
        allocator.allocate(budget, allocatedMs);
        return allocator.total();
    }
}
