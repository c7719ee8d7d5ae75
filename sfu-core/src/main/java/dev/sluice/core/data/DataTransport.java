package dev.sluice.core.data;

import dev.sluice.core.loop.Deadlines;
import dev.sluice.core.loop.Timed;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.Counters;
import dev.sluice.core.stats.DropReason;
import dev.sluice.core.transport.PeerTransport;
import dev.sluice.core.transport.TransportScope;
import dev.sluice.sctp.Association;
import dev.sluice.sctp.Reliability;
import dev.sluice.sctp.SctpCloseReason;
import dev.sluice.sctp.SctpSink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The data channels of one peer. Ids of ours are odd, unless we are the DTLS client. */
public final class DataTransport implements SctpSink, Timed {
    /** Port of both sides: the value that descriptions say. */
    public static final int PORT = 5000;

    /** What waits for a receiver on a channel whose messages may be lost. */
    private static final int MAX_PARTIAL = 64 << 10;

    /** What is older is not sent any more where nothing is sent twice. */
    private static final int LOSSY_MILLIS = 200;

    /** A channel that was too slow is opened anew after that. */
    private static final long REOPEN_NANOS = 5_000_000_000L;

    private final TransportScope scope;
    private final DataScope shared;
    private final Counters counters;
    private final PeerTransport peer;
    private final DataEvents events;
    private final Association association;
    private final DataChannels channels = new DataChannels();
    private final Departure departure = new Departure();
    private final Deadlines.Timer timer;
    private final Intake intake;
    private final ArrayDeque<DataChannel> toReopen = new ArrayDeque<>(0);
    private final List<DataSeat> seats = new ArrayList<>(2);
    private long reopenAt = NEVER;
    private boolean up;
    private boolean closed;
    private boolean leaving;

    public DataTransport(
            TransportScope scope, DataScope shared, PeerTransport peer, DataEvents events) {
        this.scope = scope;
        this.shared = shared;
        this.intake = new Intake(shared.bytesPerSecond());
        this.counters = scope.counters();
        this.peer = peer;
        this.events = events;
        this.association = new Association(shared.sctp(), this, PORT);
        this.timer = scope.deadlines().add(this);
        peer.expectData();
    }

    private ByteBufAllocator allocator() {
        return shared.sctp().allocator();
    }

    /** DTLS is up. */
    public void onConnected(long nowNanos) {
        association.connect(nowNanos);
        leave();
    }

    /** A record came; borrowed. */
    public void onRecord(long nowNanos, ByteBuf bytes) {
        if (!association.onPacket(nowNanos, bytes)) {
            counters.drop(DropReason.SCTP_REFUSED);
        }
        leave();
    }

    /** Opens a channel; it may be sent on at once. */
    public void open(long nowNanos, String label, Reliability reliability) {
        if (closed || channels.isFull()) {
            counters.drop(DropReason.DATA_REFUSED);
            return;
        }
        int id = channels.freeId(peer.isDtlsClient());
        DataChannel channel = new DataChannel(id, label, reliability, true);
        channels.add(channel);
        if (up) {
            announce(nowNanos, channel);
            leave();
        }
    }

    private void announce(long nowNanos, DataChannel channel) {
        ByteBuf open = new Dcep(channel.label, "", channel.reliability).write(allocator());
        association.send(nowNanos, channel.id, Dcep.CONTROL, open, Reliability.RELIABLE);
        events.onChannel(channel.label, channel.reliability);
    }

    /**
     * Sends a message on the channel of that label.
     *
     * @param message released here, whatever becomes of it; others may send it, too
     */
    public void send(long nowNanos, String label, boolean text, ByteBuf message) {
        send(nowNanos, channels.find(label), text, message);
    }

