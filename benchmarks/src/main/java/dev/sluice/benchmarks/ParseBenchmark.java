package dev.sluice.benchmarks;

import dev.sluice.core.transport.DatagramKind;
import dev.sluice.rtp.RtpHeaderWriter;
import dev.sluice.rtp.RtpPacket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Looking at a packet, writing a new header, telling datagrams apart. */
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
public class ParseBenchmark {
    private static final int PAYLOAD = 1000;

    private final ByteBuf buffer =
            PooledByteBufAllocator.DEFAULT.directBuffer(2048).writeZero(2048);
    private final ByteBuf target =
            PooledByteBufAllocator.DEFAULT.directBuffer(2048).writeZero(2048);
    private final RtpPacket packet = new RtpPacket();
    private final RtpHeaderWriter writer = new RtpHeaderWriter();
    private final byte[] mid = {'0'};
    private final int length;
    private int sequence;

    /** Writes a packet as a browser sends it: two extensions and a payload. */
    public ParseBenchmark() {
        writer.begin(buffer, 0, false);
        writer.payloadType(96, true);
        writer.numbers(1, 2, 3);
        writer.extension(3, new byte[] {1, 2});
        writer.extension(4, mid);
        length = writer.finish() + PAYLOAD;
    }

    /** Locates header, extensions and payload. */
    @Benchmark
    public int parse() {
        return packet.wrap(buffer, 0, length)
                ? packet.payloadOffset() + packet.sequenceNumber()
                : 0;
    }

    /** Parses a packet and writes a subscriber's header for it. */
    @Benchmark
    public int parseAndRewrite() {
        packet.wrap(buffer, 0, length);
        writer.begin(target, 0, false);
        writer.payloadType(100, packet.marker());
        writer.numbers(++sequence & 0xFFFF, packet.timestamp() + 90, 77);
        writer.extension(1, mid);
        return writer.finish();
    }

    /** Tells what a datagram is. */
    @Benchmark
    public DatagramKind demultiplex() {
        return DatagramKind.of(buffer, 0);
    }
}
