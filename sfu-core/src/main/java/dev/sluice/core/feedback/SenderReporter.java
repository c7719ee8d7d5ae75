package dev.sluice.core.feedback;

import dev.sluice.core.loop.Timed;
import dev.sluice.rtp.NtpTime;
import dev.sluice.rtp.rtcp.SenderReport;
import dev.sluice.rtp.rtcp.SourceDescription;

/**
 * Sender reports for one outgoing stream: right after its first packet, then each second (RFC 3550
 * §6.4.1).
 */
public final class SenderReporter implements Timed {
    /** Gives the RTP timestamp that belongs to a moment. */
    public interface RtpClock {
        /**
         * @return the outgoing timestamp at {@code nowNanos}, 32 bits; −1 while unknown
         */
        long rtpAt(long nowNanos);
    }

    private static final long INTERVAL_NANOS = 1_000_000_000L;

    private final RtcpSink sink;
    private final RtpClock clock;
    private final long ssrc;
    private final byte[] cname;
    private final long unixOffsetNanos;
    private long packets;
    private long octets;
    private long nextNanos = NEVER;

    /**
     * @param unixOffsetNanos what to add to {@code nowNanos} to get nanoseconds since 1970
     */
    public SenderReporter(
            RtcpSink sink, RtpClock clock, long ssrc, byte[] cname, long unixOffsetNanos) {
        this.sink = sink;
        this.clock = clock;
        this.ssrc = ssrc;
        this.cname = cname;
        this.unixOffsetNanos = unixOffsetNanos;
    }

    /** Counts a packet. @return whether it was the first, which makes a report due */
    public boolean onPacketSent(long nowNanos, int payloadBytes) {
        packets++;
        octets += payloadBytes;
        if (nextNanos == NEVER) {
            nextNanos = nowNanos;
            return true;
        }
        return false;
    }

    @Override
    public long nextTimeout() {
        return nextNanos;
    }

    @Override
    public void onTimeout(long nowNanos) {
        nextNanos = Timed.coarse(nowNanos + INTERVAL_NANOS);
        long timestamp = clock.rtpAt(nowNanos);
        if (timestamp < 0) {
            return;
        }
        long ntp = NtpTime.ofUnixNanos(nowNanos + unixOffsetNanos);
        var buffer = sink.buffer();
        int at =
                SenderReport.write(
                        buffer, 0, ssrc, ntp, timestamp, SenderReport.counts(packets, octets));
        at += SourceDescription.write(buffer, at, ssrc, cname);
        sink.send(at);
    }
}
