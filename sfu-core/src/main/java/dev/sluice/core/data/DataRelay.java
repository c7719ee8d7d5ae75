package dev.sluice.core.data;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Messages to members on another worker: one hand-over each, whatever their number there. When that
 * worker does not keep up, messages that may be lost are, and senders of others wait.
 */
public final class DataRelay {
    private static final int MAX_MESSAGES = 256;
    private static final int MAX_BYTES = 4 << 20;

    private final Executor there;
    private final LongSupplier clockThere;
    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicInteger bytes = new AtomicInteger();
    private List<DataReceiver> collected = new ArrayList<>();

    /**
     * @param there the other worker's loop
     * @param clockThere its clock, asked there
     */
    public DataRelay(Executor there, LongSupplier clockThere) {
        this.there = there;
        this.clockThere = clockThere;
    }

    void collect(DataReceiver receiver) {
        collected.add(receiver);
    }

    boolean isFull() {
        return messages.get() > MAX_MESSAGES || bytes.get() > MAX_BYTES;
    }

    /** Hands the message, which is borrowed, to those collected. @return how many do not get it */
    int post(DataMessage message) {
        List<DataReceiver> to = collected;
        if (to.isEmpty()) {
            return 0;
        }
        if (!message.reliable() && isFull()) {
            int lost = to.size();
            to.clear();
            return lost;
        }
        collected = new ArrayList<>();
        int length = message.bytes().readableBytes();
        messages.incrementAndGet();
        bytes.addAndGet(length);
        message.bytes().retain();
        there.execute(() -> {
            long nowNanos = clockThere.getAsLong();
            for (DataReceiver each : to) {
                each.send(nowNanos, message);
            }
            message.bytes().release();
            messages.decrementAndGet();
            bytes.addAndGet(-length);
        });
        return 0;
    }
}
