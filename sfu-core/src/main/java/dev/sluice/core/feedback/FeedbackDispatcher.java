package dev.sluice.core.feedback;

import dev.sluice.rtp.NtpTime;
import dev.sluice.rtp.rtcp.Bye;
import dev.sluice.rtp.rtcp.FullIntraRequest;
import dev.sluice.rtp.rtcp.Nack;
import dev.sluice.rtp.rtcp.PictureLoss;
import dev.sluice.rtp.rtcp.ReceiverEstimate;
import dev.sluice.rtp.rtcp.ReportBlock;
import dev.sluice.rtp.rtcp.RtcpCompound;
import dev.sluice.rtp.rtcp.SenderReport;
import dev.sluice.rtp.rtcp.TransportFeedback;
import io.netty.buffer.ByteBuf;

/** Walks an opened RTCP compound and calls the owner of each block. Unknown packets are skipped. */
public final class FeedbackDispatcher {
    private final RtcpCompound packet = new RtcpCompound();
    private final ReportBlock block = new ReportBlock();
    private final long unixOffsetNanos;

    /**
     * @param unixOffsetNanos what to add to {@code nowNanos} to get nanoseconds since 1970
     */
    public FeedbackDispatcher(long unixOffsetNanos) {
        this.unixOffsetNanos = unixOffsetNanos;
    }

    /**
     * @return false when the compound or one of its packets is malformed; the rest was used
     */
    public boolean dispatch(
            long nowNanos, ByteBuf buffer, int offset, int length, FeedbackSink sink) {
        packet.wrap(buffer, offset, length);
        boolean wellFormed = true;
        while (packet.next()) {
            wellFormed &=
                    switch (packet.packetType()) {
                        case RtcpCompound.SR, RtcpCompound.RR -> onReports(nowNanos, sink);
                        case RtcpCompound.RTPFB -> onTransportLayer(nowNanos, sink);
                        case RtcpCompound.PSFB -> onPayloadSpecific(nowNanos, sink);
                        case RtcpCompound.BYE -> onBye(nowNanos, sink);
                        default -> true;
                    };
        }
        return wellFormed && !packet.isMalformed();
    }

    private boolean onReports(long nowNanos, FeedbackSink sink) {
        int blocksAt = ReportBlock.blocksAt(packet);
        if (blocksAt == 0) {
            return false;
        }
        if (packet.packetType() == RtcpCompound.SR) {
            sink.onSenderReport(
                    nowNanos,
                    packet.senderSsrc(),
                    SenderReport.ntp(packet),
                    SenderReport.rtpTimestamp(packet));
        }
        for (int i = 0; i < packet.count(); i++) {
            block.wrap(packet, blocksAt, i);
            sink.onReport(nowNanos, block.ssrc(), block.fractionLost(), roundTrip(nowNanos));
        }
        return true;
    }

    /** RFC 3550 §6.4.1: now − LSR − DLSR, in 1/65,536 s. */
    private long roundTrip(long nowNanos) {
        long last = block.lastSenderReport();
        if (last == 0) {
            return -1;
        }
        long now = NtpTime.middle(NtpTime.ofUnixNanos(nowNanos + unixOffsetNanos));
        int units = (int) (now - last - block.delaySinceLastSenderReport());
        return units < 0 ? -1 : NtpTime.nanosOfShort(units);
    }

    private boolean onTransportLayer(long nowNanos, FeedbackSink sink) {
        if (packet.count() == TransportFeedback.FORMAT) {
            if (!TransportFeedback.accepts(packet)) {
                return false;
            }
            sink.onTransportFeedback(nowNanos, packet);
            return true;
        }
        if (packet.count() != Nack.FORMAT) {
            return true;
        }
        if (!Nack.accepts(packet)) {
            return false;
        }
        for (int i = 0; i < Nack.items(packet); i++) {
            sink.onNack(
                    nowNanos,
                    packet.mediaSsrc(),
                    Nack.packetId(packet, i),
                    Nack.lostMask(packet, i));
        }
        return true;
    }

    private boolean onPayloadSpecific(long nowNanos, FeedbackSink sink) {
        if (ReceiverEstimate.accepts(packet)) {
            sink.onReceiverEstimate(nowNanos, ReceiverEstimate.bitsPerSecond(packet));
        } else if (packet.count() == PictureLoss.FORMAT) {
            if (!PictureLoss.accepts(packet)) {
                return false;
            }
            sink.onKeyFrameRequest(nowNanos, packet.mediaSsrc(), false);
        } else if (packet.count() == FullIntraRequest.FORMAT) {
            if (!FullIntraRequest.accepts(packet)) {
                return false;
            }
            for (int i = 0; i < FullIntraRequest.items(packet); i++) {
                sink.onKeyFrameRequest(nowNanos, FullIntraRequest.ssrc(packet, i), true);
            }
        }
        return true;
    }

    private boolean onBye(long nowNanos, FeedbackSink sink) {
        if (!Bye.accepts(packet)) {
            return false;
        }
        for (int i = 0; i < packet.count(); i++) {
            sink.onBye(nowNanos, Bye.ssrc(packet, i));
        }
        return true;
    }
}
