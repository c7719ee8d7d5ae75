package dev.sluice.srtp;

import dev.sluice.srtp.ffi.IpsecMb;
import dev.sluice.srtp.ffi.NativeMemory;

/** AES-GCM through ipsec-mb (RFC 7714): one call a packet, the only copy it makes. */
final class IpsecGcmCipher implements SrtpCipher {
    private static final int TAG_LENGTH = 16;

    private final boolean aes256;
    private final long key = NativeMemory.allocate(IpsecMb.GCM_KEY_BYTES);
    private final NativeIv iv;
    private final IpsecWorker worker;

    IpsecGcmCipher(SessionKeys keys, IpsecWorker worker) {
        this.worker = worker;
        aes256 = keys.encryption().length == 32;
        iv = new NativeIv(keys.salt(), true);
        long plain = NativeMemory.allocate(64);
        NativeMemory.put(plain, keys.encryption());
        IpsecMb.gcmKey(aes256, plain, key);
        NativeMemory.free(plain, 64);
        keys.erase();
    }

    @Override
    public void seal(CipherJob job) {
        NativeJob at = worker.job();
        at.seals(job, TAG_LENGTH);
        iv.write(at.iv(), job.ssrc, job.index);
        IpsecMb.gcmSeal(
                aes256,
                key,
                worker.gcmContext(),
                at.out,
                at.in,
                job.length,
                at.iv(),
                at.additionalData(job),
                NativeJob.additionalLength(job),
                at.tagAt);
    }

    @Override
    public boolean open(CipherJob job) {
        NativeJob at = worker.job();
        at.opens(job, TAG_LENGTH);
        iv.write(at.iv(), job.ssrc, job.index);
        IpsecMb.gcmOpen(
                aes256,
                key,
                worker.gcmContext(),
                at.out,
                at.in,
                job.length,
                at.iv(),
                at.additionalData(job),
                NativeJob.additionalLength(job),
                at.tag());
        return NativeJob.sameTag(at.tag(), at.tagAt, TAG_LENGTH);
    }

    @Override
    public void close() {
        NativeMemory.free(key, IpsecMb.GCM_KEY_BYTES);
    }
}
