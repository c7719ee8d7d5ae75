package dev.sluice.core.media;

import dev.sluice.core.feedback.ReceiverReporter;
import dev.sluice.core.feedback.ReorderDelay;
import dev.sluice.core.feedback.RtcpSink;
import dev.sluice.core.media.TrackParameters.Feedback;
import dev.sluice.core.stats.DropReason;
import dev.sluice.rtp.RtpPacket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * A track whose publisher is on another worker. Subscribers here do not notice: it has its own
 * packet caches, from which it answers them, and asks the home worker for key frames only.
 */
public final class RelayedTrack {
    /** Says nothing: the publisher hears from its own worker. */
    private static final class NoRtcp implements RtcpSink {
        @Override
        public ByteBuf buffer() {
            return Unpooled.EMPTY_BUFFER;
        }

        @Override
        public void send(int length) {
            throw new IllegalStateException("no RTCP goes from here to the publisher");
        }
    }

    /** Asks the home worker for a key frame of a layer. */
    public interface KeyFrames {
        void request(int layer);
    }

    private final MediaScope scope;
    private final PublishedTrack track;
    private final RtpPacket packet = new RtpPacket();

    /**
     * @param onUnsubscribed called for each subscription that ends
     */
    public RelayedTrack(
            long nowNanos,
            MediaScope scope,
            TrackParameters parameters,
            KeyFrames keyFrames,
            Runnable onUnsubscribed) {
        this.scope = scope;
        RtcpSink nobody = new NoRtcp();
        Publisher publisher =
                new Publisher(
                        nobody,
                        new ReceiverReporter(nowNanos, nobody, 0),
                        new SenderClock(),
                        new ReorderDelay(),
                        0);
        track =
                PublishedTrack.relayed(
                        scope,
                        parameters.with(new Feedback(false, true)),
                        publisher,
                        keyFrames,
                        onUnsubscribed);
    }

    public PublishedTrack track() {
        return track;
    }

    public void onSenderReport(long nowNanos, int layer, long ntp, long timestamp) {
        track.onSenderReport(nowNanos, track.encodings().get(layer), ntp, timestamp);
    }

    /** What came before the next packet was kept back though nothing is missing. */
    public void resumes() {
        track.resumes();
    }

    /** A plain packet, copied from the batch into the cache of its encoding. */
    public void onRtp(
            long nowNanos, int layer, ByteBuf from, int at, int length, boolean recovered) {
        Encoding encoding = track.encodings().get(layer);
        if (!encoding.isReady()) {
            scope.counters().drop(DropReason.NO_MEMORY);
            return;
        }
        int slot = encoding.freeSlot();
        encoding.buffer().setBytes(slot, from, at, length);
        if (packet.wrap(encoding.buffer(), slot, length)) {
            CodecParameters codec = track.codecs().byPayloadType(packet.payloadType());
            if (encoding.ssrc() != packet.ssrc() && codec != null) {
                track.feed(encoding, packet.ssrc(), codec.clockRate());
            }
            track.onRtp(nowNanos, encoding, packet, recovered);
        }
    }

    /** Ends it and every subscription to it. */
    public void close() {
        track.close();
    }
}
