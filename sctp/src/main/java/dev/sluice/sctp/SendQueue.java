package dev.sluice.sctp;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Messages that wait to be cut into fragments: those that may be lost first. */
final class SendQueue {
    private final ArrayDeque<OutgoingMessage> partial = new ArrayDeque<>();
    private final ArrayDeque<OutgoingMessage> reliable = new ArrayDeque<>();
    private int[] buffered = new int[4];
    private int[] messages = new int[4];
    private long total;
    private @Nullable OutgoingMessage begun;
    private final SctpSink sink;

    SendQueue(SctpSink sink) {
        this.sink = sink;
    }

    void add(OutgoingMessage message) {
        (message.reliability.isPartial() ? partial : reliable).add(message);
        count(message, message.length, 1);
    }

    private void count(OutgoingMessage message, int bytes, int number) {
        if (message.stream >= buffered.length) {
            int size = Math.max(message.stream + 1, 2 * buffered.length);
            buffered = Arrays.copyOf(buffered, size);
            messages = Arrays.copyOf(messages, size);
        }
        buffered[message.stream] += bytes;
        total += bytes;
        messages[message.stream] += number;
    }

    /**
     * @return bytes of a stream that are not fragments yet
     */
    int bufferedAmount(int stream) {
        return stream < buffered.length ? buffered[stream] : 0;
    }

    /**
     * @return bytes of all streams that are not fragments yet
     */
    long bytes() {
        return total;
    }

    /**
     * @return whether no message of a stream waits
     */
    boolean isEmpty(int stream) {
        return stream >= messages.length || messages[stream] == 0;
    }

    /**
     * @return the message to cut from; one that is begun goes on
     */
    @Nullable OutgoingMessage next(long nowNanos) {
        if (begun != null) {
            return begun;
        }
        OutgoingMessage message = partial.peek();
        while (message != null && message.isExpired(nowNanos)) {
            drop(message);
            sink.abandoned(message.stream);
            message = partial.peek();
        }
        return message == null ? reliable.peek() : message;
    }

    private void drop(OutgoingMessage message) {
        remove(message);
        count(message, -(message.length - message.cut), -1);
        message.payload.release();
    }

    private void remove(OutgoingMessage message) {
        ArrayDeque<OutgoingMessage> queue = message.reliability.isPartial() ? partial : reliable;
        queue.poll();
    }

    /** Bytes of {@link #next} became a fragment. */
    void onCut(OutgoingMessage message, int bytes) {
        message.cut += bytes;
        count(message, -bytes, 0);
        begun = message;
        if (message.isCut()) {
            remove(message);
            count(message, 0, -1);
            begun = null;
        }
    }

    /** The rest of a message that is given up will not be cut. */
    @SuppressWarnings("ReferenceEquality") // one object a message
    void abandon(OutgoingMessage message) {
        if (begun == message) {
            remove(message);
            count(message, -(message.length - message.cut), -1);
            begun = null;
        }
    }

    /**
     * Drops what waits longest of a stream, apart from a message that is begun.
     *
     * @param most messages to drop
     * @return how many were dropped
     */
    int drop(int stream, int most) {
        int dropped = drop(partial.iterator(), stream, most);
        return dropped + drop(reliable.iterator(), stream, most - dropped);
    }

    @SuppressWarnings("ReferenceEquality")
    private int drop(Iterator<OutgoingMessage> all, int stream, int most) {
        int dropped = 0;
        while (dropped < most && all.hasNext()) {
            OutgoingMessage message = all.next();
            if (message.stream == stream && message != begun) {
                all.remove();
                count(message, -message.length, -1);
                message.payload.release();
                dropped++;
            }
        }
        return dropped;
    }

    boolean isEmpty() {
        return partial.isEmpty() && reliable.isEmpty();
    }

    /** Frees everything, but for a message with fragments on their way: they do. */
    @SuppressWarnings("ReferenceEquality")
    void close() {
        for (ArrayDeque<OutgoingMessage> queue : Arrays.asList(partial, reliable)) {
            for (OutgoingMessage message : queue) {
                if (message != begun || message.outstanding == 0) {
                    message.payload.release();
                }
            }
            queue.clear();
        }
    }
}
