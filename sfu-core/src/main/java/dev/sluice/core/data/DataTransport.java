package dev.sluice.core.data;

import dev.sluice.core.loop.Deadlines;
import dev.sluice.core.loop.Timed;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.Counters;
import dev.sluice.core.stats.DropReason;
import dev.sluice.core.transport.PeerTransport;
import dev.sluice.core.transport.TransportScope;
import dev.sluice.ice.RateLimit;
import dev.sluice.sctp.Association;
import dev.sluice.sctp.Reliability;
import dev.sluice.sctp.SctpCloseReason;
import dev.sluice.sctp.SctpSink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The data channels of one peer. Ids of ours are odd, unless we are the DTLS client. */
public final class DataTransport implements SctpSink, Timed {
    /** Port of both sides: the value that descriptions say. */
    public static final int PORT = 5000;

    private static final int MAX_CHANNELS = 16;

    /** Bytes that wait for one receiver's channel. */
    private static final int MAX_RELIABLE = 1 << 20;

    private static final int MAX_EARLY = 100_000;
    private static final int MAX_PARTIAL = 64 << 10;

    /** What a peer may send: each message is work for all that receive it. */
    private static final int MESSAGES_PER_SECOND = 1_000;

    private static final int MESSAGES_AT_ONCE = 12_000;
    private static final int MAX_RECORD = 1452;

    private record Early(boolean text, ByteBuf message) {}

    private static final class Channel {
        final int id;
        final String label;
        final Reliability reliability;
        boolean acknowledged; // until then everything is ordered (RFC 8832 §6)
        boolean closing;

        /** Messages from before the association is up. */
        final ArrayDeque<Early> early = new ArrayDeque<>();

        int earlyBytes;

        Channel(int id, String label, Reliability reliability) {
            this.id = id;
            this.label = label;
            this.reliability = reliability;
        }
    }

    private final TransportScope scope;
    private final Counters counters;
    private final PeerTransport peer;
    private final DataEvents events;
    private final Association association;
    private final IntObjectHashMap<Channel> channels = new IntObjectHashMap<>();
    private final Deadlines.Timer timer;
    private final RateLimit rate = new RateLimit(MESSAGES_PER_SECOND, MESSAGES_AT_ONCE);
    private final byte[] record = new byte[MAX_RECORD];
    private boolean up;
    private boolean closed;
    private boolean busy;

    public DataTransport(TransportScope scope, PeerTransport peer, DataEvents events) {
        this.scope = scope;
        this.counters = scope.counters();
        this.peer = peer;
        this.events = events;
        this.association = new Association(scope.sctp(), this, PORT);
        this.timer = scope.deadlines().add(this);
        peer.expectData();
    }

    private ByteBufAllocator allocator() {
        return scope.sctp().allocator();
    }

    /** DTLS is up. */
    public void onConnected(long nowNanos) {
        association.connect(nowNanos);
        leave(nowNanos);
    }

    /** A record came; borrowed. */
    public void onRecord(long nowNanos, ByteBuf bytes) {
        busy = true;
        if (!association.onPacket(nowNanos, bytes)) {
            counters.drop(DropReason.SCTP_REFUSED);
        }
        busy = false;
        leave(nowNanos);
    }

    /** Opens a channel; it may be sent on at once. */
    public void open(long nowNanos, String label, Reliability reliability) {
        int id = peer.isDtlsClient() ? 0 : 1;
        while (channels.containsKey(id)) {
            id += 2;
        }
        if (closed || channels.size() == MAX_CHANNELS) {
            counters.drop(DropReason.DATA_REFUSED);
            return;
        }
        Channel channel = new Channel(id, label, reliability);
        channels.put(id, channel);
        if (up) {
            announce(nowNanos, channel);
            leave(nowNanos);
        }
    }

    private void announce(long nowNanos, Channel channel) {
        ByteBuf open = new Dcep(channel.label, "", channel.reliability).write(allocator());
        association.send(nowNanos, channel.id, Dcep.CONTROL, open, Reliability.RELIABLE);
        events.onChannel(channel.label, channel.reliability);
    }

    /**
     * Sends a message on the channel of that label.
     *
     * @param message released here, whatever becomes of it
     */
    public void send(long nowNanos, String label, boolean text, ByteBuf message) {
        Channel channel = find(label);
        if (channel != null && !up && !closed && hold(channel, text, message)) {
            return;
        }
        if (channel == null || !up || closed) {
            message.release();
            counters.drop(DropReason.DATA_REFUSED);
            return;
        }
        Reliability how = channel.reliability;
        if (association.bufferedAmount(channel.id) > most(how)) {
            message.release();
            counters.drop(DropReason.DATA_QUEUE_FULL);
            return;
        }
        Reliability now =
                channel.acknowledged
                        ? how
                        : new Reliability(true, how.maxRetransmits(), how.lifetimeMillis());
        if (give(nowNanos, channel, text, message, now)) {
            counters.add(Counter.DATA_MESSAGES_OUT);
        } else {
            counters.drop(DropReason.DATA_REFUSED);
        }
        leave(nowNanos);
    }

    /** What may wait for a channel: what is late is worth little where messages may be lost. */
    private static int most(Reliability how) {
        boolean partial = how.maxRetransmits() >= 0 || how.lifetimeMillis() >= 0;
        return partial ? MAX_PARTIAL : MAX_RELIABLE;
    }

    /** Keeps a message that must not be lost until the association is up. */
    private static boolean hold(Channel channel, boolean text, ByteBuf message) {
        int bytes = channel.earlyBytes + message.readableBytes();
        if (most(channel.reliability) != MAX_RELIABLE || bytes > MAX_EARLY) {
            return false;
        }
        channel.earlyBytes = bytes;
        channel.early.add(new Early(text, message));
        return true;
    }

