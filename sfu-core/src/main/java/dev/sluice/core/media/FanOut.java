package dev.sluice.core.media;

import dev.sluice.rtp.RtpPacket;
import java.util.ArrayList;
import java.util.List;

/** The subscriptions that every packet of a track is offered to. */
final class FanOut {
    private final HeldFrames held;
    private final List<Subscription> subscriptions = new ArrayList<>();

    FanOut(HeldFrames held) {
        this.held = held;
    }

    void add(Subscription subscription) {
        subscriptions.add(subscription);
    }

    boolean remove(Subscription subscription) {
        return subscriptions.remove(subscription);
    }

    boolean isEmpty() {
        return subscriptions.isEmpty();
    }

    /**
     * @return the highest layer up to {@code top} that anybody wants, −1 when nobody wants any
     */
    int wanted(int top) {
        int wanted = -1;
        for (int i = 0; i < subscriptions.size() && wanted < top; i++) {
            wanted = Math.max(wanted, Math.min(top, subscriptions.get(i).wantedLayer()));
        }
        return wanted;
    }

    /** Offers a packet to all. */
    void forward(
            long nowNanos, Encoding encoding, int slot, long extended, RtpPacket packet, int mark) {
        for (int i = 0; i < subscriptions.size(); i++) {
            subscriptions.get(i).onRtp(nowNanos, encoding, slot, extended, packet, mark);
        }
    }

    /** Offers a packet to all once the rest of its frame is there. */
    void hold(
            long nowNanos, Encoding encoding, int slot, long extended, RtpPacket packet, int mark) {
        if (subscriptions.isEmpty()) {
            return; // a layer that nobody looks at is not worth a timer
        }
        FrameHold hold = encoding.hold();
        boolean waits = hold.mayWait(nowNanos, packet.timestamp(), packet.marker());
        if (!waits && hold.isEmpty()) {
            forward(nowNanos, encoding, slot, extended, packet, mark);
            return;
        }
        if (hold.add(nowNanos, slot, extended, mark)) {
            held.add(encoding);
        }
        if (!waits) {
            release(nowNanos, encoding);
        }
    }

    /** Forwards the packets that wait, subscriber by subscriber: each one's state is met once. */
    void release(long nowNanos, Encoding encoding) {
        FrameHold hold = encoding.hold();
        if (hold.isEmpty()) {
            return;
        }
        held.remove(encoding);
        PacketCache cache = encoding.cache();
        int size = hold.size();
        for (int p = 0; p < size; p++) {
            int slot = hold.slot(p);
            held.view(p).wrap(cache.buffer(), cache.offset(slot), cache.length(slot));
        }
        for (int i = 0; i < subscriptions.size(); i++) {
            Subscription subscription = subscriptions.get(i);
            for (int p = 0; p < size; p++) {
                subscription.onRtp(
                        nowNanos,
                        encoding,
                        hold.slot(p),
                        hold.number(p),
                        held.view(p),
                        hold.mark(p));
            }
        }
        hold.clear();
    }

    /** Ends all subscriptions. */
    void close() {
        for (Subscription subscription : List.copyOf(subscriptions)) {
            subscription.close(Long.MIN_VALUE);
        }
    }
}
