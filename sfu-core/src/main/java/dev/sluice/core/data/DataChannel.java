package dev.sluice.core.data;

import dev.sluice.sctp.Reliability;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;

/** One open channel of a peer, or one that is about to be. */
final class DataChannel {
    /** A message from before the association is up. */
    record Early(boolean text, ByteBuf message) {}

    private static final int MAX_EARLY = 100_000;

    final int id;
    final String label;
    final Reliability reliability;

    /** We opened it. */
    final boolean ours;

    /** Until then everything is ordered (RFC 8832 §6). */
    boolean acknowledged;

    boolean closing;

    /** Who takes it in is being waited for. */
    final Backlog backlog = new Backlog();

    private final ArrayDeque<Early> early = new ArrayDeque<>(0);
    private int earlyBytes;

    DataChannel(int id, String label, Reliability reliability, boolean ours) {
        this.id = id;
        this.label = label;
        this.reliability = reliability;
        this.ours = ours;
    }

    /**
     * @return whether messages may be lost
     */
    boolean isPartial() {
        return reliability.isPartial();
    }

    /** How the next message is sent. What is late on a lossy channel is worth nothing. */
    Reliability now(int lossyMillis) {
        boolean ordered = reliability.ordered() || !acknowledged;
        int lifetime =
                reliability.maxRetransmits() == 0 ? lossyMillis : reliability.lifetimeMillis();
        return ordered == reliability.ordered() && lifetime == reliability.lifetimeMillis()
                ? reliability
                : new Reliability(ordered, reliability.maxRetransmits(), lifetime);
    }

    /** Keeps a message that must not be lost until the association is up. @return whether kept */
    boolean hold(boolean text, ByteBuf message) {
        int bytes = earlyBytes + message.readableBytes();
        if (isPartial() || bytes > MAX_EARLY) {
            return false;
        }
        earlyBytes = bytes;
        early.add(new Early(text, message));
        return true;
    }

    ArrayDeque<Early> early() {
        return early;
    }

    /** Frees what was kept. */
    void close() {
        early.forEach(each -> each.message.release());
        early.clear();
    }
}
