package dev.sluice.core.feedback;

import dev.sluice.rtp.MediaClock;
import dev.sluice.rtp.NtpTime;
import dev.sluice.rtp.rtcp.ReportBlock;
import io.netty.buffer.ByteBuf;

/** What one SSRC's reports need: loss and jitter as RFC 3550 appendix A.3 and A.8 compute them. */
public final class ReceptionStatistics {
    private final long ssrc;
    private final int clockRate;
    private long first = -1;
    private long highest;
    private long received;
    private long expectedBefore;
    private long receivedBefore;
    private int worstFraction;
    private long lastTransit;
    private boolean hasTransit;
    private double jitter;
    private long senderReport;
    private long senderReportAtNanos;

    public ReceptionStatistics(long ssrc, int clockRate) {
        this.ssrc = ssrc;
        this.clockRate = clockRate;
    }

    /**
     * Counts a packet.
     *
     * @param extended its sequence number, unwrapped
     * @param recovered whether it came by retransmission, which says nothing about jitter
     */
    public void onPacket(long nowNanos, long extended, long timestamp, boolean recovered) {
        if (first < 0) {
            first = extended;
            highest = extended;
        }
        received++;
        highest = Math.max(highest, extended);
        if (recovered) {
            return;
        }
        long transit = (int) (MediaClock.ticks(nowNanos, clockRate) - timestamp);
        if (hasTransit) {
            long difference = Math.abs((int) (transit - lastTransit));
            jitter += (difference - jitter) / 16;
        }
        hasTransit = true;
        lastTransit = transit;
    }

    /** Remembers a sender report for LSR and DLSR. */
    public void onSenderReport(long nowNanos, long ntp) {
        senderReport = NtpTime.middle(ntp);
        senderReportAtNanos = nowNanos;
    }

    /**
     * @return whether anything came yet
     */
    public boolean isStarted() {
        return first >= 0;
    }

    /**
     * @return packets that should have come and did not, never negative
     */
    public long lost() {
        return first < 0 ? 0 : Math.max(0, highest - first + 1 - received);
    }

    /**
     * @return ticks of the media clock
     */
    public double jitter() {
        return jitter;
    }

    /**
     * @return the largest share of lost packets reported since the last call, in 1/256
     */
    public int takeWorstFraction() {
        int worst = worstFraction;
        worstFraction = 0;
        return worst;
    }

    /** Writes a report block and begins a new interval. @return bytes written */
    public int writeBlock(long nowNanos, ByteBuf buffer, int offset) {
        long expected = highest - first + 1;
        long expectedNow = expected - expectedBefore;
        long lostNow = expectedNow - (received - receivedBefore);
        expectedBefore = expected;
        receivedBefore = received;
        int fraction =
                expectedNow <= 0 || lostNow <= 0
                        ? 0
                        : (int) Math.min(255, lostNow * 256 / expectedNow);
        worstFraction = Math.max(worstFraction, fraction);
        long delay = senderReport == 0 ? 0 : NtpTime.shortOfNanos(nowNanos - senderReportAtNanos);
        ReportBlock.writeLoss(buffer, offset, ssrc, fraction, expected - received);
        return ReportBlock.writeTimes(buffer, offset, highest, (long) jitter, senderReport, delay);
    }
}
