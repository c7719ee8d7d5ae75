package dev.sluice.core.media;

import dev.sluice.core.stats.Counter;
import dev.sluice.core.transport.EgressEntry;
import dev.sluice.core.transport.OutgoingStream;
import dev.sluice.core.transport.PeerTransport;
import dev.sluice.rtp.ExtensionIds;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sends packets of one subscription again on its RTX stream (RFC 4588): those that the subscriber
 * misses, and those that a probe of bandwidth is made of.
 */
final class Retransmitter {
    private static final long MIN_ANSWER_GAP_NANOS = 20_000_000L;

    /** Sent again at most: a quarter of what is sent, and so many bytes at once. */
    private static final double SHARE = 0.25;

    /** Bytes that a retransmission is longer (RFC 4588 §4). */
    private static final int ORIGINAL_NUMBER = 2;

    private static final int MOST_AT_ONCE = 96 * 1024;

    /** A picture this old is shown already, or given up. */
    private static final long TOO_OLD_TICKS = 90_000;

    /** Packets that a probe is worth looking back for, and what it prefers to send. */
    private static final int PROBE_DEPTH = 64;

    private static final int PROBE_BYTES = 500;

    private final MediaScope scope;
    private final PublishedTrack track;
    private final PeerTransport peer;
    private final OutgoingStream stream;
    private final int[] payloadTypes;
    private final SentHistory history = new SentHistory();
    private final int anyType;
    private long index;
    private long newest = -1;
    private long newestTimestamp;
    private int probed;
    private double credit = MOST_AT_ONCE;
    private long roundTripNanos = 100_000_000L;

    /**
     * @param payloadTypes RTX payload type of each payload type, −1 where there is none
     * @param index the first sequence number
     */
    Retransmitter(
            MediaScope scope,
            PublishedTrack track,
            PeerTransport peer,
            OutgoingStream stream,
            int[] payloadTypes,
            long index) {
        this.scope = scope;
        this.track = track;
        this.peer = peer;
        this.stream = stream;
        this.payloadTypes = payloadTypes;
        this.index = index;
        this.anyType = Arrays.stream(payloadTypes).max().orElse(-1);
    }

    /** A packet leaves for the first time. @return its place in the history, for the details */
    int sent(long outgoing, Encoding encoding, long extended, long timestamp, int length) {
        credit = Math.min(MOST_AT_ONCE, credit + SHARE * length);
        if (outgoing > newest) {
            newest = outgoing;
            newestTimestamp = timestamp;
            probed = 0;
        }
        return history.put(outgoing, encoding.layer(), encoding.epoch(), extended, timestamp);
    }

    SentHistory history() {
        return history;
    }

    void roundTrip(long nanos) {
        roundTripNanos = nanos;
    }

    long roundTripNanos() {
        return roundTripNanos;
    }

    /** The subscriber misses a packet. */
    void onMissing(long nowNanos, int sequence) {
        int place = history.find(sequence);
        Encoding encoding = place < 0 ? null : sourceOf(place);
        int slot = encoding == null ? PacketCache.MISSING : slotOf(encoding, place);
        if (encoding == null || slot == PacketCache.MISSING || isTooOld(place)) {
            scope.counters().add(Counter.RETRANSMIT_MISSING);
            return;
        }
        int length = encoding.cache().length(slot) + ORIGINAL_NUMBER;
        if (credit < length) {
            scope.counters().add(Counter.RETRANSMIT_REFUSED);
            return;
        }
        if (history.answer(place, nowNanos, Math.max(roundTripNanos, MIN_ANSWER_GAP_NANOS))) {
            credit -= length;
            scope.counters().add(Counter.NACK_ANSWERED);
            send(encoding, slot, place, sequence);
        }
    }

    private boolean isTooOld(int place) {
        int age = (int) (newestTimestamp - history.timestamp(place));
        return !track.isAudio() && age > TOO_OLD_TICKS;
    }

    private int slotOf(Encoding encoding, int place) {
        boolean typed = payloadTypes[history.payloadType(place)] >= 0;
        return typed ? encoding.cache().findLasting(history.incoming(place)) : PacketCache.MISSING;
    }

    private void send(Encoding encoding, int slot, int place, int sequence) {
        EgressEntry entry =
                scope.egress()
                        .next(
                                peer,
                                stream,
                                encoding.buffer(),
                                encoding.cache().offset(slot),
                                encoding.cache().length(slot),
                                track.extensions());
        entry.type(payloadTypes[history.payloadType(place)], history.marker(place))
                .numbers(index++, history.timestamp(place))
                .vp8(history.pictureId(place), history.tl0PictureIndex(place))
                .retransmission(sequence);
    }

    /** The encoding that a packet came from, null when its numbers mean other packets by now. */
    private @Nullable Encoding sourceOf(int place) {
        Encoding encoding = track.encodings().get(history.layer(place));
        return encoding.epoch() == history.epoch(place) ? encoding : null;
    }

    /**
     * Sends one of the latest packets again so that the network carries more: it may even repair
     * something.
     *
     * @return its bytes, 0 when the subscriber has no retransmission
     */
    int probe() {
        int sequence = worthRepeating();
        int place = sequence < 0 ? -1 : history.find(sequence);
        Encoding encoding = place < 0 ? null : sourceOf(place);
        if (encoding == null) {
            return pad();
        }
        int slot = slotOf(encoding, place);
        send(encoding, slot, place, sequence);
        return encoding.cache().length(slot);
    }

    /** The next large packet going back in time, or the largest there is; −1 for none. */
    private int worthRepeating() {
        int best = -1;
        int bestLength = Padding.LENGTH;
        for (int i = 0; i < PROBE_DEPTH && newest >= 0 && bestLength < PROBE_BYTES; i++) {
            int sequence = (int) (newest - probed) & 0xFFFF;
            probed = (probed + 1) % PROBE_DEPTH;
            int length = cachedLength(sequence);
            best = length > bestLength ? sequence : best;
            bestLength = Math.max(length, bestLength);
        }
        return best;
    }

    private int cachedLength(int sequence) {
        int place = history.find(sequence);
        Encoding encoding = place < 0 ? null : sourceOf(place);
        int slot = encoding == null ? PacketCache.MISSING : slotOf(encoding, place);
        return encoding == null || slot == PacketCache.MISSING ? 0 : encoding.cache().length(slot);
    }

    /** With nothing worth repeating: a packet of padding. */
    private int pad() {
        if (anyType < 0) {
            return 0;
        }
        scope.egress()
                .next(peer, stream, scope.padding().buffer(), 0, Padding.LENGTH, ExtensionIds.NONE)
                .type(anyType, false)
                .numbers(index++, newestTimestamp)
                .paddingOnly();
        return Padding.LENGTH;
    }
}
