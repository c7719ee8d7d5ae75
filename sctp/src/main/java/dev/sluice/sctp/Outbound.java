package dev.sluice.sctp;

import dev.sluice.sctp.Outstanding.Fragment;
import dev.sluice.sctp.Outstanding.State;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Sending: fragments, acknowledgements, losses, messages that are given up (RFC 9260 §6, §7). */
final class Outbound {
    /** Bytes of a message in one packet. */
    static final int FRAGMENT = (PacketWriter.SIZE - PacketView.HEADER - Chunk.DATA_HEADER) & ~3;

    /** A network with losses of 30 % may need so many; at three seconds each it is a minute. */
    private static final int MAX_TIMEOUTS = 20;

    private static final int MISSES = 3;

    /** Timeouts in a row after which not even a reported arrival is believed. */
    private static final int RENEGED = 3;

    /** Streams that one FORWARD-TSN names. */
    private static final int MAX_SKIPPED = 32;

    /** What the peer announces beyond that is not used. */
    private static final long MAX_PEER_WINDOW = 1 << 20;

    private final SctpSink sink;
    private final SendQueue queue;
    private final Outstanding outstanding;
    private final CongestionWindow congestion = new CongestionWindow();
    private final RetransmissionTimeout timeout = new RetransmissionTimeout();
    private final boolean givesUp;
    private int[] nextSsn = new int[4];
    private int[] onTheWay = new int[4];
    private final int[] skippedStreams = new int[MAX_SKIPPED];
    private final int[] skippedSsns = new int[MAX_SKIPPED];
    private int lost;
    private long peerWindow;
    private long flight;
    private long abandonedTo; // everything up to here is acknowledged or given up
    private boolean forward;
    private long timerAt = Association.NEVER;
    private int timeouts;
    private long lastSentAt;
    private long measuredTo; // one round trip is measured at a time
    private long highestGap; // of the latest SACK
    private long arrivedSentAt; // when the latest of what it acknowledges anew was sent
    private long allowance = Long.MAX_VALUE; // bytes that the owner lets go for the first time
    private int hurry; // retransmissions that do not ask the window

    Outbound(SctpSink sink, int initialTsn, SctpParameters peer) {
        this.sink = sink;
        queue = new SendQueue(sink);
        long first = initialTsn & 0xFFFF_FFFFL;
        outstanding = new Outstanding(first);
        abandonedTo = first - 1;
        measuredTo = first;
        peerWindow = Math.min(MAX_PEER_WINDOW, peer.window());
        givesUp = peer.forwardTsn();
    }

    void allow(long bytes) {
        allowance = bytes;
    }

    SendQueue queue() {
        return queue;
    }

    /**
     * @return number of the last fragment that was sent
     */
    long lastTsn() {
        return outstanding.next() - 1;
    }

    /**
     * @return whether everything of a stream is acknowledged or given up
     */
    boolean isIdle(int stream) {
        return queue.isEmpty(stream) && (stream >= onTheWay.length || onTheWay[stream] == 0);
    }

    boolean isIdle() {
        return queue.isEmpty() && outstanding.isEmpty();
    }

    /** Numbers of a stream's messages begin anew (RFC 6525 §5.2.7). */
    void reset(int stream) {
        if (stream < nextSsn.length) {
            nextSsn[stream] = 0;
        }
    }

    private void growTo(int stream) {
        if (stream >= nextSsn.length) {
            int size = Math.max(stream + 1, 2 * nextSsn.length);
            nextSsn = Arrays.copyOf(nextSsn, size);
            onTheWay = Arrays.copyOf(onTheWay, size);
        }
    }

    // --- what the peer says

