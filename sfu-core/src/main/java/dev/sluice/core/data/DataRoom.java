package dev.sluice.core.data;

import dev.sluice.core.data.DataMessage.Form;
import dev.sluice.core.loop.Deadlines;
import dev.sluice.core.loop.Timed;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.Counters;
import dev.sluice.core.stats.DropReason;
import dev.sluice.ice.RateLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The members of a room that get each other's messages: on the room's home worker. A message is one
 * buffer however many get it. Order is kept for each sender, not between them.
 */
public final class DataRoom implements Timed {
    /** Messages times their receivers. */
    private static final int FAN_OUT_PER_SECOND = 100_000;

    /** What a worker that does not keep up is given to do so. */
    private static final long RELAY_NANOS = 20_000_000L;

    private final Counters counters;
    private final Deadlines deadlines;
    private Deadlines.@Nullable Timer timer; // of rooms with many messages only
    private final List<DataMember> members = new ArrayList<>();
    private volatile Set<Form> forms = Set.of(); // written by the worker
    private final List<DataRelay> relays = new ArrayList<>();
    private final List<DataSender> throttled = new ArrayList<>();
    private final RateLimit fanOut = new RateLimit(FAN_OUT_PER_SECOND, FAN_OUT_PER_SECOND);
    private long throttledUntil = NEVER;

    public DataRoom(Counters counters, Deadlines deadlines) {
        this.counters = counters;
        this.deadlines = deadlines;
    }

    /** Somebody gets messages from now on. */
    public void join(long nowNanos, DataMember member) {
        member.join(nowNanos);
        members.add(member);
        listForms();
    }

    public void leave(DataMember member) {
        member.leave();
        members.remove(member);
        listForms();
    }

    private void listForms() {
        forms = members.stream().map(DataMember::form).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * @return whether anybody reads messages of this form; from any thread
     */
    public boolean reads(Form form) {
        return forms.contains(form);
    }

    /** Members of this room may be there, too. */
    public void add(DataRelay relay) {
        relays.add(relay);
    }

    /**
     * Gives a message to whom it is for.
     *
     * @param from who waits when a receiver is full, null when nobody can
     * @param message released here
     */
    public void send(long nowNanos, @Nullable DataSender from, DataMessage message) {
        try {
            if (message.reliable() || fanOut.readyAt(nowNanos) <= nowNanos) {
                spread(nowNanos, message.reliable() ? from : null, message);
            } else {
                counters.drop(DropReason.DATA_FAN_OUT);
            }
        } finally {
            message.bytes().release();
        }
    }

    private void spread(long nowNanos, @Nullable DataSender from, DataMessage message) {
        int receivers = 0;
        boolean went = from == null || from.mayGoOn();
        for (int i = 0; i < members.size(); i++) {
            DataMember member = members.get(i);
            if (message.isFor(member)) {
                receivers++;
                member.send(nowNanos, message);
                if (from != null) {
                    member.holdIfFull(from);
                }
            }
        }
        long ready = nowNanos;
        for (int i = 0; i < relays.size(); i++) {
            counters.drop(DropReason.RELAY_FULL, relays.get(i).post(message));
            ready = relays.get(i).isFull() ? nowNanos + RELAY_NANOS : ready;
        }
        fanOut.spend(nowNanos, receivers);
        if (from != null) {
            throttle(nowNanos, from, Math.max(ready, fanOut.readyAt(nowNanos)));
            if (went && !from.mayGoOn()) {
                counters.add(Counter.DATA_HELD);
            }
        }
    }

    private void throttle(long nowNanos, DataSender from, long ready) {
        if (ready > nowNanos && !throttled.contains(from)) {
            throttled.add(from);
            from.hold();
            throttledUntil = Math.min(throttledUntil, ready);
            if (timer == null) {
                timer = deadlines.add(this);
            }
            timer.update();
        }
    }

    @Override
    public long nextTimeout() {
        return throttledUntil;
    }

    @Override
    public void onTimeout(long nowNanos) {
        throttledUntil = NEVER;
        List<DataSender> ready = List.copyOf(throttled);
        throttled.clear();
        ready.forEach(DataSender::release);
    }

    /** Everybody leaves. */
    public void close() {
        if (timer != null) {
            timer.cancel();
        }
        members.forEach(DataMember::leave);
        members.clear();
    }
}
