package dev.sluice.srtp;

import dev.sluice.srtp.ffi.LibCrypto;
import dev.sluice.srtp.ffi.NativeMemory;
import java.util.Arrays;

/**
 * AES counter mode with an HMAC-SHA1 tag of 80 bits through libcrypto (RFC 3711). The SHA-1 states
 * after the two key blocks of the HMAC (RFC 2104 §2) are computed once and copied for each packet.
 */
final class EvpCmCipher implements SrtpCipher {
    private static final int TAG_LENGTH = 10;
    private static final int DIGEST = 20;
    private static final int BLOCK = 64;
    private static final int STATE = 128; // SHA_CTX, rounded up

    private final NativeJob at;
    private final long context;
    private final long states = NativeMemory.allocate(2 * STATE);
    private final NativeIv iv;

    EvpCmCipher(SessionKeys keys, NativeJob at) {
        this.at = at;
        iv = new NativeIv(keys.salt(), false);
        long plain = NativeMemory.allocate(BLOCK);
        NativeMemory.put(plain, keys.encryption());
        context = LibCrypto.newContext(LibCrypto.AES_128_CTR, plain, true);
        start(states, plain, keys.authentication(), 0x36);
        start(states + STATE, plain, keys.authentication(), 0x5c);
        NativeMemory.free(plain, BLOCK);
        keys.erase();
    }

    private static void start(long state, long room, byte[] key, int pad) {
        NativeMemory.put(room, hmacBlock(key, pad));
        LibCrypto.sha1Init(state);
        LibCrypto.sha1Update(state, room, BLOCK);
    }

    /**
     * @return the key, padded to a block and xored with a constant (RFC 2104 §2)
     */
    static byte[] hmacBlock(byte[] key, int pad) {
        byte[] block = Arrays.copyOf(key, BLOCK);
        for (int i = 0; i < BLOCK; i++) {
            block[i] ^= (byte) pad;
        }
        return block;
    }

    @Override
    public void seal(CipherJob job) {
        at.seals(job, TAG_LENGTH);
        iv.write(at.iv(), job.ssrc, job.index);
        encrypt(at.iv(), at.in, at.out, job.length);
        // RTP: where the tag will be; RTCP: where the word belongs
        NativeMemory.putInt(at.out + job.length, Integer.reverseBytes(job.trailer));
        tag(at.header, job.headerLength + job.length + 4L, at.tagAt);
    }

    @Override
    public boolean open(CipherJob job) {
        at.opens(job, TAG_LENGTH);
        begin();
        LibCrypto.sha1Update(at.sha1(), at.header, job.headerLength + (long) job.length);
        LibCrypto.sha1Update(at.sha1(), at.word(job.trailer), 4);
        end();
        if (!NativeJob.sameTag(at.sha1() + STATE, at.tagAt, TAG_LENGTH)) {
            return false;
        }
        iv.write(at.iv(), job.ssrc, job.index);
        encrypt(at.iv(), at.in, at.out, job.length);
        return true;
    }

    void encrypt(long ivAt, long in, long out, int length) {
        if (!LibCrypto.counterMode(context, ivAt, in, out, length, at.written())) {
            throw new IllegalStateException("libcrypto refused counter mode");
        }
    }

    /** Writes the tag over that many bytes. */
    void tag(long from, long bytes, long to) {
        begin();
        LibCrypto.sha1Update(at.sha1(), from, bytes);
        end();
        NativeJob.writeHmacTag(at.sha1() + STATE, to);
    }

    private void begin() {
        NativeMemory.copy(states, at.sha1(), LibCrypto.SHA1_BYTES);
    }

    private void end() {
        long digest = at.sha1() + STATE;
        LibCrypto.sha1Final(digest, at.sha1());
        NativeMemory.copy(states + STATE, at.sha1(), LibCrypto.SHA1_BYTES);
        LibCrypto.sha1Update(at.sha1(), digest, DIGEST);
        LibCrypto.sha1Final(digest, at.sha1());
    }

    @Override
    public void close() {
        LibCrypto.freeContext(context);
        NativeMemory.free(states, 2 * STATE);
    }
}
