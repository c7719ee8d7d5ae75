package dev.sluice.srtp;

import dev.sluice.srtp.ffi.LibCrypto;
import dev.sluice.srtp.ffi.NativeMemory;

/** AES-GCM through libcrypto (RFC 7714); an instance either seals or opens. */
final class EvpGcmCipher implements SrtpCipher {
    private static final int TAG_LENGTH = 16;

    private final NativeJob at;
    private final long context;
    private final NativeIv iv;

    EvpGcmCipher(SessionKeys keys, boolean seals, NativeJob at) {
        this.at = at;
        iv = new NativeIv(keys.salt(), true);
        long plain = NativeMemory.allocate(64);
        NativeMemory.put(plain, keys.encryption());
        boolean aes256 = keys.encryption().length == 32;
        context =
                LibCrypto.newContext(
                        aes256 ? LibCrypto.AES_256_GCM : LibCrypto.AES_128_GCM, plain, seals);
        NativeMemory.free(plain, 64);
        keys.erase();
    }

    @Override
    public void seal(CipherJob job) {
        at.seals(job, TAG_LENGTH);
        iv.write(at.iv(), job.ssrc, job.index);
        long aad = at.additionalData(job);
        int aadLength = NativeJob.additionalLength(job);
        if (!LibCrypto.gcmSeal(
                context,
                at.iv(),
                aad,
                aadLength,
                at.in,
                at.out,
                job.length,
                at.tagAt,
                at.written())) {
            throw new IllegalStateException("libcrypto refused to seal");
        }
    }

    @Override
    public boolean open(CipherJob job) {
        at.opens(job, TAG_LENGTH);
        iv.write(at.iv(), job.ssrc, job.index);
        long aad = at.additionalData(job);
        int aadLength = NativeJob.additionalLength(job);
        return LibCrypto.gcmOpen(
                context,
                at.iv(),
                aad,
                aadLength,
                at.in,
                at.out,
                job.length,
                at.tagAt,
                at.written());
    }

    @Override
    public void close() {
        LibCrypto.freeContext(context);
    }
}
