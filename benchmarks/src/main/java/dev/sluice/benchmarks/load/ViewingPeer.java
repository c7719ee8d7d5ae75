package dev.sluice.benchmarks.load;

import dev.sluice.core.feedback.RtcpSink;
import dev.sluice.core.feedback.TransportFeedbackGenerator;
import dev.sluice.rtp.RtpPacket;
import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.client.ClientPeer;
import dev.sluice.signaling.client.SyntheticPublisher;
import io.netty.buffer.ByteBuf;
import io.netty.util.collection.LongObjectHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** Receives, counts gaps, times every packet, and reports back once a second as browsers do. */
public final class ViewingPeer extends ClientPeer implements RtcpSink {
    private static final long REPORT_NANOS = 1_000_000_000L;
    private static final int RTX_TYPE = 97;
    private static final int AUDIO_TYPE = 111;
    private static final int RECEIVER_REPORT_LENGTH = 32;
    private static final int NACK_LENGTH = 16;
    private static final int MOST_ASKED = 18;

    /** One SSRC. */
    private static final class Stream {
        private long first = -1;
        private long highest;
        private long received;
        private boolean audio;
    }

    private final Latencies latencies;
    private final RtpPacket packet = new RtpPacket();
    private final LongObjectHashMap<Stream> streams = new LongObjectHashMap<>();
    private final long ownSsrc = ThreadLocalRandom.current().nextLong(1, 1L << 32);
    private final boolean reports;
    private final TransportFeedbackGenerator arrivals;
    private long nextReport = Long.MAX_VALUE;
    private long lastSsrc;
    private final AtomicLong received = new AtomicLong();
    private boolean repairs;
    private LongConsumer marks = _ -> {};
    private long receivedNanos;
    private long longestGapNanos;

    /**
     * @param reports whether it sends transport-wide feedback, as browsers do
     */
    public ViewingPeer(ClientLoop loop, Latencies latencies, boolean reports) {
        super(loop);
        this.latencies = latencies;
        this.reports = reports;
        this.arrivals = new TransportFeedbackGenerator(System.nanoTime(), this, ownSsrc);
    }

    @Override
    protected boolean reportsArrivals() {
        return reports;
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
        nextReport = nowNanos + ThreadLocalRandom.current().nextLong(REPORT_NANOS);
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
        if (packet.payloadType() == RTX_TYPE
                || packet.payloadLength() <= SyntheticPublisher.TIME_AT) {
            return;
        }
        lastSsrc = packet.ssrc();
        Stream stream = streams.get(lastSsrc);
        if (stream == null) {
            stream = new Stream();
            stream.audio = packet.payloadType() == AUDIO_TYPE;
            streams.put(lastSsrc, stream);
        }
        long extended = extend(stream, packet.sequenceNumber());
        if (stream.first < 0) {
            stream.first = extended;
            stream.highest = extended;
        }
        if (repairs && extended - stream.highest > 1 && extended - stream.highest <= MOST_ASKED) {
            askAgain(stream.highest + 1, (int) (extended - stream.highest - 1));
        }
        stream.highest = Math.max(stream.highest, extended);
        stream.received++;
        received.lazySet(received.get() + 1);
        longestGapNanos =
                receivedNanos == 0 ? 0 : Math.max(longestGapNanos, nowNanos - receivedNanos);
        receivedNanos = nowNanos;
        latencies.add(nowNanos, plain.getLong(packet.payloadOffset() + SyntheticPublisher.TIME_AT));
        if (packet.payloadLength() >= SyntheticPublisher.MARK_AT + Long.BYTES) {
            marks.accept(plain.getLong(packet.payloadOffset() + SyntheticPublisher.MARK_AT));
        }
    }

    /** Generic NACK (RFC 4585 §6.2.1) for up to 17 packets in a row. */
    private void askAgain(long first, int count) {
        ByteBuf out = outgoing();
        out.setInt(0, 0x81CD0003).setInt(4, (int) ownSsrc).setInt(8, (int) lastSsrc);
        out.setShort(12, (int) first).setShort(14, (1 << (count - 1)) - 1);
        sendRtcp(NACK_LENGTH);
    }

    /** Tells the mark of every packet; before it connects. */
    ViewingPeer marks(LongConsumer ear) {
        marks = ear;
        return this;
    }

    /** Asks for what is missing from now on; on the loop or before it begins. */
    public ViewingPeer repairing() {
        repairs = true;
        return this;
    }

    /**
     * The longest time without a packet since the last call; on the loop.
     *
     * @return nanoseconds
     */
    public long takeLongestGap() {
        long longest = longestGapNanos;
        longestGapNanos = 0;
        return longest;
    }

    /**
     * @return when the newest packet came, as {@link System#nanoTime}; on the loop
     */
    public long receivedNanos() {
        return receivedNanos;
    }

    private static long extend(Stream stream, int sequence) {
        if (stream.first < 0) {
            return sequence + 65_536L;
        }
        return stream.highest + (short) (sequence - (int) stream.highest);
    }

    @Override
    protected void onReport(ByteBuf report, int length) {
        // sender reports are of no use here
    }

    @Override
    public void onTick(long nowNanos) {
        super.onTick(nowNanos);
        if (nowNanos >= arrivals.nextTimeout()) {
            arrivals.onTimeout(nowNanos);
        }
        if (nowNanos >= nextReport && lastSsrc != 0) {
            nextReport = nowNanos + REPORT_NANOS;
            ByteBuf out = outgoing();
            out.setZero(0, RECEIVER_REPORT_LENGTH);
            out.setInt(0, 0x81C90007).setInt(4, (int) ownSsrc).setInt(8, (int) lastSsrc);
            sendRtcp(RECEIVER_REPORT_LENGTH);
        }
    }

    /**
     * @return packets received; from any thread
     */
    public long received() {
        return received.get();
    }

    /**
     * @return packets missing between the first and the last of each stream; on the loop
     */
    public long lost() {
        long lost = 0;
        for (Stream stream : streams.values()) {
            lost += stream.highest - stream.first + 1 - stream.received;
        }
        return lost;
    }

    /**
     * @return packets of sound that came or should have; on the loop
     */
    public long expectedAudio() {
        long expected = 0;
        for (Stream stream : streams.values()) {
            expected += stream.audio ? stream.highest - stream.first + 1 : 0;
        }
        return expected;
    }

    /**
     * @return packets of sound that are missing; on the loop
     */
    public long lostAudio() {
        long lost = 0;
        for (Stream stream : streams.values()) {
            lost += stream.audio ? stream.highest - stream.first + 1 - stream.received : 0;
        }
        return lost;
    }
}
