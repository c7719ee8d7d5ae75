package dev.sluice.benchmarks.trust.hostile;

import dev.sluice.rtp.RtpPacket;
import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.client.ClientPeer;
import io.netty.buffer.ByteBuf;
import io.netty.util.collection.LongObjectHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A viewer that a hundred times a second asks for key frames of everything, and says that the last
 * five thousand packets of everything are missing.
 */
final class FeedbackFlood extends ClientPeer {
    private static final long EVERY_NANOS = 10_000_000L;
    private static final int VIDEO = 96;
    private static final int REPAIR = 97;
    private static final int PLI_LENGTH = 12;
    private static final int ITEMS = 300;
    private static final int A_ITEM = 17;

    private final RtpPacket packet = new RtpPacket();
    private final LongObjectHashMap<Integer> newest = new LongObjectHashMap<>();
    private final long ownSsrc = ThreadLocalRandom.current().nextLong(1, 1L << 32);
    private final AtomicLong media = new AtomicLong();
    private final AtomicLong repaired = new AtomicLong();
    private long next;

    FeedbackFlood(ClientLoop loop) {
        super(loop);
    }

    @Override
    protected void onUp(long nowNanos) {
        next = nowNanos;
    }

    @Override
    protected void onPacket(long nowNanos, ByteBuf plain, int length) {
        if (!packet.wrap(plain, 0, length)) {
            return;
        }
        if (packet.payloadType() == REPAIR) {
            repaired.addAndGet(length);
        } else if (packet.payloadType() == VIDEO) {
            media.addAndGet(length);
            newest.put(packet.ssrc(), (Integer) packet.sequenceNumber());
        }
    }

    @Override
    public void onTick(long nowNanos) {
        super.onTick(nowNanos);
        if (!isUp() || nowNanos < next) {
            return;
        }
        next = nowNanos + EVERY_NANOS;
        for (var stream : newest.entries()) {
            askForKeyFrame(stream.key());
            askForAll(stream.key(), stream.value());
        }
    }

    /** RFC 4585 §6.3.1. */
    private void askForKeyFrame(long ssrc) {
        outgoing().setInt(0, 0x81CE0002).setInt(4, (int) ownSsrc).setInt(8, (int) ssrc);
        sendRtcp(PLI_LENGTH);
    }

    /** RFC 4585 §6.2.1, as many items as fit into a packet. */
    private void askForAll(long ssrc, int last) {
        ByteBuf out = outgoing();
        out.setInt(0, 0x81CD0000 | (2 + ITEMS)).setInt(4, (int) ownSsrc).setInt(8, (int) ssrc);
        for (int i = 0; i < ITEMS; i++) {
            int first = last - (i + 1) * A_ITEM + 1;
            out.setShort(PLI_LENGTH + 4 * i, first).setShort(PLI_LENGTH + 4 * i + 2, 0xFFFF);
        }
        sendRtcp(PLI_LENGTH + 4 * ITEMS);
    }

    @Override
    protected void onReport(ByteBuf report, int length) {
        // of no use here
    }

    /**
     * @return bytes of video that came; from any thread
     */
    long media() {
        return media.get();
    }

    /**
     * @return bytes that came again; from any thread
     */
    long repaired() {
        return repaired.get();
    }
}
