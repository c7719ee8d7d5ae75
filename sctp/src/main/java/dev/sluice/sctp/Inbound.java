package dev.sluice.sctp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Receiving: what came, what waits to be read, and when to say so (RFC 9260 §6.2). */
final class Inbound implements Reassembly.Sink {
    static final int WINDOW = 262_144;
    private static final long DELAY_NANOS = 50_000_000L;

    /** Growth of the window that is worth telling. */
    private static final int WORTH_TELLING = 4096;

    private final SctpSink sink;
    private final ReceiveTracker tracker;
    private final Reassembly reassembly;
    private long unread;
    private boolean first = true;
    private boolean arrived;
    private boolean now;
    private int packetsSinceSack;
    private long sackAt = Association.NEVER;
    private long told = WINDOW;

    Inbound(ByteBufAllocator allocator, SctpSink sink, SctpParameters peer) {
        this.sink = sink;
        long tsn = peer.initialTsn() & 0xFFFF_FFFFL;
        tracker = new ReceiveTracker(tsn);
        reassembly = new Reassembly(allocator, this, SctpParameters.STREAMS, tsn);
    }

    private long window() {
        return Math.max(0, WINDOW - unread - reassembly.charged());
    }

    /**
     * A fragment.
     *
     * @return false when it has no bytes, which is an error
     */
    boolean onData(PacketView chunk) {
        int length = chunk.length() - Chunk.DATA_FIXED;
        if (length <= 0) {
            return false;
        }
        arrived = true;
        now |= first || (chunk.flags() & Chunk.IMMEDIATE) != 0;
        first = false;
        long tsn = Chunk.unwrap(tracker.cumulative(), chunk.int32(0));
        if (tracker.has(tsn)) {
            tracker.addDuplicate(tsn);
            now = true;
        } else if (tracker.isTooFar(tsn) || !hasRoom(tsn, length)) {
            now = true;
        } else {
            tracker.add(tsn);
            reassembly.add(tsn, chunk);
            now |= tracker.hasGap();
        }
        return true;
    }

    /** What completes the row is taken even when there is hardly room: it frees what waits. */
    private boolean hasRoom(long tsn, int length) {
        if (window() == 0 && !reassembly.discardTooBig()) {
            boolean inRow = tsn == tracker.cumulative() + 1;
            long over = unread + reassembly.charged() + length - WINDOW;
            return inRow && over <= WINDOW / 10;
        }
        return true;
    }

    /** The peer gives messages up. */
    void onForwardTsn(PacketView chunk) {
        if (chunk.length() < 4) {
            return;
        }
        arrived = true;
        now = true;
        long tsn = Chunk.unwrap(tracker.cumulative(), chunk.int32(0));
        if (tsn <= tracker.cumulative() || tracker.isTooFar(tsn)) {
            return;
        }
        reassembly.forward(tsn);
        tracker.forward(tsn);
        for (int at = 4; at + 4 <= chunk.length(); at += 4) {
            reassembly.forwardStream(chunk.int16(at), chunk.int16(at + 2));
        }
    }

    /** A packet was taken: decides when to acknowledge. */
    void onPacketEnd(long nowNanos) {
        if (!arrived) {
            return;
        }
        arrived = false;
        packetsSinceSack++;
        if (now || packetsSinceSack >= 2) {
            sackAt = nowNanos;
        } else if (sackAt == Association.NEVER) {
            sackAt = nowNanos + DELAY_NANOS;
        }
    }

    /**
     * @return when a SACK is due
     */
    long sackAt() {
        return sackAt;
    }

    void writeSack(PacketWriter writer) {
        told = window();
        tracker.write(told, writer.chunk(Chunk.SACK, 0));
        writer.end();
        sackAt = Association.NEVER;
        now = false;
        packetsSinceSack = 0;
    }

    /** Delivered bytes were used. */
    void consumed(long nowNanos, int bytes) {
        unread = Math.max(0, unread - bytes);
        long grown = window() - told;
        if (grown >= WINDOW / 4 || (told < WORTH_TELLING && grown >= WORTH_TELLING)) {
            sackAt = nowNanos;
        }
    }

    long cumulative() {
        return tracker.cumulative();
    }

    Reassembly reassembly() {
        return reassembly;
    }

    @Override
    public void onMessage(int stream, int ppid, boolean unordered, ByteBuf message) {
        unread += message.readableBytes();
        sink.message(stream, ppid, unordered, message);
    }

    @Override
    public void onTooBig(int stream) {
        sink.messageTooBig(stream);
    }

    void close() {
        reassembly.close();
    }
}