    /**
     * A SACK.
     *
     * @return false when it acknowledges what was never sent
     */
    boolean onSack(long nowNanos, PacketView chunk) {
        if (chunk.length() < 12) {
            return true;
        }
        long cumulative = Chunk.unwrap(outstanding.first() - 1, chunk.int32(0));
        if (cumulative >= outstanding.next()) {
            return false;
        }
        if (cumulative < outstanding.first() - 1) {
            return true; // overtaken by a later one
        }
        long flightBefore = flight;
        long acknowledged = 0;
        boolean advanced = cumulative >= outstanding.first();
        while (outstanding.first() <= cumulative) {
            acknowledged += onAcknowledged(nowNanos, outstanding.first());
            forget(outstanding.removeFirst());
        }
        highestGap = -1;
        arrivedSentAt = Long.MIN_VALUE;
        long highestNew = onGaps(nowNanos, chunk, cumulative);
        if (advanced) {
            timeouts = 0;
            timeout.onProgress();
            congestion.onAcknowledged(acknowledged, flightBefore, cumulative);
            timerAt = outstanding.isEmpty() ? Association.NEVER : nowNanos + timeout.nanos();
        }
        boolean recovering = congestion.isRecovering(cumulative) && advanced;
        countMisses(nowNanos, cumulative, recovering ? highestGap : highestNew);
        peerWindow = Math.min(MAX_PEER_WINDOW, chunk.int32(4) & 0xFFFF_FFFFL);
        timeouts = peerWindow < PacketWriter.SIZE ? 0 : timeouts; // full, but there
        abandonedTo = Math.max(abandonedTo, cumulative);
        advanceAbandoned();
        forward |= abandonedTo >= outstanding.first(); // it did not hear (RFC 3758 §3.5, C3)
        return true;
    }

    /**
     * @return bytes that were not acknowledged before
     */
    private long onAcknowledged(long nowNanos, long tsn) {
        Fragment fragment = outstanding.get(tsn);
        if (fragment.state == State.ARRIVED || fragment.state == State.ABANDONED) {
            return 0;
        }
        arrivedSentAt = Math.max(arrivedSentAt, fragment.sentAtNanos);
        if (fragment.state == State.ON_ITS_WAY) {
            flight -= fragment.length;
            if (fragment.transmissions == 1 && tsn >= measuredTo) {
                timeout.onRoundTrip(nowNanos - fragment.sentAtNanos);
                measuredTo = outstanding.next();
            }
        }
        lost -= fragment.state == State.LOST ? 1 : 0;
        fragment.state = State.ARRIVED;
        return fragment.length;
    }

    /** A fragment leaves the ring; its message may be freed. */
    private void forget(Fragment fragment) {
        OutgoingMessage message = fragment.message;
        fragment.message = null;
        if (message == null) {
            return;
        }
        message.outstanding--;
        if (message.outstanding == 0 && (message.isCut() || message.abandoned)) {
            message.payload.release();
            onTheWay[message.stream]--;
        }
    }

    /**
     * @return the highest fragment that is acknowledged for the first time, −1 for none
     */
    private long onGaps(long nowNanos, PacketView chunk, long cumulative) {
        int blocks = Math.min(chunk.int16(8), (chunk.length() - 12) / 4);
        long highest = -1;
        int steps = 0;
        for (int i = 0; i < blocks; i++) {
            long from = cumulative + chunk.int16(12 + 4 * i);
            long to = Math.min(cumulative + chunk.int16(14 + 4 * i), outstanding.next() - 1);
            highestGap = Math.max(highestGap, to);
            for (long tsn = Math.max(from, outstanding.first()); tsn <= to; tsn++) {
                if (++steps > Outstanding.MAX) {
                    return highest;
                }
                if (outstanding.get(tsn).state != State.ARRIVED
                        && onAcknowledged(nowNanos, tsn) > 0) {
                    highest = Math.max(highest, tsn);
                }
            }
        }
        return highest;
    }

    /** Fragments that later ones overtook three times are lost (RFC 9260 §7.2.4). */
    private void countMisses(long nowNanos, long cumulative, long before) {
        boolean found = false;
        for (long tsn = outstanding.first(); tsn < before; tsn++) {
            Fragment fragment = outstanding.get(tsn);
            boolean overtaken = fragment.sentAtNanos < arrivedSentAt; // also when sent again
            if (fragment.state != State.ON_ITS_WAY || !overtaken) {
                continue;
            }
            if (++fragment.misses >= MISSES) {
                lose(nowNanos, fragment);
                found = true;
            }
        }
        if (found && congestion.onLoss(cumulative, outstanding.next() - 1)) {
            hurry = 1;
        }
    }

    private void lose(long nowNanos, Fragment fragment) {
        if (fragment.state == State.ON_ITS_WAY) {
            flight -= fragment.length;
        }
        fragment.state = State.LOST;
        lost++;
        OutgoingMessage message = fragment.message;
        if (message != null && isGivenUp(nowNanos, fragment, message)) {
            abandon(message);
        }
    }

