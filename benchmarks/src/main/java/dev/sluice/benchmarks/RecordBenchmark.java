package dev.sluice.benchmarks;

import dev.sluice.dtls.RecordCipher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.modes.AEADBlockCipher;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
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

/** Sealing and opening a DTLS record of data channels. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RecordBenchmark {
    private static final int TAG = 16;
    private static final int ADDITIONAL = 13;

    @Param({"bouncycastle", "jdk"})
    public String provider = "jdk";

    @Param({"130", "1188"})
    public int size;

    private final byte[] key = new byte[16];
    private final byte[] nonce = new byte[12];
    private final byte[] additional = new byte[ADDITIONAL];
    private final AEADBlockCipher sealing = GCMBlockCipher.newInstance(AESEngine.newInstance());
    private final AEADBlockCipher opening = GCMBlockCipher.newInstance(AESEngine.newInstance());
    private final RecordCipher sealer = new RecordCipher(true);
    private final RecordCipher opener = new RecordCipher(false);
    private byte[] plain = {};
    private byte[] sealed = {};
    private byte[] record = {};
    private long number;

    /** Makes a record to be opened again and again. */
    @Setup
    public void prepare() throws IOException, InvalidCipherTextException {
        plain = new byte[size];
        sealed = new byte[size + TAG];
        record = new byte[size + TAG];
        KeyParameter first = new KeyParameter(key);
        sealing.init(true, new AEADParameters(first, 8 * TAG, nonce, additional));
        opening.init(false, new AEADParameters(first, 8 * TAG, nonce, additional));
        sealer.setKey(key, 0, key.length);
        opener.setKey(key, 0, key.length);
        sealer.init(nonce, TAG);
        sealer.doFinal(additional, plain, 0, size, record, 0);
    }

    /** As BouncyCastle's own record cipher does it: the key stays, the nonce changes. */
    @Benchmark
    public int seal() throws IOException, InvalidCipherTextException {
        ByteBuffer.wrap(nonce).putLong(4, ++number);
        if (provider.equals("jdk")) {
            sealer.init(nonce, TAG);
            return sealer.doFinal(additional, plain, 0, size, sealed, 0);
        }
        sealing.init(true, new AEADParameters(null, 8 * TAG, nonce, additional));
        int length = sealing.processBytes(plain, 0, size, sealed, 0);
        return length + sealing.doFinal(sealed, length);
    }

    @Benchmark
    public int open() throws IOException, InvalidCipherTextException {
        ByteBuffer.wrap(nonce).putLong(4, 0);
        if (provider.equals("jdk")) {
            opener.init(nonce, TAG);
            return opener.doFinal(additional, record, 0, record.length, plain, 0);
        }
        opening.init(false, new AEADParameters(null, 8 * TAG, nonce, additional));
        int length = opening.processBytes(record, 0, record.length, plain, 0);
        return length + opening.doFinal(plain, length);
    }
}
