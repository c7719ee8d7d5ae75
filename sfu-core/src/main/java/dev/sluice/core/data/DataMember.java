package dev.sluice.core.data;

import dev.sluice.core.data.DataMessage.Form;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One who gets the messages of a room. From when it joins until it has channels, those that must
 * not be lost are kept for it, for a while.
 */
public final class DataMember implements DataSeat {
    private static final int MAX_EARLY = 100_000;
    private static final long EARLY_NANOS = 10_000_000_000L;

    private final Form form;
    private final String id;
    private final String name;
    private final ArrayDeque<DataMessage> early = new ArrayDeque<>(0);
    private final List<DataSender> waiting = new ArrayList<>(0);
    private int earlyBytes;
    private long joinedAtNanos;
    private boolean full;
    private boolean left;
    private @Nullable DataReceiver receiver;
    private @Nullable DataRelay relay;

    /**
     * @param id that nobody else has with the same form
     * @param name that messages may be addressed to, too
     * @param form of the messages that it can read
     */
    public DataMember(String id, String name, Form form) {
        this.form = form;
        this.id = id;
        this.name = name;
    }

    Form form() {
        return form;
    }

    String id() {
        return id;
    }

    String name() {
        return name;
    }

    void join(long nowNanos) {
        joinedAtNanos = nowNanos;
    }

    /**
     * It can be reached from now on, if it did not leave meanwhile; on the room's worker.
     *
     * @param by where it is, null when on the room's worker
     */
    public void attach(long nowNanos, DataReceiver to, @Nullable DataRelay by) {
        if (left) {
            return;
        }
        receiver = to;
        relay = by;
        for (DataMessage each = early.poll(); each != null; each = early.poll()) {
            send(nowNanos, each);
            if (by != null) {
                by.post(each);
            }
            each.bytes().release();
        }
    }

    /** Sends, or collects for the relay, which is to be posted; the message is borrowed. */
    void send(long nowNanos, DataMessage message) {
        DataReceiver to = receiver;
        DataRelay by = relay;
        if (to == null) {
            keep(nowNanos, message);
        } else if (by == null) {
            to.send(nowNanos, message);
        } else {
            by.collect(to);
        }
    }

    private void keep(long nowNanos, DataMessage message) {
        int bytes = earlyBytes + message.bytes().readableBytes();
        boolean soon = nowNanos - joinedAtNanos < EARLY_NANOS;
        if (!soon) {
            forget();
        } else if (message.reliable() && bytes <= MAX_EARLY) {
            earlyBytes = bytes;
            message.bytes().retain();
            early.add(message);
        }
    }

    private void forget() {
        early.forEach(each -> each.bytes().release());
        early.clear();
    }

    /** Lets a sender wait for it, if it is full. */
    void holdIfFull(DataSender sender) {
        if (full && !waiting.contains(sender)) {
            waiting.add(sender);
            sender.hold();
        }
    }

    @Override
    public void onFull(boolean now) {
        full = now;
        if (!now) {
            waiting.forEach(DataSender::release);
            waiting.clear();
        }
    }

    @Override
    public void onLeft() {
        receiver = null;
        relay = null;
        joinedAtNanos = Long.MIN_VALUE / 2;
        onFull(false);
    }

    void leave() {
        left = true;
        forget();
        onLeft();
    }
}
