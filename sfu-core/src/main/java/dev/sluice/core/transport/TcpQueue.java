package dev.sluice.core.transport;

import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.Counters;
import dev.sluice.core.stats.DropReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one TCP connection. A connection that does not keep up must not hold old packets:
 * from {@value #VIDEO_LIMIT} bytes on there is no room for video, until nearly all has left; from
 * {@value #LIMIT} on for nothing.
 */
final class TcpQueue implements SendQueue {
    /** Bytes that wait at most with video among what comes next. */
    static final int VIDEO_LIMIT = 96 * 1024;

    /** Bytes that wait at most. */
    static final int LIMIT = 160 * 1024;

    /** So little waits that video has a chance again. */
    private static final int VIDEO_AGAIN = 16 * 1024;

    private static final int CHUNK = 16 * 1024;

    private final Channel channel;
    private final SealGate gate;
    private final Counters counters;
    private final Runnable videoAgain;
    private final ByteBufAllocator allocator;
    private final AtomicLong written = new AtomicLong();
    private ByteBuf chunk = Unpooled.EMPTY_BUFFER;
    private long gateFailures;
    private boolean refusesVideo;
    private boolean closed;

    /**
     * @param videoAgain runs when there is room for video that was refused before
     */
    TcpQueue(
            Channel channel,
            SealGate gate,
            Counters counters,
            ByteBufAllocator allocator,
            Runnable videoAgain) {
        this.channel = channel;
        this.gate = gate;
        this.counters = counters;
        this.allocator = allocator;
        this.videoAgain = videoAgain;
    }

    @Override
    public int claim(long nowNanos, boolean video) {
        if (closed || !hasRoom(video)) {
            return -1;
        }
        if (chunk.writableBytes() < TcpFrames.HEADER + SLOT) {
            flush(nowNanos);
            chunk.release();
            chunk = allocator.directBuffer(CHUNK, CHUNK);
        }
        if (!chunk.isReadable()) {
            gateFailures = gate.failures();
        }
        return chunk.writerIndex() + TcpFrames.HEADER;
    }

    private boolean hasRoom(boolean video) {
        long waiting = written.get() + chunk.readableBytes();
        if (!video) {
            return waiting < LIMIT;
        }
        if (refusesVideo && waiting < VIDEO_AGAIN) {
            refusesVideo = false;
            videoAgain.run();
        }
        refusesVideo |= waiting >= VIDEO_LIMIT;
        return !refusesVideo;
    }

    @Override
    public ByteBuf buffer() {
        return chunk;
    }

    @Override
    public void push(int length, SendPath to, @Nullable OutgoingStream stream) {
        chunk.setShort(chunk.writerIndex(), length);
        chunk.writerIndex(chunk.writerIndex() + TcpFrames.HEADER + length);
    }

    /**
     * @return whether there is something to flush
     */
    boolean isWaiting() {
        return chunk.isReadable();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // its listener is all that is wanted of it
    public boolean flush(long nowNanos) {
        int bytes = chunk.readableBytes();
        if (bytes == 0) {
            return false;
        }
        ByteBuf full = chunk;
        chunk = Unpooled.EMPTY_BUFFER;
        if (gate.complete() != gateFailures) {
            full.release();
            counters.drop(DropReason.SEAL_FAILED); // some of it is plaintext
            return false;
        }
        written.addAndGet(bytes);
        counters.add(Counter.SEND_CALLS);
        channel.writeAndFlush(full).addListener(done -> written.addAndGet(-bytes));
        return false; // what the socket does not take waits in the channel
    }

    @Override
    public void close() {
        closed = true;
        gate.complete(); // what is still to be sealed writes there
        chunk.release();
        chunk = Unpooled.EMPTY_BUFFER;
    }
}
