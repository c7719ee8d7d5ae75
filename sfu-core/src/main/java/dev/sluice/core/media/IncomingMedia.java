package dev.sluice.core.media;

import dev.sluice.core.feedback.ReceiverReporter;
import dev.sluice.core.feedback.ReorderDelay;
import dev.sluice.core.feedback.RtcpSink;
import dev.sluice.core.feedback.TransportFeedbackGenerator;
import dev.sluice.core.loop.Deadlines;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.DropReason;
import dev.sluice.core.transport.OpenTarget;
import dev.sluice.rtp.RtpPacket;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything one peer publishes: finds the encoding of each packet, unwraps retransmissions (RFC
 * 4588), reports arrivals.
 */
public final class IncomingMedia {
    private final MediaScope scope;
    private final StreamBinder binder = new StreamBinder();
    private final RtpPacket packet = new RtpPacket();
    private final Publisher publisher;
    private final TransportFeedbackGenerator arrivals;
    private final Deadlines.Timer arrivalTimer;
    private final Deadlines.Timer reportTimer;
    private final List<PublishedTrack> tracks = new ArrayList<>();
    private int transportSequenceId;

    /**
     * @param senderSsrc SSRC of our feedback on this transport
     */
    public IncomingMedia(long nowNanos, MediaScope scope, RtcpSink rtcp, long senderSsrc) {
        this.scope = scope;
        ReceiverReporter reports = new ReceiverReporter(nowNanos, rtcp, senderSsrc);
        publisher = new Publisher(rtcp, reports, new SenderClock(), new ReorderDelay(), senderSsrc);
        arrivals = new TransportFeedbackGenerator(nowNanos, rtcp, senderSsrc);
        reportTimer = scope.deadlines().add(reports);
        arrivalTimer = scope.deadlines().add(arrivals);
    }

    /** Makes room for a track that signaling announced. */
    public PublishedTrack publish(TrackParameters parameters) {
        PublishedTrack track = new PublishedTrack(scope, parameters, publisher);
        tracks.add(track);
        if (parameters.extensions().transportWideCc() > 0) {
            transportSequenceId = parameters.extensions().transportWideCc();
        }
        binder.add(track);
        return track;
    }

    /** Ends a track; unknown ones are ignored. */
    public void unpublish(PublishedTrack track) {
        if (tracks.remove(track)) {
            binder.remove(track);
            track.close();
        }
    }

    /**
     * @return where a packet of this SSRC is to be opened, null when it has to be looked at first,
     *     or there is no memory to keep it in
     */
    public @Nullable OpenTarget targetOf(int ssrc) {
        Encoding encoding = binder.media(ssrc);
        return encoding != null && encoding.isReady() ? encoding : null;
    }

    /**
     * A packet that is not to be opened if it is video: what is skipped is not asked for again.
     *
     * @return whether this SSRC is known to carry video, or what repairs it
     */
    public boolean skip(int ssrc) {
        Encoding encoding = binder.media(ssrc);
        if (encoding == null) {
            return binder.retransmission(ssrc) != null;
        }
        boolean video = !encoding.track().isAudio();
        IncomingStream stream = encoding.stream();
        if (video && stream != null) {
            stream.skip();
        }
        return video;
    }

    /** A plain packet, in the free slot of {@code target} or in scratch memory. */
    public void onRtp(
            long nowNanos, @Nullable OpenTarget target, ByteBuf buffer, int offset, int length) {
        if (!packet.wrap(buffer, offset, length)) {
            scope.counters().drop(DropReason.RTP_MALFORMED);
            return;
        }
        if (packet.extensions().has(transportSequenceId)) {
            int at = packet.extensions().offset(transportSequenceId);
            if (arrivals.onPacket(nowNanos, buffer.getUnsignedShort(at), packet.ssrc())) {
                arrivalTimer.update();
            }
        }
        if (target instanceof Encoding encoding) {
            encoding.track().onRtp(nowNanos, encoding, packet, false);
            return;
        }
        if (binder.media((int) packet.ssrc())
                != null) { // targetOf knew it and had no memory for it
            scope.counters().drop(DropReason.NO_MEMORY);
            return;
        }
        Encoding repaired = binder.retransmission((int) packet.ssrc());
        if (repaired == null && binder.bind(packet)) {
            repaired = binder.retransmission((int) packet.ssrc());
        }
        if (repaired != null) {
            onRetransmission(nowNanos, repaired);
            return;
        }
        Encoding found = binder.media((int) packet.ssrc());
        if (found == null) {
            scope.counters().drop(DropReason.RTP_UNKNOWN_STREAM);
            return;
        }
        if (!found.isReady()) {
            scope.counters().drop(DropReason.NO_MEMORY);
            return;
        }
        found.buffer().setBytes(found.freeSlot(), buffer, offset, length);
        if (packet.wrap(found.buffer(), found.freeSlot(), length)) {
            found.track().onRtp(nowNanos, found, packet, false);
        }
    }

    /** RFC 4588 §4: the payload begins with the original sequence number. */
    private void onRetransmission(long nowNanos, Encoding encoding) {
        int payloadType = encoding.track().codecs().repairedBy(packet.payloadType());
        int payload = packet.payloadLength() - 2;
        if (payloadType < 0 || payload <= 0) {
            // bandwidth probes are empty retransmissions
            scope.counters()
                    .drop(payload <= 0 ? DropReason.RTP_PADDING_ONLY : DropReason.RTX_UNUSABLE);
            return;
        }
        if (!encoding.isReady()) {
            scope.counters().drop(DropReason.NO_MEMORY);
            return;
        }
        ByteBuf from = packet.buffer();
        int header = packet.headerLength();
        int original = from.getUnsignedShort(packet.payloadOffset());
        ByteBuf to = encoding.buffer();
        int slot = encoding.freeSlot();
        to.setBytes(slot, from, packet.offset(), header);
        to.setBytes(slot + header, from, packet.payloadOffset() + 2, payload);
        to.setByte(slot, to.getByte(slot) & ~0x20); // its padding was left behind
        scope.counters().add(Counter.RETRANSMITTED_IN);
        if (packet.wrap(to, slot, header + payload)) {
            packet.payloadType(payloadType);
            packet.sequenceNumber(original);
            packet.ssrc(encoding.ssrc());
            encoding.track().onRtp(nowNanos, encoding, packet, true);
        }
    }

    /** A sender report of the publisher; false when its SSRC feeds nothing. */
    public boolean onSenderReport(long nowNanos, long ssrc, long ntp, long timestamp) {
        Encoding encoding = binder.media((int) ssrc);
        IncomingStream stream = encoding == null ? null : encoding.stream();
        if (encoding != null && stream != null) {
            encoding.track().onSenderReport(nowNanos, encoding, ntp, timestamp);
        }
        return stream != null;
    }

    /** The round trip to the publisher was measured on another of its streams. */
    public void onRoundTrip(long nanos) {
        for (int i = 0; i < tracks.size(); i++) {
            tracks.get(i).roundTrip(nanos);
        }
    }

    public List<PublishedTrack> tracks() {
        return tracks;
    }

    public void close() {
        for (PublishedTrack track : List.copyOf(tracks)) {
            unpublish(track);
        }
        reportTimer.cancel();
        arrivalTimer.cancel();
    }
}
