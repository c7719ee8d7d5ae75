package dev.sluice.sctp;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Closing streams (RFC 6525, RFC 8831 §6.7): each side resets what it sends; a stream may be used
 * anew when both have. One request of ours is under way at a time, later ones wait and are merged.
 */
final class StreamReset {
    private static final int NOTHING_TO_DO = 0;
    private static final int PERFORMED = 1;
    private static final int BAD_NUMBER = 5;
    private static final int IN_PROGRESS = 6;
    private static final int MAX_TRIES = 10;
    private static final int MAX_STREAMS = 64;

    private final SctpSink sink;
    private final Inbound inbound;
    private final Outbound outbound;
    private int[] wanted = {};
    private int[] requested = {};
    private int requestNumber;
    private int lastAssigned;
    private long resendAt = Association.NEVER;
    private int tries;
    private boolean send;
    private int peerNumber; // of the next request
    private int lastResult = NOTHING_TO_DO;
    private boolean answer;
    private int answerNumber;

    StreamReset(
            SctpSink sink, Inbound inbound, Outbound outbound, int ownTsn, SctpParameters peer) {
        this.sink = sink;
        this.inbound = inbound;
        this.outbound = outbound;
        this.requestNumber = ownTsn;
        this.peerNumber = peer.initialTsn();
    }

    /** We will not send on these streams any more; what is queued goes first. */
    void want(int[] streams) {
        int[] merged = Arrays.copyOf(wanted, wanted.length + streams.length);
        System.arraycopy(streams, 0, merged, wanted.length, streams.length);
        wanted = Arrays.stream(merged).distinct().toArray();
    }

    boolean isWanted(int stream) {
        return contains(wanted, stream) || contains(requested, stream);
    }

    private static boolean contains(int[] streams, int stream) {
        for (int each : streams) {
            if (each == stream) {
                return true;
            }
        }
        return false;
    }

    /** A RE-CONFIG came. */
    void onChunk(PacketView chunk) {
        ParameterCursor each = new ParameterCursor(chunk.buffer(), chunk.at(), chunk.length());
        while (each.next()) {
            ByteBuf buffer = chunk.buffer();
            switch (each.type()) {
                case ParameterCursor.OUTGOING_RESET -> {
                    if (each.length() >= 12) {
                        onRequest(buffer, each.at(), each.length());
                    }
                }
                case ParameterCursor.INCOMING_RESET -> {
                    if (each.length() >= 4) {
                        answer(buffer.getInt(each.at()), NOTHING_TO_DO);
                    }
                }
                case ParameterCursor.RECONFIG_RESPONSE -> {
                    if (each.length() >= 8) {
                        onResponse(buffer.getInt(each.at()), buffer.getInt(each.at() + 4));
                    }
                }
                default -> {
                    // adding streams is of no use here
                }
            }
        }
    }

    private void answer(int number, int result) {
        answer = true;
        answerNumber = number;
        lastResult = result;
    }

    private void onRequest(ByteBuf buffer, int at, int length) {
        int number = buffer.getInt(at);
        if (number == peerNumber - 1 && lastResult != IN_PROGRESS) {
            answer(number, lastResult);
            return;
        }
        boolean again = number == peerNumber - 1; // it was told to ask later
        if (number != peerNumber && !again) {
            answer(number, BAD_NUMBER);
            return;
        }
        peerNumber = number + 1;
        long last = Chunk.unwrap(inbound.cumulative(), buffer.getInt(at + 8));
        if (last > inbound.cumulative()) {
            answer(number, IN_PROGRESS);
            return;
        }
        int count = Math.min(MAX_STREAMS, (length - 12) / 2);
        int[] streams = new int[count];
        for (int i = 0; i < count; i++) {
            streams[i] = buffer.getUnsignedShort(at + 12 + 2 * i);
            inbound.reassembly().reset(streams[i]);
        }
        if (count == 0) {
            inbound.reassembly().resetAll();
        }
        answer(number, PERFORMED);
        sink.streamsReset(streams, true);
    }

    private void onResponse(int number, int result) {
        if (requested.length == 0 || number != requestNumber) {
            return;
        }
        if (result == IN_PROGRESS) {
            tries = 0; // asked again after a while
            return;
        }
        int[] done = requested;
        requested = new int[0];
        requestNumber++;
        resendAt = Association.NEVER;
        for (int stream : done) {
            outbound.reset(stream);
        }
        sink.streamsReset(done, false);
    }

    /** Begins a request when its streams have nothing left to say. */
    private void begin(long nowNanos) {
        int[] idle = Arrays.stream(wanted).filter(outbound::isIdle).limit(MAX_STREAMS).toArray();
        if (requested.length > 0 || idle.length == 0) {
            return;
        }
        requested = idle;
        wanted = Arrays.stream(wanted).filter(stream -> !contains(idle, stream)).toArray();
        lastAssigned = (int) outbound.lastTsn();
        tries = 0;
        send = true;
        resendAt = nowNanos + outbound.timeoutNanos();
    }

    long timerAt() {
        return resendAt;
    }

    /**
     * @return false when nobody answers
     */
    boolean onTime(long nowNanos) {
        if (resendAt == Association.NEVER || nowNanos < resendAt) {
            return true;
        }
        send = true;
        resendAt = nowNanos + outbound.timeoutNanos();
        return ++tries < MAX_TRIES;
    }

    /** Puts request and answer into the packet. */
    void fill(long nowNanos, PacketWriter writer) {
        if (answer && writer.room() >= Chunk.HEADER + 12) {
            answer = false;
            ByteBuf chunk = writer.chunk(Chunk.RE_CONFIG, 0);
            chunk.writeShort(ParameterCursor.RECONFIG_RESPONSE).writeShort(12);
            chunk.writeInt(answerNumber).writeInt(lastResult);
            writer.end();
        }
        if (wanted.length > 0) {
            begin(nowNanos);
        }
        int length = 16 + 2 * requested.length;
        if (send && writer.room() >= Chunk.HEADER + length + 3) {
            send = false;
            ByteBuf chunk = writer.chunk(Chunk.RE_CONFIG, 0);
            chunk.writeShort(ParameterCursor.OUTGOING_RESET).writeShort(length);
            chunk.writeInt(requestNumber).writeInt(peerNumber - 1).writeInt(lastAssigned);
            for (int stream : requested) {
                chunk.writeShort(stream);
            }
            writer.end();
        }
    }
}