    /** Sends a message that others send, too; borrowed. */
    public void send(long nowNanos, DataMessage message) {
        DataChannel channel = channels.find(message.label());
        boolean elsewhere = channel == null && !channels.has(message.label());
        if (elsewhere && message.form() == DataMessage.Form.PLAIN) {
            channel = channels.first();
        }
        send(nowNanos, channel, message.text(), message.bytes().retain());
    }

    private void send(long nowNanos, @Nullable DataChannel channel, boolean text, ByteBuf message) {
        if (channel != null && !up && !closed && channel.hold(text, message)) {
            return;
        }
        if (channel == null || !up || closed) {
            message.release();
            counters.drop(DropReason.DATA_REFUSED);
            return;
        }
        int length = message.readableBytes();
        if (give(nowNanos, channel, text, message, channel.now(LOSSY_MILLIS))) {
            counters.add(Counter.DATA_MESSAGES_OUT);
            counters.add(Counter.DATA_BYTES_OUT, length);
            bound(nowNanos, channel, length);
        } else {
            counters.drop(DropReason.DATA_REFUSED);
        }
        leave();
    }

    private void bound(long nowNanos, DataChannel channel, int length) {
        if (!channel.isPartial()) {
            channel.backlog.add(Math.max(1, length));
            review(nowNanos, channel);
            return;
        }
        while (association.bufferedAmount(channel.id) > MAX_PARTIAL
                && association.drop(channel.id, 1) > 0) {
            counters.drop(DropReason.DATA_QUEUE_FULL);
        }
    }

    /** Looks whether the receiver of a reliable channel keeps up. */
    private void review(long nowNanos, DataChannel channel) {
        int waiting = association.bufferedAmount(channel.id);
        switch (channel.backlog.review(nowNanos, waiting)) {
            case FULL -> tellFull(true);
            case DRAINED -> tellFull(false);
            case SLOW -> giveUp(nowNanos, channel);
            case UNCHANGED -> {}
        }
    }

    private void tellFull(boolean full) {
        for (int i = 0; i < seats.size(); i++) {
            seats.get(i).onFull(full);
        }
    }

    /** The channel's receiver is too slow: what waits is lost, and it is told by a new channel. */
    private void giveUp(long nowNanos, DataChannel channel) {
        counters.add(Counter.DATA_SLOW_RECEIVERS);
        int waiting = association.bufferedAmount(channel.id);
        int lost = association.drop(channel.id, Integer.MAX_VALUE);
        counters.drop(DropReason.DATA_QUEUE_FULL, lost);
        DataClosedEvent.emit(channel.label, "SLOW_RECEIVER", lost, waiting);
        channel.backlog.clear();
        if (channel.ours) { // one of the peer's own would be closed for what it sends, too
            channel.closing = true;
            association.resetStreams(new int[] {channel.id}, true);
            toReopen.add(channel);
            reopenAt = nowNanos + REOPEN_NANOS;
        }
        tellFull(false);
    }

    private void reopen(long nowNanos) {
        reopenAt = NEVER;
        for (DataChannel each = toReopen.poll(); each != null; each = toReopen.poll()) {
            if (channels.get(each.id) == null) { // it hears us again: both sides are closed
                open(nowNanos, each.label, each.reliability);
            } else {
                toReopen.add(each);
                reopenAt = nowNanos + REOPEN_NANOS;
                return;
            }
        }
    }

    /** Tells that one from now on whether what is sent here waits too long. */
    public void listen(DataSeat seat) {
        seats.add(seat);
    }

    /** Media shares the peer's network from now on. */
    public void budget(DataBudget limits) {
        departure.budget(limits);
    }

    /** Who takes the messages can take more again. */
    public void resume(long nowNanos) {
        intake.resume();
        giveBack(nowNanos);
        leave();
    }

    private void giveBack(long nowNanos) {
        int bytes = intake.takeWithheld(nowNanos);
        if (bytes > 0) {
            association.consumed(nowNanos, bytes);
        }
    }