    private boolean isGivenUp(long nowNanos, Fragment fragment, OutgoingMessage message) {
        int most = message.reliability.maxRetransmits();
        return givesUp
                && ((most >= 0 && fragment.transmissions > most) || message.isExpired(nowNanos));
    }

    /** Gives a whole message up: sent fragments, and the rest that was not sent. */
    private void abandon(OutgoingMessage message) {
        if (!message.isCut()) {
            queue.abandon(message);
            // an end of its own, never sent, so that the peer is told to forget the beginning
            outstanding.add(message, message.cut, 0).state = State.ABANDONED;
            message.outstanding++;
        }
        message.abandoned = true;
        sink.abandoned(message.stream);
        for (long tsn = outstanding.first(); tsn < outstanding.next(); tsn++) {
            Fragment each = outstanding.get(tsn);
            if (isOf(each, message) && each.state != State.ARRIVED) {
                flight -= each.state == State.ON_ITS_WAY ? each.length : 0;
                lost -= each.state == State.LOST ? 1 : 0;
                each.state = State.ABANDONED;
            }
        }
        advanceAbandoned();
    }

    @SuppressWarnings("ReferenceEquality") // one object a message
    private static boolean isOf(Fragment fragment, OutgoingMessage message) {
        return fragment.message == message;
    }

    private void advanceAbandoned() {
        long before = abandonedTo;
        long tsn = Math.max(abandonedTo, outstanding.first() - 1) + 1;
        while (tsn < outstanding.next() && isPast(outstanding.get(tsn))) {
            tsn++;
        }
        abandonedTo = tsn - 1;
        forward |= abandonedTo > before && abandonedTo >= outstanding.first();
    }

    /** What arrived counts only behind something that was given up. */
    private static boolean isPast(Fragment fragment) {
        OutgoingMessage message = fragment.message;
        return fragment.state == State.ABANDONED
                || (fragment.state == State.ARRIVED && message != null && message.abandoned);
    }

    // --- time

    /**
     * @return when {@link #onTime} wants to be called
     */
    long timerAt() {
        return timerAt;
    }

    /**
     * Nothing was acknowledged in time (RFC 9260 §6.3.3).
     *
     * @return false when that happened too often
     */
    boolean onTime(long nowNanos) {
        if (timerAt == Association.NEVER || nowNanos < timerAt) {
            return true;
        }
        timeouts++;
        if (timeouts > MAX_TIMEOUTS) {
            return false;
        }
        congestion.onTimeout();
        timeout.backOff();
        for (long tsn = outstanding.first(); tsn < outstanding.next(); tsn++) {
            Fragment fragment = outstanding.get(tsn);
            OutgoingMessage message = fragment.message;
            boolean gone =
                    fragment.state == State.ON_ITS_WAY
                            || (fragment.state == State.ARRIVED && timeouts >= RENEGED);
            if (gone && !(message != null && message.abandoned)) {
                fragment.misses = 0;
                lose(nowNanos, fragment);
            }
        }
        hurry = 1;
        forward |= abandonedTo >= outstanding.first();
        timerAt = outstanding.isEmpty() ? Association.NEVER : nowNanos + timeout.nanos();
        return true;
    }

    // --- what leaves

    /** Puts into the packet what may go: what was lost, what is given up, what is new. */
    void fill(long nowNanos, PacketWriter writer) {
        if (isIdle()) {
            return;
        }
        if (outstanding.isEmpty() && nowNanos - lastSentAt > timeout.nanos()) {
            congestion.onIdle();
        }
        boolean fits = repeat(nowNanos, writer);
        if (forward) {
            fits &= writeForward(writer);
        }
        while (fits) {
            fits = writeNew(nowNanos, writer);
        }
    }

    private boolean mayFly(int length) {
        if (hurry > 0) {
            return true;
        }
        boolean probe = flight == 0; // one packet whatever the windows say
        return probe || flight + length <= Math.min(congestion.bytes(), peerWindow);
    }

