package dev.sluice.sctp;

import io.netty.buffer.ByteBuf;

/** A message on its way: what it is, and how far it got. */
final class OutgoingMessage {
    final int stream;
    final int ppid;
    final ByteBuf payload;
    final int length;
    final Reliability reliability;
    final long queuedAtNanos;

    /** Bytes that have become fragments. */
    int cut;

    /** Fragments that are neither acknowledged nor forgotten. */
    int outstanding;

    int ssn;
    boolean abandoned;

    OutgoingMessage(long nowNanos, int stream, int ppid, ByteBuf payload, Reliability reliability) {
        this.stream = stream;
        this.ppid = ppid;
        this.payload = payload;
        this.length = payload.readableBytes();
        this.reliability = reliability;
        this.queuedAtNanos = nowNanos;
    }

    boolean isCut() {
        return cut == length;
    }

    boolean isExpired(long nowNanos) {
        return reliability.lifetimeMillis() >= 0
                && nowNanos - queuedAtNanos > reliability.lifetimeMillis() * 1_000_000L;
    }
}