    /** SCTP has no empty messages: they are a byte that does not count (RFC 8831 §6.6). */
    private boolean give(
            long nowNanos, DataChannel to, boolean text, ByteBuf message, Reliability how) {
        if (message.isReadable()) {
            int ppid = text ? Dcep.TEXT : Dcep.BINARY;
            return association.send(nowNanos, to.id, ppid, message, how);
        }
        message.release();
        ByteBuf zero = allocator().buffer(1, 1).writeByte(0);
        int ppid = text ? Dcep.EMPTY_TEXT : Dcep.EMPTY_BINARY;
        return association.send(nowNanos, to.id, ppid, zero, how);
    }

    /** Closes our side of a channel once what waits has arrived; the peer closes its own then. */
    public void close(long nowNanos, String label) {
        DataChannel channel = channels.find(label);
        if (channel != null) {
            channel.closing = true;
            association.resetStreams(new int[] {channel.id}, false);
            leave();
        }
    }

    /** Packets leave at the end of the burst, so that messages share them. */
    private void leave() {
        if (!leaving && !closed) {
            leaving = true;
            shared.flushLater(this);
        }
    }

    /** The burst ends. */
    void flush(long nowNanos) {
        leaving = false;
        if (closed) {
            return;
        }
        if (up && departure.mayWait(nowNanos, association.queuedBytes())) {
            timer.update();
            return;
        }
        association.allow(departure.allowance(nowNanos));
        association.flush(nowNanos);
        departure.onLeft(nowNanos, association.queuedBytes());
        for (DataChannel channel : channels.all()) {
            if (channel.backlog.isFull()) {
                review(nowNanos, channel);
            }
        }
        timer.update();
    }

    @Override
    public long nextTimeout() {
        if (closed) {
            return NEVER;
        }
        long nowNanos = scope.clock().nowNanos();
        long next = Math.min(association.nextDeadline(), intake.dueAt(nowNanos));
        for (DataChannel channel : channels.all()) {
            next = Math.min(next, channel.backlog.reviewAt());
        }
        return Math.min(next, Math.min(reopenAt, departure.dueAt()));
    }

    @Override
    public void onTimeout(long nowNanos) {
        association.onTime(nowNanos);
        giveBack(nowNanos);
        if (nowNanos >= reopenAt) {
            reopen(nowNanos);
        }
        leave();
    }

    // --- SctpSink

    @Override
    public void packet(ByteBuf packet) {
        int length = packet.readableBytes();
        departure.onPacket(scope.clock().nowNanos(), length);
        packet.getBytes(packet.readerIndex(), shared.record(), 0, length);
        peer.sendData(shared.record(), length);
    }

    @Override
    public void retransmitted() {
        counters.add(Counter.DATA_RETRANSMITTED);
    }

    @Override
    public void abandoned(int stream) {
        counters.drop(DropReason.DATA_ABANDONED);
    }

    @Override
    public void message(int stream, int ppid, boolean unordered, ByteBuf message) {
        long nowNanos = scope.clock().nowNanos();
        int length = message.readableBytes();
        boolean more = true;
        try {
            if (ppid == Dcep.CONTROL) {
                onControl(nowNanos, stream, message);
            } else {
                more = onPayload(nowNanos, stream, ppid, message);
            }
        } finally {
            message.release();
        }
        if (more) {
            association.consumed(nowNanos, length);
        } else {
            intake.withhold(length);
        }
    }

    private void onControl(long nowNanos, int stream, ByteBuf message) {
        DataChannel known = channels.get(stream);
        if (Dcep.isAck(message)) {
            if (known != null) {
                known.acknowledged = true;
            }
            return;
        }
        Dcep open = Dcep.read(message);
        boolean theirs = (stream & 1) == (peer.isDtlsClient() ? 1 : 0);
        if (open == null || !theirs || known != null || channels.isFull()) {
            counters.drop(DropReason.DATA_REFUSED);
            association.resetStreams(new int[] {stream}, true);
            return;
        }
        DataChannel channel = new DataChannel(stream, open.label(), open.reliability(), false);
        channel.acknowledged = true;
        channels.add(channel);
        ByteBuf ack = Dcep.ack(allocator());
        association.send(nowNanos, stream, Dcep.CONTROL, ack, Reliability.RELIABLE);
        events.onChannel(channel.label, channel.reliability);
    }

