package dev.sluice.srtp;

import dev.sluice.srtp.ffi.IpsecMb;
import dev.sluice.srtp.ffi.NativeMemory;

/** What the ipsec-mb ciphers of one worker share: the library's own state is one per thread. */
final class IpsecWorker {
    private final NativeJob job;
    private final long gcmContext = NativeMemory.allocate(IpsecMb.GCM_CONTEXT_BYTES);
    private final IpsecCmBurst burst = new IpsecCmBurst();

    IpsecWorker(NativeJob job) {
        this.job = job;
    }

    NativeJob job() {
        return job;
    }

    long gcmContext() {
        return gcmContext;
    }

    IpsecCmBurst burst() {
        return burst;
    }

    void close() {
        burst.close();
        NativeMemory.free(gcmContext, IpsecMb.GCM_CONTEXT_BYTES);
    }
}