    private boolean repeat(long nowNanos, PacketWriter writer) {
        for (long tsn = outstanding.first(); lost > 0 && tsn < outstanding.next(); tsn++) {
            Fragment fragment = outstanding.get(tsn);
            OutgoingMessage message = fragment.message;
            if (fragment.state != State.LOST || message == null) {
                continue;
            }
            if (isGivenUp(nowNanos, fragment, message)) {
                abandon(message);
                continue;
            }
            if (!fits(writer, fragment.length) || !mayFly(fragment.length)) {
                hurry = 0;
                return false;
            }
            write(nowNanos, writer, tsn, fragment, message);
        }
        hurry = 0;
        return true;
    }

    private static boolean fits(PacketWriter writer, int length) {
        return writer.room() >= Chunk.DATA_HEADER + ((length + 3) & ~3);
    }

    private boolean writeNew(long nowNanos, PacketWriter writer) {
        OutgoingMessage message = queue.next(nowNanos);
        if (message == null || outstanding.isFull()) {
            return false;
        }
        int length = Math.min(FRAGMENT, message.length - message.cut);
        if (!fits(writer, length) || !mayFly(length) || allowance <= 0) {
            return false;
        }
        allowance -= length;
        growTo(message.stream);
        if (message.cut == 0) {
            onTheWay[message.stream]++;
            if (message.reliability.ordered()) {
                message.ssn = nextSsn[message.stream];
                nextSsn[message.stream] = message.ssn + 1 & 0xFFFF;
            }
        }
        long tsn = outstanding.next();
        Fragment fragment = outstanding.add(message, message.cut, length);
        message.outstanding++;
        queue.onCut(message, length);
        write(nowNanos, writer, tsn, fragment, message);
        return true;
    }

    private void write(
            long nowNanos,
            PacketWriter writer,
            long tsn,
            Fragment fragment,
            OutgoingMessage message) {
        int flags =
                (fragment.begins() ? Chunk.BEGIN : 0)
                        | (fragment.ends() ? Chunk.END : 0)
                        | (message.reliability.ordered() ? 0 : Chunk.UNORDERED);
        ByteBuf chunk = writer.chunk(Chunk.DATA, flags);
        chunk.writeInt((int) tsn).writeShort(message.stream).writeShort(message.ssn);
        chunk.writeInt(message.ppid);
        chunk.writeBytes(
                message.payload, message.payload.readerIndex() + fragment.offset, fragment.length);
        writer.end();
        if (fragment.state == State.LOST) {
            lost--;
            sink.retransmitted();
        }
        fragment.state = State.ON_ITS_WAY;
        fragment.sentAtNanos = nowNanos;
        fragment.transmissions++;
        fragment.misses = 0;
        flight += fragment.length;
        lastSentAt = nowNanos;
        if (timerAt == Association.NEVER) {
            timerAt = nowNanos + timeout.nanos();
        }
    }

    /** Tells the peer what will not come (RFC 3758 §3.2): number, and last message of streams. */
    private boolean writeForward(PacketWriter writer) {
        int streams = 0;
        for (long tsn = outstanding.first(); tsn <= abandonedTo; tsn++) {
            OutgoingMessage message = outstanding.get(tsn).message;
            if (message != null && message.reliability.ordered()) {
                int at = 0;
                while (at < streams && skippedStreams[at] != message.stream) {
                    at++;
                }
                if (at == MAX_SKIPPED) {
                    break;
                }
                streams = Math.max(streams, at + 1);
                skippedStreams[at] = message.stream;
                skippedSsns[at] = message.ssn;
            }
        }
        if (writer.room() < Chunk.HEADER + 4 + 4 * streams) {
            return false;
        }
        ByteBuf chunk = writer.chunk(Chunk.FORWARD_TSN, 0).writeInt((int) abandonedTo);
        for (int i = 0; i < streams; i++) {
            chunk.writeShort(skippedStreams[i]).writeShort(skippedSsns[i]);
        }
        writer.end();
        forward = false;
        return true;
    }

    long timeoutNanos() {
        return timeout.nanos();
    }

    void onRoundTrip(long nanos) {
        timeout.onRoundTrip(nanos);
    }

    /** Frees everything. */
    void close() {
        queue.close();
        while (!outstanding.isEmpty()) {
            Fragment fragment = outstanding.removeFirst();
            OutgoingMessage message = fragment.message;
            fragment.message = null;
            if (message != null && --message.outstanding == 0) {
                message.payload.release();
            }
        }
        timerAt = Association.NEVER;
    }
}
