package dev.sluice.sctp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One SCTP association over DTLS (RFC 8261): handshake, and then the parts that send and receive.
 *
 * <p>Whoever owns it calls {@link #onPacket} for what comes, {@link #onTime} when {@link
 * #nextDeadline} has passed, and {@link #flush} when it has nothing more to say for now: only then
 * do packets leave.
 */
public final class Association {
    /** Bytes of a message, in either direction. */
    public static final int MAX_MESSAGE = 65_536;

    /** No deadline. */
    public static final long NEVER = Long.MAX_VALUE;

    /** Packets that leave at once. */
    private static final int BURST = 4;

    private static final long HEARTBEAT_NANOS = 30_000_000_000L;
    private static final int HEARTBEAT_INFO = 16;
    private static final int MAX_HEARTBEAT = 512;

    /** Memory and keys that associations share. */
    public static final class Scope {
        private final ByteBufAllocator allocator;
        private final ByteBuf scratch;
        private final Crc32c crc = new Crc32c();
        private final StateCookie cookies;
        private final RandomGenerator random;

        /**
         * @param scratch at least 1,188 bytes, to build packets in
         * @param secret to sign cookies with
         * @param random unpredictable
         */
        public Scope(
                ByteBufAllocator allocator,
                ByteBuf scratch,
                byte[] secret,
                RandomGenerator random) {
            this.allocator = allocator;
            this.scratch = scratch;
            this.cookies = new StateCookie(secret);
            this.random = random;
        }

        /**
         * @return where messages come from
         */
        public ByteBufAllocator allocator() {
            return allocator;
        }
    }

    private final Scope scope;
    private final SctpSink sink;
    private final int port;
    private final PacketWriter writer;
    private final PacketView view = new PacketView();
    private final Handshake handshake;
    private @Nullable SctpParameters peer;
    private @Nullable Inbound inbound;
    private @Nullable Outbound outbound;
    private @Nullable StreamReset resets;
    private boolean closed;
    private long heartbeatAt = NEVER;
    private long heartbeatToken;
    private int heartbeatLength = -1; // of one to be answered
    private final byte[] heartbeat = new byte[MAX_HEARTBEAT];
    private boolean sendHeartbeat;
    private boolean acknowledgeShutdown;

    /**
     * @param port of both sides, as their descriptions say; 5000 as a rule
     */
    public Association(Scope scope, SctpSink sink, int port) {
        this.scope = scope;
        this.sink = sink;
        this.port = port;
        this.writer = new PacketWriter(sink, scope.crc, scope.scratch, port);
        this.handshake = new Handshake(writer, scope.cookies, scope.random);
    }

    /** Begins; both sides do so at once. */
    public void connect(long nowNanos) {
        if (!closed) {
            handshake.connect(nowNanos);
        }
    }

    /**
     * Takes a packet.
     *
     * @param packet readable bytes of one DTLS record; borrowed
     * @return false when it was refused: it is to be counted
     */
    public boolean onPacket(long nowNanos, ByteBuf packet) {
        boolean mine =
                !closed
                        && view.wrap(packet, packet.readerIndex(), packet.readableBytes())
                        && view.sourcePort() == port
                        && view.destinationPort() == port
                        && isTagGood()
                        && isChecksumGood(packet);
        if (!mine) {
            return false;
        }
        while (!closed && view.next()) {
            onChunk(nowNanos);
        }
        if (inbound != null) {
            inbound.onPacketEnd(nowNanos);
        }
        return true;
    }

    private boolean isTagGood() {
        int first = view.firstType();
        if (first == Chunk.INIT) {
            return view.tag() == 0;
        }
        boolean mayReflect = first == Chunk.ABORT || first == Chunk.SHUTDOWN_COMPLETE;
        boolean reflected = mayReflect && peer != null && view.tag() == peer.tag();
        return view.tag() == handshake.tag() || reflected;
    }

    private boolean isChecksumGood(ByteBuf packet) {
        int first = view.firstType();
        boolean mayLack = first != Chunk.INIT && first != Chunk.COOKIE_ECHO;
        return (view.checksum() == 0 && mayLack)
                || view.checksum()
                        == scope.crc.of(packet, packet.readerIndex(), packet.readableBytes());
    }

    private void onChunk(long nowNanos) {
        switch (view.type()) {
            case Chunk.INIT -> handshake.onInit(nowNanos, view, peer);
            case Chunk.INIT_ACK -> {
                if (!handshake.onInitAck(nowNanos, view)) {
                    end(SctpCloseReason.PROTOCOL_VIOLATION);
                }
            }
            case Chunk.COOKIE_ECHO ->
                    establish(nowNanos, handshake.onCookieEcho(nowNanos, view, peer));
            case Chunk.COOKIE_ACK -> establish(nowNanos, handshake.onCookieAck());
            case Chunk.ABORT -> end(SctpCloseReason.ABORTED_BY_PEER);
            case Chunk.SHUTDOWN_COMPLETE -> {
                if (acknowledgeShutdown) {
                    end(SctpCloseReason.SHUTDOWN);
                }
            }
            default -> onEstablishedChunk(nowNanos);
        }
    }

    private void onEstablishedChunk(long nowNanos) {
        Inbound in = inbound;
        Outbound out = outbound;
        StreamReset reset = resets;
        if (in == null || out == null || reset == null) {
            return; // the peer will say it again
        }
        switch (view.type()) {
            case Chunk.DATA -> {
                if (!in.onData(view)) {
                    abort(SctpCloseReason.PROTOCOL_VIOLATION);
                }
            }
            case Chunk.SACK -> {
                if (!out.onSack(nowNanos, view)) {
                    abort(SctpCloseReason.PROTOCOL_VIOLATION);
                }
            }
            case Chunk.FORWARD_TSN -> in.onForwardTsn(view);
            case Chunk.RE_CONFIG -> reset.onChunk(view);
            case Chunk.HEARTBEAT -> {
                if (view.length() <= MAX_HEARTBEAT) {
                    heartbeatLength = view.length();
                    view.buffer().getBytes(view.at(), heartbeat, 0, heartbeatLength);
                }
            }
            case Chunk.HEARTBEAT_ACK -> onHeartbeatAck(nowNanos, out);
            case Chunk.SHUTDOWN -> acknowledgeShutdown = true;
            default -> {
                // errors, and chunks of extensions that we did not announce
            }
        }
    }

    private void onHeartbeatAck(long nowNanos, Outbound out) {
        boolean ours =
                view.length() == ParameterCursor.HEADER + HEARTBEAT_INFO
                        && view.buffer().getLong(view.at() + ParameterCursor.HEADER + 8)
                                == heartbeatToken;
        if (ours) {
            long sentAt = view.buffer().getLong(view.at() + ParameterCursor.HEADER);
            out.onRoundTrip(nowNanos - sentAt);
        }
    }

    /** The handshake said who the peer is, or null; the first word counts. */
    private void establish(long nowNanos, @Nullable SctpParameters said) {
        if (said == null || peer != null) {
            return;
        }
        peer = said;
        Inbound in = new Inbound(scope.allocator, sink, said);
        Outbound out = new Outbound(sink, handshake.initialTsn(), said);
        inbound = in;
        outbound = out;
        resets = new StreamReset(sink, in, out, handshake.initialTsn(), said);
        heartbeatAt = nowNanos + HEARTBEAT_NANOS;
        sink.up();
    }

    /**
     * Queues a message; it leaves with {@link #flush} or later.
     *
     * @param message of 1 to {@link #MAX_MESSAGE} bytes; released by the association, also when it
     *     is refused
     * @return false when the stream cannot be sent on
     */
    public boolean send(
            long nowNanos, int stream, int ppid, ByteBuf message, Reliability reliability) {
        Outbound out = outbound;
        SctpParameters said = peer;
        int length = message.readableBytes();
        boolean possible =
                !closed
                        && out != null
                        && said != null
                        && stream >= 0
                        && stream < said.streams()
                        && length > 0
                        && length <= MAX_MESSAGE
                        && resets != null
                        && !resets.isWanted(stream);
        if (!possible || out == null) {
            message.release();
            return false;
        }
        out.queue().add(new OutgoingMessage(nowNanos, stream, ppid, message, reliability));
        return true;
    }

    /**
     * @return bytes queued for a stream that were not sent once yet
     */
    public int bufferedAmount(int stream) {
        return outbound == null ? 0 : outbound.queue().bufferedAmount(stream);
    }

    /**
     * Drops messages of a stream that wait longest and of which nothing was sent.
     *
     * @return how many were dropped, at most {@code most}
     */
    public int drop(int stream, int most) {
        return outbound == null ? 0 : outbound.queue().drop(stream, most);
    }

    /**
     * @return bytes of messages that wait to be sent for the first time
     */
    public long queuedBytes() {
        return outbound == null ? 0 : outbound.queue().bytes();
    }

    /**
     * Limits what may leave for the first time until this is called again; without a call nothing
     * but the windows does.
     */
    public void allow(long bytes) {
        if (outbound != null) {
            outbound.allow(bytes);
        }
    }

    /** Bytes of messages were used: the peer may send as many more. */
    public void consumed(long nowNanos, int bytes) {
        if (inbound != null) {
            inbound.consumed(nowNanos, bytes);
        }
    }

    /**
     * Closes our side of streams once what is queued has arrived.
     *
     * @param drop whether what is queued is dropped instead
     */
    public void resetStreams(int[] streams, boolean drop) {
        if (resets == null || outbound == null) {
            return;
        }
        for (int stream : streams) {
            if (drop) {
                outbound.queue().drop(stream, Integer.MAX_VALUE);
            }
        }
        resets.want(streams);
    }

    /**
     * @return when {@link #onTime} wants to be called
     */
    public long nextDeadline() {
        if (closed) {
            return NEVER;
        }
        long next = handshake.timerAt();
        if (outbound != null && inbound != null && resets != null) {
            next = Math.min(next, Math.min(outbound.timerAt(), inbound.sackAt()));
            next = Math.min(next, Math.min(resets.timerAt(), heartbeatAt));
        }
        return next;
    }

    /** Does what has become due. */
    public void onTime(long nowNanos) {
        if (closed) {
            return;
        }
        if (!handshake.onTime(nowNanos)) {
            end(SctpCloseReason.NEVER_CONNECTED);
        } else if (outbound != null && !outbound.onTime(nowNanos)) {
            abort(SctpCloseReason.TOO_MANY_RETRIES);
        } else if (resets != null && !resets.onTime(nowNanos)) {
            abort(SctpCloseReason.RESET_FAILED);
        } else if (nowNanos >= heartbeatAt) {
            heartbeatAt = nowNanos + HEARTBEAT_NANOS;
            sendHeartbeat = true;
        }
    }

    /** Sends what is due, what the windows allow, and what was lost. */
    public void flush(long nowNanos) {
        SctpParameters to = peer;
        Inbound in = inbound;
        Outbound out = outbound;
        StreamReset reset = resets;
        handshake.flush(nowNanos);
        if (closed || to == null || in == null || out == null || reset == null) {
            return;
        }
        for (int i = 0; i < BURST; i++) {
            writer.begin(to.tag());
            if (in.sackAt() <= nowNanos) {
                in.writeSack(writer);
            }
            reset.fill(nowNanos, writer);
            fillHeartbeats(nowNanos);
            out.fill(nowNanos, writer);
            if (acknowledgeShutdown && out.isIdle()) {
                writer.empty(Chunk.SHUTDOWN_ACK, 0);
            }
            if (writer.isEmpty()) {
                return;
            }
            writer.send(!to.zeroChecksum());
            acknowledgeShutdown &= !out.isIdle();
        }
    }

    private void fillHeartbeats(long nowNanos) {
        if (heartbeatLength >= 0 && writer.room() >= Chunk.HEADER + heartbeatLength + 3) {
            writer.chunk(Chunk.HEARTBEAT_ACK, 0).writeBytes(heartbeat, 0, heartbeatLength);
            writer.end();
            heartbeatLength = -1;
        }
        if (sendHeartbeat && writer.room() >= Chunk.HEADER + 4 + HEARTBEAT_INFO) {
            sendHeartbeat = false;
            heartbeatToken = scope.random.nextLong();
            ByteBuf chunk = writer.chunk(Chunk.HEARTBEAT, 0);
            chunk.writeShort(1).writeShort(ParameterCursor.HEADER + HEARTBEAT_INFO);
            chunk.writeLong(nowNanos).writeLong(heartbeatToken);
            writer.end();
        }
    }

    /** Ends it and tells the peer. */
    private void abort(SctpCloseReason reason) {
        SctpParameters to = peer;
        if (!closed && to != null) {
            writer.begin(to.tag());
            writer.empty(Chunk.ABORT, 0);
            writer.send(!to.zeroChecksum());
        }
        end(reason);
    }

    private void end(SctpCloseReason reason) {
        if (!closed) {
            close();
            sink.down(reason);
        }
    }

    /** Frees everything without a word; idempotent. */
    public void close() {
        closed = true;
        if (inbound != null) {
            inbound.close();
        }
        if (outbound != null) {
            outbound.close();
        }
    }
}
