package dev.sluice.core.media;

import dev.sluice.core.stats.Counter;
import dev.sluice.core.transport.EgressEntry;
import dev.sluice.core.transport.OutgoingStream;
import dev.sluice.core.transport.PeerTransport;
import dev.sluice.core.transport.SentHeaders;
import dev.sluice.rtp.RtpPacket;
import dev.sluice.rtp.codec.RedPayload;

/**
 * Sends sound again that a subscriber misses. Browsers know no retransmission stream (RFC 4588) for
 * it, so what leaves is the very packet that left before, bit by bit; whoever got it takes it for a
 * copy. Made with the first request of a subscriber: most lose nothing.
 */
final class SoundRepeater {
    private static final long MIN_ANSWER_GAP_NANOS = 20_000_000L;

    /** Sent again at most of what is sent: enough where a third of all is lost. */
    private static final double SHARE = 0.5;

    private static final int MOST_AT_ONCE = 4096;

    private final MediaScope scope;
    private final PublishedTrack track;
    private final PeerTransport peer;
    private final OutgoingStream stream;
    private final boolean[] stripsRed;
    private final SentHistory history = new SentHistory();
    private final SentHeaders headers = new SentHeaders();
    private final RtpPacket cached = new RtpPacket();
    private long newest;
    private double credit;
    private long roundTripNanos = 100_000_000L;

    /**
     * @param stripsRed by payload type of the publisher, whether only what is newest is sent of it
     */
    SoundRepeater(
            MediaScope scope,
            PublishedTrack track,
            PeerTransport peer,
            OutgoingStream stream,
            boolean[] stripsRed) {
        this.scope = scope;
        this.track = track;
        this.peer = peer;
        this.stream = stream;
        this.stripsRed = stripsRed;
    }

    void roundTrip(long nanos) {
        roundTripNanos = nanos;
    }

    /** A packet leaves for the first time. */
    void sent(EgressEntry entry, long index, Encoding encoding, long extended, int length) {
        credit = Math.min(MOST_AT_ONCE, credit + SHARE * length);
        newest = Math.max(newest, index);
        history.put(index, encoding.layer(), encoding.epoch(), extended, 0);
        entry.keptIn(headers);
    }

    /** The subscriber misses a packet. */
    void onMissing(long nowNanos, int sequence) {
        int place = history.find(sequence);
        Encoding encoding = place < 0 ? null : track.encodings().get(history.layer(place));
        int slot =
                encoding == null || encoding.epoch() != history.epoch(place)
                        ? PacketCache.MISSING
                        : encoding.cache().findLasting(history.incoming(place));
        long index = newest - ((newest - sequence) & 0xFFFF);
        if (encoding == null || slot == PacketCache.MISSING || !headers.knows(index)) {
            scope.counters().add(Counter.RETRANSMIT_MISSING);
            return;
        }
        int length = encoding.cache().length(slot);
        if (credit < length) {
            scope.counters().add(Counter.RETRANSMIT_REFUSED);
            return;
        }
        if (history.answer(place, nowNanos, Math.max(roundTripNanos, MIN_ANSWER_GAP_NANOS))) {
            credit -= length;
            scope.counters().add(Counter.NACK_ANSWERED);
            send(encoding, slot, length, index);
        }
    }

    private void send(Encoding encoding, int slot, int length, long index) {
        int offset = encoding.cache().offset(slot);
        EgressEntry entry =
                scope.egress()
                        .next(peer, stream, encoding.buffer(), offset, length, track.extensions())
                        .repeat(index, headers);
        if (cached.wrap(encoding.buffer(), offset, length) && stripsRed[cached.payloadType()]) {
            entry.skip(RedPayload.skipped(cached));
        }
    }
}
