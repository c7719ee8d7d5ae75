package dev.sluice.core.relay;

import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.Counters;
import dev.sluice.core.stats.DropReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * From one worker to another: records of packets, handed over once per burst. When the other worker
 * does not keep up, packets are dropped and counted here; its subscribers see loss, this worker
 * nothing.
 *
 * <pre>
 *  record: track(4) kind(1) layer(1) flags(1) length(2) bytes
 * </pre>
 */
public final class RelayLink {
    static final int PACKET = 0;
    static final int REPORT = 1;
    static final int HEAD = 9;

    /** Of a packet: it came by retransmission. */
    static final int RECOVERED = 1;

    /** Of a packet: those before it were kept back. */
    static final int RESUMED = 2;

    private final RelayRing ring;
    private final Counters counters;
    private final Executor reader;
    private final Runnable drain;
    private final AtomicBoolean woken = new AtomicBoolean();
    private @Nullable ByteBuf batch;

    /**
     * @param counters of the writing worker
     * @param reader the other worker's loop
     * @param target what takes the records, on the other worker
     */
    public RelayLink(
            ByteBufAllocator allocator, Counters counters, Executor reader, RelayReader target) {
        this.ring = new RelayRing(allocator);
        this.counters = counters;
        this.reader = reader;
        this.drain =
                () -> {
                    woken.set(false); // before looking: what comes later wakes up again
                    for (ByteBuf full = ring.poll(); full != null; full = ring.poll()) {
                        target.read(full);
                        ring.release();
                    }
                };
    }

    /**
     * @return where {@code length} bytes of a record may be written, null when there is no room
     */
    @Nullable ByteBuf record(int track, int kind, int layer, int flags, int length) {
        ByteBuf into = batch;
        if (into != null && into.writableBytes() < HEAD + length) {
            flush();
            into = null;
        }
        if (into == null) {
            into = ring.next();
            batch = into;
        }
        if (into == null) {
            counters.drop(DropReason.RELAY_FULL);
            return null;
        }
        into.writeInt(track).writeByte(kind).writeByte(layer).writeByte(flags);
        into.writeShort(length);
        return into;
    }

    /** Hands over what was written since the last time. */
    public void flush() {
        if (batch != null) {
            batch = null;
            ring.publish();
            counters.add(Counter.RELAY_BATCHES);
            if (woken.compareAndSet(false, true)) {
                reader.execute(drain);
            }
        }
    }

    /** Frees the memory, when both workers have ended. */
    public void close() {
        ring.close();
    }
}
