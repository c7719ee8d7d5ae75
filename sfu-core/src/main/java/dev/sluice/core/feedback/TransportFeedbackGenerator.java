package dev.sluice.core.feedback;

import dev.sluice.core.loop.Timed;
import dev.sluice.rtp.SequenceUnwrapper;
import dev.sluice.rtp.rtcp.TransportFeedback;
import java.util.Arrays;

/**
 * Tells a publisher when each packet of its transport arrived, so that its encoder finds its
 * bitrate (draft-holmer-rmcat-transport-wide-cc-extensions-01). A report every 50 ms while packets
 * come.
 */
public final class TransportFeedbackGenerator implements Timed {
    private static final long INTERVAL_NANOS = 50_000_000L;

    /** Arrivals remembered: a power of two, over a second at any rate that matters. */
    private static final int WINDOW = 4096;

    /** Packets a report covers at most, so that it stays below {@link RtcpSink#CAPACITY}. */
    private static final int MAX_REPORTED = 400;

    private final RtcpSink sink;
    private final long senderSsrc;
    private final SequenceUnwrapper unwrapper = new SequenceUnwrapper();
    private long[] arrivals = {}; // made with the first packet: viewers send none
    private long[] report = {};
    private final long originNanos;
    private long from = -1;
    private long mediaSsrc;
    private int feedbackCount;
    private long nextNanos = NEVER;

    public TransportFeedbackGenerator(long nowNanos, RtcpSink sink, long senderSsrc) {
        this.originNanos = nowNanos;
        this.sink = sink;
        this.senderSsrc = senderSsrc;
    }

    /**
     * Notes an arrival.
     *
     * @param sequence the transport-wide number, 16 bits
     * @return whether a report became due that was not before
     */
    public boolean onPacket(long nowNanos, int sequence, long mediaSsrc) {
        long highest = unwrapper.highest();
        long extended = unwrapper.unwrap(sequence);
        this.mediaSsrc = mediaSsrc;
        if (from < 0) {
            arrivals = new long[WINDOW];
            report = new long[MAX_REPORTED];
            Arrays.fill(arrivals, TransportFeedback.LOST);
            from = extended;
        } else if (extended - highest >= WINDOW) {
            Arrays.fill(arrivals, TransportFeedback.LOST);
            from = extended;
        } else {
            for (long i = highest + 1; i < extended; i++) {
                arrivals[(int) i & (WINDOW - 1)] = TransportFeedback.LOST;
            }
            // the ring must never hold a number of the last cycle behind the window
            from = Math.max(from, unwrapper.highest() - WINDOW + 1);
            if (extended < from) {
                if (unwrapper.highest() - extended >= WINDOW) {
                    return false;
                }
                from = extended; // late: begin the next report at it
            }
        }
        arrivals[(int) extended & (WINDOW - 1)] = nowNanos - originNanos;
        if (nextNanos == NEVER) {
            nextNanos = nowNanos + INTERVAL_NANOS;
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
        nextNanos = NEVER;
        while (from <= unwrapper.highest()) {
            if (arrivals[(int) from & (WINDOW - 1)] == TransportFeedback.LOST) {
                from++; // a report begins with a packet that arrived
                continue;
            }
            send();
        }
    }

    private void send() {
        int count = (int) Math.min(MAX_REPORTED, unwrapper.highest() - from + 1);
        for (int i = 0; i < count; i++) {
            report[i] = arrivals[(int) (from + i) & (WINDOW - 1)];
        }
        count = TransportFeedback.fitting(report, count);
        var buffer = sink.buffer();
        int length =
                TransportFeedback.write(
                        buffer, 0, (int) (from & 0xFFFF), feedbackCount, report, count);
        TransportFeedback.writeSsrcs(buffer, 0, senderSsrc, mediaSsrc);
        feedbackCount = (feedbackCount + 1) & 0xFF;
        from += count; // arrivals stay: a late packet's report repeats those behind it
        sink.send(length);
    }
}
