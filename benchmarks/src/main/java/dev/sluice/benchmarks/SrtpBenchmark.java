package dev.sluice.benchmarks;

import dev.sluice.srtp.CipherJob;
import dev.sluice.srtp.SrtpCiphers;
import dev.sluice.srtp.SrtpKeys;
import dev.sluice.srtp.SrtpProfile;
import dev.sluice.srtp.SrtpProtector;
import dev.sluice.srtp.SrtpProvider;
import dev.sluice.srtp.SrtpUnprotector;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Sealing alone, and sealing and opening one packet, for each profile and size. */
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
public class SrtpBenchmark {
    private static final int HEADER = 12;

    /** Bytes of payload. */
    @Param({"100", "1200"})
    public int payload;

    /** Protection profile. */
    @Param public SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;

    /** Who encrypts. */
    @Param public SrtpProvider provider = SrtpProvider.SUN_JCE;

    private final ByteBuf plain = PooledByteBufAllocator.DEFAULT.directBuffer(2048).writeZero(2048);
    private final ByteBuf wire = PooledByteBufAllocator.DEFAULT.directBuffer(2048).writeZero(2048);
    private final ByteBuf opened =
            PooledByteBufAllocator.DEFAULT.directBuffer(2048).writeZero(2048);
    private final CipherJob job = new CipherJob();
    private SrtpProtector protector = SrtpProtector.unciphered();
    private SrtpUnprotector unprotector = SrtpUnprotector.unciphered();
    private long index;

    /** Derives keys. */
    @Setup
    public void setUp() {
        SrtpKeys keys = new SrtpKeys(profile, new byte[profile.exportLength()]);
        SrtpCiphers ciphers = new SrtpCiphers(provider);
        protector = new SrtpProtector(ciphers, keys, true);
        unprotector = new SrtpUnprotector(ciphers, keys, false);
    }

    /** Seals one packet. */
    @Benchmark
    public int seal() {
        index++;
        wire.setInt(0, 0x80600000 | (int) (index & 0xFFFF));
        job.header(wire, 0, HEADER);
        job.payload(plain, 0, payload);
        job.stream(0, index);
        return protector.seal(job);
    }

    /** Seals one packet and opens it again. */
    @Benchmark
    public int sealAndOpen() {
        int length = seal();
        return unprotector.open(0, wire, 0, length, opened, 0);
    }
}