    /**
     * @return whether the peer may send as much again
     */
    private boolean onPayload(long nowNanos, int stream, int ppid, ByteBuf message) {
        DataChannel channel = channels.get(stream);
        boolean text = ppid == Dcep.TEXT || ppid == Dcep.EMPTY_TEXT;
        boolean empty = ppid == Dcep.EMPTY_TEXT || ppid == Dcep.EMPTY_BINARY;
        if (channel == null || !(text || empty || ppid == Dcep.BINARY)) {
            counters.drop(DropReason.DATA_REFUSED);
            return true;
        }
        channel.acknowledged = true; // who sends on it has heard of it
        boolean within = intake.spend(nowNanos, message.readableBytes());
        if (!within && channel.isPartial()) {
            counters.drop(DropReason.DATA_TOO_FAST);
            return true;
        }
        counters.add(Counter.DATA_MESSAGES_IN);
        if (empty) {
            message.clear();
        }
        counters.add(Counter.DATA_BYTES_IN, message.readableBytes());
        switch (events.onMessage(channel.label, text, message)) {
            case FULL -> intake.hold();
            case REFUSED -> counters.drop(DropReason.DATA_REFUSED);
            case TAKEN -> {}
        }
        return channel.isPartial() || intake.mayGoOn(nowNanos);
    }

    @Override
    public void messageTooBig(int stream) {
        counters.drop(DropReason.DATA_TOO_BIG);
        DataChannel channel = channels.get(stream);
        if (channel != null && !channel.closing) {
            DataClosedEvent.emit(channel.label, "MESSAGE_TOO_BIG", 0, 0);
            channel.closing = true;
            association.resetStreams(new int[] {stream}, true);
        }
    }

    @Override
    public void streamsReset(int[] streams, boolean byPeer) {
        for (int stream : streams) {
            DataChannel channel = channels.get(stream);
            if (channel == null) {
                continue;
            }
            if (byPeer && !channel.closing) { // now our side
                channel.closing = true;
                association.resetStreams(new int[] {stream}, false);
            } else if (!byPeer) {
                channels.remove(channel);
                events.onChannelClosed(channel.label);
            }
        }
    }

    @Override
    public void up() {
        up = true;
        long nowNanos = scope.clock().nowNanos();
        for (DataChannel channel : channels.all()) {
            announce(nowNanos, channel);
            ArrayDeque<DataChannel.Early> early = channel.early();
            for (DataChannel.Early each = early.poll(); each != null; each = early.poll()) {
                send(nowNanos, channel, each.text(), each.message());
            }
        }
    }

    @Override
    public void down(SctpCloseReason reason) {
        if (!closed) {
            counters.add(
                    switch (reason) {
                        case NEVER_CONNECTED -> Counter.SCTP_NEVER_CONNECTED;
                        case ABORTED_BY_PEER -> Counter.SCTP_ABORTED;
                        case PROTOCOL_VIOLATION -> Counter.SCTP_VIOLATED;
                        case SHUTDOWN -> Counter.SCTP_SHUT_DOWN;
                        case TOO_MANY_RETRIES, RESET_FAILED -> Counter.SCTP_TIMED_OUT;
                    });
            for (DataChannel each : channels.all()) {
                int waiting = association.bufferedAmount(each.id);
                DataClosedEvent.emit(each.label, reason.name(), 0, waiting);
            }
            close();
            events.onDataClosed(reason);
        }
    }

    /** Frees everything; idempotent. */
    public void close() {
        closed = true;
        up = false;
        timer.cancel();
        channels.close();
        association.close();
    }
}
