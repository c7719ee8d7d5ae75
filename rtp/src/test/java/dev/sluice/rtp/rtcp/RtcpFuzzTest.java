package dev.sluice.rtp.rtcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Compounds and every kind of packet in them. */
class RtcpFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void anyCompound(byte[] bytes) {
        RtcpCompound packet = new RtcpCompound();
        packet.wrap(Unpooled.wrappedBuffer(bytes), 0, bytes.length);
        int packets = 0;
        while (packet.next()) {
            packets++;
            assertTrue(packet.offset() + packet.length() <= bytes.length);
            readReports(packet);
            readFeedback(packet);
        }
        assertTrue(4 * packets <= bytes.length);
    }

    private static void readReports(RtcpCompound packet) {
        if (packet.packetType() == RtcpCompound.SR || packet.packetType() == RtcpCompound.RR) {
            int at = ReportBlock.blocksAt(packet);
            ReportBlock block = new ReportBlock();
            for (int i = 0; at != 0 && i < packet.count(); i++) {
                block.wrap(packet, at, i);
                assertTrue(block.fractionLost() <= 255 && block.ssrc() >= 0);
                assertTrue(block.jitter() >= 0 && block.highestSequence() >= 0);
                assertTrue(block.lastSenderReport() >= 0);
                assertTrue(block.delaySinceLastSenderReport() >= 0);
            }
        }
        if (SenderReport.accepts(packet)) {
            assertTrue(SenderReport.rtpTimestamp(packet) >= 0);
            assertTrue(SenderReport.packetCount(packet) >= 0);
        }
        if (Bye.accepts(packet)) {
            for (int i = 0; i < packet.count(); i++) {
                assertTrue(Bye.ssrc(packet, i) >= 0);
            }
        }
    }

    private static void readFeedback(RtcpCompound packet) {
        if (Nack.accepts(packet)) {
            for (int i = 0; i < Nack.items(packet); i++) {
                assertTrue(Nack.packetId(packet, i) >= 0 && Nack.lostMask(packet, i) >= 0);
            }
        }
        if (FullIntraRequest.accepts(packet)) {
            for (int i = 0; i < FullIntraRequest.items(packet); i++) {
                assertTrue(FullIntraRequest.ssrc(packet, i) >= 0);
                assertTrue(FullIntraRequest.sequence(packet, i) >= 0);
            }
        }
        if (ReceiverEstimate.accepts(packet)) {
            assertTrue(ReceiverEstimate.bitsPerSecond(packet) >= 0);
        }
        if (PictureLoss.accepts(packet)) {
            assertTrue(packet.mediaSsrc() >= 0);
        }
        if (TransportFeedback.accepts(packet)) {
            int count = TransportFeedback.parse(packet, new long[4_096]);
            assertTrue(count <= TransportFeedback.statusCount(packet));
        }
    }

    /** Arrivals that were written are read again, to the quarter of a millisecond. */
    @FuzzTest(maxDuration = "10m")
    void anyArrivals(FuzzedDataProvider data) {
        int most = data.consumeInt(1, 300);
        long[] arrivals = new long[most];
        long now = data.consumeLong(0, 1L << 40);
        for (int i = 0; i < most; i++) {
            now += data.consumeInt(-2_000_000, 20_000_000);
            boolean lost = i > 0 && data.consumeBoolean();
            arrivals[i] = lost ? TransportFeedback.LOST : Math.max(0, now);
        }
        int fitting = TransportFeedback.fitting(arrivals, most);
        assertTrue(fitting >= 1 && fitting <= most);
        ByteBuf buffer = Unpooled.buffer(4_096).writeZero(4_096);
        int length = TransportFeedback.write(buffer, 0, 7, 3, arrivals, fitting);
        assertTrue(length <= TransportFeedback.maxLength(fitting));
        RtcpCompound packet = new RtcpCompound();
        packet.wrap(buffer, 0, length);
        assertTrue(packet.next() && TransportFeedback.accepts(packet));
        long[] read = new long[most];
        assertEquals(fitting, TransportFeedback.parse(packet, read));
        for (int i = 0; i < fitting; i++) {
            assertEquals(arrivals[i] == TransportFeedback.LOST, read[i] == TransportFeedback.LOST);
            if (read[i] != TransportFeedback.LOST) {
                assertTrue(Math.abs(arrivals[i] - read[i]) <= 250_000, "to a tick");
            }
        }
    }
}
