package dev.sluice.core.transport;

import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.Counters;
import dev.sluice.core.stats.DropReason;
import dev.sluice.core.transport.ffi.DatagramCalls;
import dev.sluice.core.transport.ffi.MessageBatch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Sends by {@code sendmmsg}: packets lie one behind the other in the slab, neighbours of equal size
 * to one peer leave as one message that the kernel cuts apart, and a call takes up to {@value
 * MessageBatch#SIZE} messages. The slab is free again when the call returns.
 */
final class BatchQueue implements SendQueue {
    /** The system call, for tests of its errors. */
    interface Socket {
        /**
         * @return messages sent, or a negative errno
         */
        int send(MessageBatch batch, int from);
    }

    /** Small enough to stay in the second-level cache; holds more packets than a cipher burst. */
    static final int SLAB = 320 * 1024;

    /** Packets of a run: more would be a burst on the wire that no pacer allowed. */
    static final int MAX_RUN = 8;

    private static final int MAX_RUN_BYTES = 65_507;

    /** How long what the socket did not take may wait. */
    private static final long MAX_WAIT_NANOS = 2_000_000L;

    private static final long MAX_AUDIO_WAIT_NANOS = 20_000_000L;

    private final Socket socket;
    private final SealGate gate;
    private final Counters counters;
    private final ByteBuf slab;
    private final long start;
    private final MessageBatch batch = new MessageBatch();
    private final MessageBatch singles = new MessageBatch();
    private final @Nullable SendPath[] paths = new SendPath[MessageBatch.SIZE];
    private final boolean[] video = new boolean[MessageBatch.SIZE];
    private boolean segments;
    private int refusals;
    private long nowNanos;
    private long gateFailures;
    private int cursor;
    private int first;
    private @Nullable OutgoingStream runStream;
    private int runLength;
    private int runSize;
    private long blockedSinceNanos = Long.MIN_VALUE;

    /**
     * @param segments whether the kernel knows UDP_SEGMENT
     */
    BatchQueue(
            Socket socket,
            SealGate gate,
            Counters counters,
            ByteBufAllocator allocator,
            boolean segments) {
        this.socket = socket;
        this.gate = gate;
        this.counters = counters;
        this.segments = segments;
        slab = allocator.directBuffer(SLAB, SLAB);
        start = slab.memoryAddress();
    }

    @Override
    public int claim(long nowNanos, boolean video) {
        this.nowNanos = nowNanos;
        if (isFull()) {
            flush(nowNanos);
            if (isFull()) {
                dropVideo();
            }
            if (isFull()) {
                return -1;
            }
        }
        if (batch.size() == 0) {
            gateFailures = gate.failures();
        }
        return cursor;
    }

    private boolean isFull() {
        return batch.size() == MessageBatch.SIZE || cursor + SLOT > SLAB;
    }

    @Override
    public ByteBuf buffer() {
        return slab;
    }

    @Override
    public void push(int length, SendPath to, @Nullable OutgoingStream stream) {
        if (continuesRun(length, to, stream)) {
            batch.extend(length);
            counters.add(runSize == 1 ? Counter.RUNS_OUT : Counter.RUN_PACKETS_OUT);
            runSize++;
            if (length < runLength) {
                runStream = null; // only the last may be shorter
            }
        } else {
            int at = batch.size();
            batch.add(start + cursor, length, to.words());
            paths[at] = to;
            video[at] = stream != null && !stream.audio();
            runStream = segments && to.takesRuns(nowNanos) ? stream : null;
            runLength = length;
            runSize = 1;
        }
        cursor += length;
    }

    @SuppressWarnings("ReferenceEquality") // one stream has one object
    private boolean continuesRun(int length, SendPath to, @Nullable OutgoingStream stream) {
        return stream != null
                && stream == runStream
                && batch.size() > first
                && paths[batch.size() - 1] == to
                && length <= runLength
                && runSize < MAX_RUN
                && (runSize + 1) * runLength <= MAX_RUN_BYTES;
    }

    @Override
    public boolean flush(long nowNanos) {
        this.nowNanos = nowNanos;
        runStream = null;
        if (batch.size() == 0) {
            return false;
        }
        if (gate.complete() != gateFailures) {
            drop(DropReason.SEAL_FAILED); // some of it is plaintext
            return false;
        }
        while (first < batch.size()) {
            int sent = socket.send(batch, first);
            if (sent > 0) {
                counters.add(Counter.SEND_CALLS);
                first += sent;
                blockedSinceNanos = Long.MIN_VALUE;
            } else if (sent == -DatagramCalls.EAGAIN) {
                return waitOrDrop();
            } else if (sent == -DatagramCalls.EBADF) {
                drop(DropReason.SEND_FAILED);
                return false;
            } else if (sent != -DatagramCalls.EINTR) {
                onRefused(-sent);
            }
        }
        clear();
        return false;
    }

    /** The socket's buffer is full: media is worth waiting for, but not long. */
    private boolean waitOrDrop() {
        if (blockedSinceNanos == Long.MIN_VALUE) {
            blockedSinceNanos = nowNanos;
        }
        long waited = nowNanos - blockedSinceNanos;
        if (waited > MAX_AUDIO_WAIT_NANOS) {
            drop(DropReason.SEND_BLOCKED);
        } else if (waited > MAX_WAIT_NANOS) {
            dropVideo();
        }
        return batch.size() > 0;
    }

    private void onRefused(int errno) {
        SendPath path = paths[first];
        boolean cannotCut =
                errno == DatagramCalls.EINVAL
                        || errno == DatagramCalls.EIO
                        || errno == DatagramCalls.EMSGSIZE;
        if (cannotCut && batch.segment(first) > 0 && path != null) {
            path.refuseRuns(nowNanos);
            counters.add(Counter.RUNS_REFUSED);
            segments &= errno != DatagramCalls.EIO && ++refusals < 3;
            sendApart(path);
        } else {
            count(
                    first,
                    errno == DatagramCalls.ENOBUFS
                            ? DropReason.SEND_NO_BUFFERS
                            : DropReason.SEND_FAILED);
        }
        first++;
    }

    /** Sends the datagrams of a run each by itself. */
    private void sendApart(SendPath path) {
        int segment = batch.segment(first);
        int length = batch.length(first);
        singles.clear();
        for (int at = 0; at < length; at += segment) {
            singles.add(batch.address(first) + at, Math.min(segment, length - at), path.words());
        }
        int at = 0;
        while (at < singles.size()) {
            int sent = socket.send(singles, at);
            if (sent > 0) {
                at += sent;
            } else {
                counters.drop(DropReason.SEND_FAILED);
                at++;
            }
        }
    }

    private void count(int message, DropReason reason) {
        for (int i = batch.datagrams(message); i > 0; i--) {
            counters.drop(reason);
        }
    }

    private void drop(DropReason reason) {
        for (int i = first; i < batch.size(); i++) {
            count(i, reason);
        }
        clear();
    }

    /** Drops video that waits and moves the rest to the start. */
    private void dropVideo() {
        int messages = batch.size();
        int from = first;
        clear();
        for (int i = from; i < messages; i++) {
            SendPath path = paths[i];
            if (video[i] || path == null) {
                count(i, DropReason.SEND_BLOCKED);
                continue;
            }
            keep(i, path);
        }
    }

    private void keep(int message, SendPath path) {
        int length = batch.length(message);
        int segment = batch.segment(message);
        int from = (int) (batch.address(message) - start);
        slab.setBytes(cursor, slab, from, length); // never forward over what is still to be read
        int at = batch.size();
        batch.addRun(start + cursor, length, segment, path.words());
        paths[at] = path;
        video[at] = false;
        cursor += length;
    }

    private void clear() {
        batch.clear();
        first = 0;
        cursor = 0;
        runStream = null;
        gateFailures = gate.failures();
    }

    @Override
    public void close() {
        batch.close();
        singles.close();
        slab.release();
    }
}