    /** SCTP has no empty messages: they are a byte that does not count (RFC 8831 §6.6). */
    private boolean give(
            long nowNanos, Channel to, boolean text, ByteBuf message, Reliability how) {
        if (message.isReadable()) {
            int ppid = text ? Dcep.TEXT : Dcep.BINARY;
            return association.send(nowNanos, to.id, ppid, message, how);
        }
        message.release();
        ByteBuf zero = allocator().buffer(1, 1).writeByte(0);
        int ppid = text ? Dcep.EMPTY_TEXT : Dcep.EMPTY_BINARY;
        return association.send(nowNanos, to.id, ppid, zero, how);
    }

    private @Nullable Channel find(String label) {
        for (Channel channel : channels.values()) {
            if (channel.label.equals(label) && !channel.closing) {
                return channel;
            }
        }
        return null;
    }

    /** Closes our side of a channel once what waits has arrived; the peer closes its own then. */
    public void close(long nowNanos, String label) {
        Channel channel = find(label);
        if (channel != null) {
            channel.closing = true;
            association.resetStreams(new int[] {channel.id}, false);
            leave(nowNanos);
        }
    }

    /** Lets packets leave and asks to be woken. */
    private void leave(long nowNanos) {
        if (!busy && !closed) {
            association.flush(nowNanos);
            timer.update();
        }
    }

    @Override
    public long nextTimeout() {
        return closed ? NEVER : association.nextDeadline();
    }

    @Override
    public void onTimeout(long nowNanos) {
        busy = true;
        association.onTime(nowNanos);
        busy = false;
        leave(nowNanos);
    }

    // --- SctpSink

    @Override
    public void packet(ByteBuf packet) {
        int length = packet.readableBytes();
        packet.getBytes(packet.readerIndex(), record, 0, length);
        peer.sendData(record, length);
    }

    @Override
    public void message(int stream, int ppid, boolean unordered, ByteBuf message) {
        long nowNanos = scope.clock().nowNanos();
        int length = message.readableBytes();
        try {
            if (ppid == Dcep.CONTROL) {
                onControl(nowNanos, stream, message);
            } else {
                onPayload(nowNanos, stream, ppid, message);
            }
        } finally {
            message.release();
        }
        association.consumed(nowNanos, length);
    }

    private void onControl(long nowNanos, int stream, ByteBuf message) {
        Channel known = channels.get(stream);
        if (Dcep.isAck(message)) {
            if (known != null) {
                known.acknowledged = true;
            }
            return;
        }
        Dcep open = Dcep.read(message);
        boolean theirs = (stream & 1) == (peer.isDtlsClient() ? 1 : 0);
        if (open == null || !theirs || known != null || channels.size() == MAX_CHANNELS) {
            counters.drop(DropReason.DATA_REFUSED);
            association.resetStreams(new int[] {stream}, true);
            return;
        }
        Channel channel = new Channel(stream, open.label(), open.reliability());
        channel.acknowledged = true;
        channels.put(stream, channel);
        ByteBuf ack = Dcep.ack(allocator());
        association.send(nowNanos, stream, Dcep.CONTROL, ack, Reliability.RELIABLE);
        events.onChannel(channel.label, channel.reliability);
    }

    private void onPayload(long nowNanos, int stream, int ppid, ByteBuf message) {
        Channel channel = channels.get(stream);
        boolean text = ppid == Dcep.TEXT || ppid == Dcep.EMPTY_TEXT;
        boolean empty = ppid == Dcep.EMPTY_TEXT || ppid == Dcep.EMPTY_BINARY;
        if (channel == null || !(text || empty || ppid == Dcep.BINARY)) {
            counters.drop(DropReason.DATA_REFUSED);
            return;
        }
        channel.acknowledged = true; // who sends on it has heard of it
        if (!rate.take(nowNanos)) {
            counters.drop(DropReason.DATA_TOO_FAST);
            return;
        }
        counters.add(Counter.DATA_MESSAGES_IN);
        if (empty) {
            message.clear();
        }
        events.onMessage(channel.label, text, message);
    }

    @Override
    public void messageTooBig(int stream) {
        counters.drop(DropReason.DATA_TOO_BIG);
        Channel channel = channels.get(stream);
        if (channel != null && !channel.closing) {
            channel.closing = true;
            association.resetStreams(new int[] {stream}, true);
        }
    }

    @Override
    public void streamsReset(int[] streams, boolean byPeer) {
        for (int stream : streams) {
            Channel channel = channels.get(stream);
            if (channel == null) {
                continue;
            }
            if (byPeer && !channel.closing) { // now our side
                channel.closing = true;
                association.resetStreams(new int[] {stream}, false);
            } else if (!byPeer) {
                channels.remove(stream);
                events.onChannelClosed(channel.label);
            }
        }
    }

    @Override
    public void up() {
        up = true;
        long nowNanos = scope.clock().nowNanos();
        for (Channel channel : channels.values()) {
            announce(nowNanos, channel);
            for (Early each = channel.early.poll(); each != null; each = channel.early.poll()) {
                send(nowNanos, channel.label, each.text, each.message);
            }
        }
    }

    @Override
    public void down(SctpCloseReason reason) {
        if (!closed) {
            close();
            events.onDataClosed(reason);
        }
    }

    /** Frees everything; idempotent. */
    public void close() {
        closed = true;
        up = false;
        timer.cancel();
        for (Channel channel : channels.values()) {
            channel.early.forEach(each -> each.message.release());
        }
        channels.clear();
        association.close();
    }
}
