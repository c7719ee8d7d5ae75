package dev.sluice.benchmarks.trust.faults;

import dev.sluice.core.feedback.NackGenerator;
import dev.sluice.core.feedback.ReorderDelay;
import dev.sluice.core.feedback.RtcpSink;
import dev.sluice.core.feedback.TransportFeedbackGenerator;
import dev.sluice.rtp.RtpPacket;
import dev.sluice.rtp.SequenceUnwrapper;
import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.client.ClientPeer;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Receives a publisher's sound and video and asks for everything that is missing, as browsers do,
 * until it is there or too late. Its state belongs to its loop.
 */
final class RepairingViewer extends ClientPeer implements RtcpSink {
    private static final int VIDEO = 96;
    private static final int REPAIR = 97;
    private static final int SOUND = 111;
    private static final long ROUND_TRIP_NANOS = 50_000_000L;
    private static final String OPUS = "a=rtpmap:111 opus/48000/2\r\n";

    /** What came of one kind of media. */
    static final class Flow {
        private final SequenceUnwrapper unwrapper = new SequenceUnwrapper();
        private final NackGenerator nack;
        private final BitSet came = new BitSet();
        private final BitSet cameDirectly = new BitSet();
        private long first = -1;
        private long bytes;
        private long packets;
        private long repairBytes;
        private long twice;
        private int from;
        private int to;

        Flow(NackGenerator nack) {
            this.nack = nack;
        }

        private void onPacket(long nowNanos, int sequence, int length, boolean recovered) {
            long number = recovered ? unwrapper.peek(sequence) : unwrapper.unwrap(sequence);
            if (first < 0) {
                first = number;
            }
            int at = (int) (number - first);
            if (at < 0) {
                return; // from before it looked
            }
            nack.onPacket(nowNanos, number, recovered);
            twice += came.get(at) ? 1 : 0;
            came.set(at);
            if (recovered) {
                repairBytes += length;
            } else {
                cameDirectly.set(at);
                bytes += length;
                packets++;
            }
        }

        private int highest() {
            return (int) (unwrapper.highest() - first);
        }

        int expected() {
            return to - from;
        }

        int missing() {
            return expected() - came.get(from, to).cardinality();
        }

        int lostAtFirst() {
            return expected() - cameDirectly.get(from, to).cardinality();
        }

        /**
         * @return packets that came more than once
         */
        long twice() {
            return twice;
        }

        /**
         * @return bytes sent again for each that was lost; may be above by what was sent again
         *     beside the measured time
         */
        double repairRatio() {
            double lost = lostAtFirst() * (double) bytes / Math.max(1, packets);
            return repairBytes / Math.max(1, lost);
        }
    }

    private final RtpPacket packet = new RtpPacket();
    private final long ownSsrc = ThreadLocalRandom.current().nextLong(1, 1L << 32);
    private final ReorderDelay reorder = new ReorderDelay();
    private final TransportFeedbackGenerator arrivals;
    private final boolean reports;
    private final List<Flow> flows = new ArrayList<>();
    private @Nullable Flow sound;
    private @Nullable Flow video;

    /**
     * @param reports whether it sends transport-wide feedback, as browsers do
     */
    RepairingViewer(ClientLoop loop, boolean reports) {
        super(loop);
        this.reports = reports;
        arrivals = new TransportFeedbackGenerator(System.nanoTime(), this, ownSsrc);
    }

    @Override
    protected boolean reportsArrivals() {
        return reports;
    }

    /** An offer to receive one publisher, with requests for sound, too. */
    String offer() {
        return offer(false, 1, 1, 0).replace(OPUS, OPUS + "a=rtcp-fb:111 nack\r\n");
    }

    private static final class NobodyListens implements NackGenerator.Sink {
        @Override
        public void onNack(int count) {
            // the server counts them
        }

        @Override
        public void onUnrepairable(long nowNanos) {
            // then it is missing for good
        }
    }

    private Flow flow(long ssrc) {
        NackGenerator nack = new NackGenerator(this, new NobodyListens(), reorder, ownSsrc, ssrc);
        nack.roundTrip(ROUND_TRIP_NANOS);
        Flow flow = new Flow(nack);
        flows.add(flow);
        return flow;
    }

    @Override
    protected void onPacket(long nowNanos, ByteBuf plain, int length) {
        if (!packet.wrap(plain, 0, length)) {
            return;
        }
        if (packet.extensions().has(TRANSPORT_NUMBER)) {
            int number = plain.getUnsignedShort(packet.extensions().offset(TRANSPORT_NUMBER));
            arrivals.onPacket(nowNanos, number, packet.ssrc());
        }
        int sequence = packet.sequenceNumber();
        switch (packet.payloadType()) {
            case SOUND -> {
                sound = sound == null ? flow(packet.ssrc()) : sound;
                sound.onPacket(nowNanos, sequence, length, false);
            }
            case VIDEO -> {
                video = video == null ? flow(packet.ssrc()) : video;
                video.onPacket(nowNanos, sequence, length, false);
            }
            case REPAIR -> {
                if (video != null && packet.payloadLength() > 2) {
                    int original = plain.getUnsignedShort(packet.payloadOffset());
                    video.onPacket(nowNanos, original, length, true);
                }
            }
            default -> {
                // nothing else was offered
            }
        }
    }

    @Override
    public void onTick(long nowNanos) {
        super.onTick(nowNanos);
        if (nowNanos >= arrivals.nextTimeout()) {
            arrivals.onTimeout(nowNanos);
        }
        for (int i = 0; i < flows.size(); i++) {
            NackGenerator nack = flows.get(i).nack;
            if (nowNanos >= nack.nextTimeout()) {
                nack.onTimeout(nowNanos);
            }
        }
    }

    @Override
    public ByteBuf buffer() {
        return outgoing();
    }

    @Override
    public void send(int length) {
        sendRtcp(length);
    }

    @Override
    protected void onUp(long nowNanos) {
        // media comes by itself
    }

    @Override
    protected void onReport(ByteBuf report, int length) {
        // of no use here
    }

    /** What comes from now on counts; on the loop. */
    void begin() {
        for (Flow flow : flows) {
            flow.from = flow.highest() + 1;
            flow.repairBytes = 0;
            flow.twice = 0;
        }
    }

    /** What comes from now on counts only as the repair of what came before; on the loop. */
    void end() {
        for (Flow flow : flows) {
            flow.to = flow.highest() + 1;
        }
    }

    Flow sound() {
        return known(sound);
    }

    Flow video() {
        return known(video);
    }

    private static Flow known(@Nullable Flow flow) {
        if (flow == null) {
            throw new IllegalStateException("nothing of that kind came");
        }
        return flow;
    }
}
