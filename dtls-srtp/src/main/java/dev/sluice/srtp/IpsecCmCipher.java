package dev.sluice.srtp;

import dev.sluice.srtp.ffi.IpsecMb;
import dev.sluice.srtp.ffi.NativeMemory;
import org.jspecify.annotations.Nullable;

/**
 * AES counter mode with HMAC-SHA1 whose outgoing RTP is encrypted in bursts across peers. What
 * comes alone, RTCP and everything incoming, goes through another provider.
 */
final class IpsecCmCipher implements SrtpCipher {
    private static final int TAG_LENGTH = 10;
    private static final int ROUND_KEYS = 256;
    private static final int STATE = 64;
    private static final int BYTES = 2 * ROUND_KEYS + 2 * STATE;
    private static final int[] SHA1_START = { // FIPS 180-4 §5.3.1
        0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0
    };

    private final IpsecWorker worker;
    private final SrtpCipher other;
    private final NativeIv iv;
    private final long memory = NativeMemory.allocate(BYTES);

    /**
     * @param other the same keys through another provider
     */
    IpsecCmCipher(SessionKeys keys, IpsecWorker worker, SrtpCipher other) {
        this.worker = worker;
        this.other = other;
        iv = new NativeIv(keys.salt(), false);
        long plain = NativeMemory.allocate(64);
        NativeMemory.put(plain, keys.encryption());
        IpsecMb.expandKey(plain, roundKeys(), memory + ROUND_KEYS);
        start(innerState(), plain, keys.authentication(), 0x36);
        start(outerState(), plain, keys.authentication(), 0x5c);
        NativeMemory.free(plain, 64);
        keys.erase();
    }

    private static void start(long state, long room, byte[] key, int pad) {
        for (int i = 0; i < SHA1_START.length; i++) {
            NativeMemory.putInt(state + 4L * i, SHA1_START[i]);
        }
        NativeMemory.put(room, EvpCmCipher.hmacBlock(key, pad));
        IpsecMb.sha1Block(room, state);
    }

    long roundKeys() {
        return memory;
    }

    long innerState() {
        return memory + 2 * ROUND_KEYS;
    }

    long outerState() {
        return memory + 2 * ROUND_KEYS + STATE;
    }

    void writeIv(long address, int ssrc, long index) {
        iv.write(address, ssrc, index);
    }

    /**
     * @return the cipher for a packet without company, null when SunJCE is all there is
     */
    @Nullable EvpCmCipher alone() {
        return other instanceof EvpCmCipher evp ? evp : null;
    }

    @Override
    public void seal(CipherJob job) {
        if (job.rtcp) {
            other.seal(job);
            return;
        }
        NativeJob at = worker.job();
        at.seals(job, TAG_LENGTH);
        worker.burst().add(this, at, job);
    }

    @Override
    public boolean defers() {
        return true;
    }

    @Override
    public boolean open(CipherJob job) {
        return other.open(job);
    }

    @Override
    public void close() {
        other.close();
        NativeMemory.free(memory, BYTES);
    }
}
