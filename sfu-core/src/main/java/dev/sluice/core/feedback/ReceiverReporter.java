package dev.sluice.core.feedback;

import dev.sluice.core.loop.Timed;
import dev.sluice.rtp.rtcp.ReportBlock;
import dev.sluice.rtp.rtcp.SourceDescription;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Receiver reports to one publisher, each second, for all of its SSRCs (RFC 3550 §6.4.2). */
public final class ReceiverReporter implements Timed {
    private static final long FIRST_NANOS = 200_000_000L;
    private static final long INTERVAL_NANOS = 1_000_000_000L;
    private static final byte[] CNAME = "sluice".getBytes(StandardCharsets.US_ASCII);

    private final RtcpSink sink;
    private final long senderSsrc;
    private final List<ReceptionStatistics> sources = new ArrayList<>();
    private long nextNanos;

    /**
     * @param senderSsrc SSRC under which we send feedback on this transport
     */
    public ReceiverReporter(long nowNanos, RtcpSink sink, long senderSsrc) {
        this.sink = sink;
        this.senderSsrc = senderSsrc;
        this.nextNanos = nowNanos + FIRST_NANOS;
    }

    public void add(ReceptionStatistics source) {
        sources.add(source);
    }

    public void remove(ReceptionStatistics source) {
        sources.remove(source);
    }

    @Override
    public long nextTimeout() {
        return nextNanos;
    }

    @Override
    public void onTimeout(long nowNanos) {
        nextNanos = Timed.coarse(nowNanos + INTERVAL_NANOS);
        var buffer = sink.buffer();
        int blocks = 0;
        int at = ReportBlock.RECEIVER_REPORT_HEADER;
        for (int i = 0; i < sources.size() && blocks < ReportBlock.MAX_BLOCKS; i++) {
            if (sources.get(i).isStarted()) {
                at += sources.get(i).writeBlock(nowNanos, buffer, at);
                blocks++;
            }
        }
        if (blocks > 0) {
            ReportBlock.writeReceiverReport(buffer, 0, senderSsrc, blocks);
            at += SourceDescription.write(buffer, at, senderSsrc, CNAME);
            sink.send(at);
        }
    }
}
