package dev.sluice.core.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A bounded ring of batches with one writer and one reader, without a lock. */
final class RelayRing {
    /** Bytes of a batch: a burst of 64 packets with their records. */
    static final int BATCH = 64 * 1600;

    private static final int BATCHES = 16;

    private final ByteBuf[] batches = new ByteBuf[BATCHES];
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong read = new AtomicLong();

    RelayRing(ByteBufAllocator allocator) {
        for (int i = 0; i < BATCHES; i++) {
            batches[i] = allocator.directBuffer(BATCH, BATCH);
        }
    }

    /**
     * @return the batch to write into, empty; null when the reader is {@value #BATCHES} behind
     */
    @Nullable ByteBuf next() {
        long at = written.getPlain();
        return at - read.getAcquire() == BATCHES ? null : batches[(int) (at % BATCHES)].clear();
    }

    /** Gives what was written to the reader. */
    void publish() {
        written.setRelease(written.getPlain() + 1);
    }

    /**
     * @return the oldest batch that was not read, null when there is none
     */
    @Nullable ByteBuf poll() {
        long at = read.getPlain();
        return at == written.getAcquire() ? null : batches[(int) (at % BATCHES)];
    }

    /** Gives the batch of {@link #poll} back to the writer. */
    void release() {
        read.setRelease(read.getPlain() + 1);
    }

    /** Frees the memory; nobody may touch it any more. */
    void close() {
        for (ByteBuf batch : batches) {
            batch.release();
        }
    }
}
