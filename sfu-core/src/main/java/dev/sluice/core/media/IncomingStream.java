package dev.sluice.core.media;

import dev.sluice.core.feedback.NackGenerator;
import dev.sluice.core.feedback.ReceptionStatistics;
import dev.sluice.rtp.MediaClock;
import dev.sluice.rtp.NtpTime;
import dev.sluice.rtp.RtpPacket;
import dev.sluice.rtp.SequenceNumbers;
import dev.sluice.rtp.SequenceUnwrapper;
import org.jspecify.annotations.Nullable;

/** What is known of one SSRC of a publisher: numbering, statistics, NACK, sender reports. */
final class IncomingStream {
    /** {@link #accept} refused a jump that nothing has confirmed yet (RFC 3550 appendix A.1). */
    static final long JUMP = -1;

    private static final int MAX_DROPOUT = 3000;
    private static final int MAX_MISORDER = 1000;

    private final long ssrc;
    private final int clockRate;
    private final SenderClock clock;
    private final SequenceUnwrapper unwrapper = new SequenceUnwrapper();
    private final ReceptionStatistics statistics;
    private final @Nullable NackGenerator nack;
    private int confirming = -1;
    private boolean restarted;
    private boolean reported;
    private long reportNtpNanos;
    private long reportTimestamp;
    private long lastTimestamp;
    private long lastArrivalNanos;

    IncomingStream(long ssrc, int clockRate, SenderClock clock, @Nullable NackGenerator nack) {
        this.ssrc = ssrc;
        this.clockRate = clockRate;
        this.clock = clock;
        this.statistics = new ReceptionStatistics(ssrc, clockRate);
        this.nack = nack;
    }

    /**
     * @return the packet's extended sequence number, or {@link #JUMP}
     */
    long accept(RtpPacket packet, boolean recovered) {
        int sequence = packet.sequenceNumber();
        long extended = unwrapper.peek(sequence);
        restarted = false;
        if (unwrapper.highest() >= 0) {
            long distance = extended - unwrapper.highest();
            if (distance > MAX_DROPOUT || distance < -MAX_MISORDER) {
                if (recovered || confirming != sequence) {
                    confirming = recovered ? confirming : SequenceNumbers.add(sequence, 1);
                    return JUMP;
                }
                restarted = true;
                return unwrapper.restart(sequence);
            }
        }
        confirming = -1;
        return recovered ? extended : unwrapper.unwrap(sequence);
    }

    /**
     * @return whether the packet just accepted began the stream anew
     */
    boolean hasRestarted() {
        return restarted;
    }

    /**
     * @return whether something new is missing, so that the NACK timer is to be updated
     */
    boolean onPacket(long nowNanos, long extended, RtpPacket packet, boolean recovered) {
        statistics.onPacket(nowNanos, extended, packet.timestamp(), recovered);
        if (!recovered) {
            lastTimestamp = packet.timestamp();
            lastArrivalNanos = nowNanos;
        }
        return nack != null && nack.onPacket(nowNanos, extended, recovered);
    }

    /** A packet was left unopened on purpose. */
    void skip() {
        if (nack != null) {
            nack.skip();
        }
    }

    void onSenderReport(long nowNanos, long ntp, long timestamp) {
        reportNtpNanos = NtpTime.toUnixNanos(ntp);
        reportTimestamp = timestamp;
        reported = true;
        clock.onSenderReport(nowNanos, reportNtpNanos);
        statistics.onSenderReport(nowNanos, ntp);
    }

    boolean isReported() {
        return reported;
    }

    /**
     * @return our time at which the media of {@code timestamp} was captured
     */
    long captureNanos(long timestamp) {
        if (!reported) {
            int since = (int) (timestamp - lastTimestamp);
            return lastArrivalNanos + MediaClock.nanos(since, clockRate);
        }
        int ticks = (int) (timestamp - reportTimestamp);
        return clock.toLocal(reportNtpNanos) + MediaClock.nanos(ticks, clockRate);
    }

    /**
     * @return the timestamp on this stream's clock at our time {@code nanos}, 32 bits
     */
    long timestampAt(long nanos) {
        long elapsed = reported ? nanos - clock.toLocal(reportNtpNanos) : nanos - lastArrivalNanos;
        long base = reported ? reportTimestamp : lastTimestamp;
        return (base + MediaClock.ticks(elapsed, clockRate)) & 0xFFFF_FFFFL;
    }

    long ssrc() {
        return ssrc;
    }

    int clockRate() {
        return clockRate;
    }

    long lastArrivalNanos() {
        return lastArrivalNanos;
    }

    ReceptionStatistics statistics() {
        return statistics;
    }

    @Nullable NackGenerator nack() {
        return nack;
    }
}
