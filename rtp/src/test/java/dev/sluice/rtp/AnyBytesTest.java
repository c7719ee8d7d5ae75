package dev.sluice.rtp;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.sluice.rtp.codec.RedPayload;
import dev.sluice.rtp.codec.VideoCodec;
import dev.sluice.rtp.codec.VideoPayload;
import dev.sluice.rtp.rtcp.Bye;
import dev.sluice.rtp.rtcp.FullIntraRequest;
import dev.sluice.rtp.rtcp.Nack;
import dev.sluice.rtp.rtcp.ReportBlock;
import dev.sluice.rtp.rtcp.RtcpCompound;
import dev.sluice.rtp.rtcp.TransportFeedback;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Parsers over bytes that nobody meant: no throwable, and nothing outside the input. */
class AnyBytesTest {
    private static final int INPUTS = 300_000;

    private final RtpPacket packet = new RtpPacket();
    private final VideoPayload payloads = new VideoPayload();
    private final RtcpCompound compound = new RtcpCompound();
    private final ReportBlock block = new ReportBlock();
    private final long[] arrivals = new long[512];

    /** Random bytes of every length, half of them with a plausible beginning. */
    private static ByteBuf input(SplittableRandom random, int... beginnings) {
        byte[] bytes = new byte[random.nextInt(0, 120)];
        random.nextBytes(bytes);
        if (bytes.length > 4 && random.nextBoolean()) {
            bytes[0] = (byte) (0x80 | random.nextInt(0x40));
            bytes[1] = (byte) beginnings[random.nextInt(beginnings.length)];
            if (random.nextBoolean()) { // a length that may be right
                bytes[2] = 0;
                bytes[3] = (byte) random.nextInt(32);
            }
        }
        return Unpooled.wrappedBuffer(bytes); // its bounds are checked: a read outside throws
    }

    @Test
    void rtpNeverThrows() {
        for (int seed = 0; seed < INPUTS; seed++) {
            ByteBuf buffer = input(new SplittableRandom(seed), 96, 111, 0x90, 0xBE);
            try {
                if (packet.wrap(buffer, 0, buffer.capacity())) {
                    assertTrue(packet.payloadLength() >= 0);
                    assertTrue(
                            packet.payloadOffset() + packet.payloadLength() <= buffer.capacity());
                    for (VideoCodec codec : VideoCodec.values()) {
                        payloads.isKeyFrame(codec, packet, 3);
                    }
                    int primary =
                            RedPayload.primaryOffset(
                                    buffer, packet.payloadOffset(), packet.payloadLength());
                    assertTrue(primary <= packet.payloadLength());
                }
            } catch (RuntimeException e) {
                fail("seed " + seed, e);
            }
        }
    }

    @Test
    void rtcpNeverThrows() {
        for (int seed = 0; seed < INPUTS; seed++) {
            ByteBuf buffer = input(new SplittableRandom(seed), 200, 201, 202, 203, 205, 206, 207);
            try {
                compound.wrap(buffer, 0, buffer.capacity());
                while (compound.next()) {
                    walk();
                }
            } catch (RuntimeException e) {
                fail("seed " + seed, e);
            }
        }
    }

    private void walk() {
        int blocks = ReportBlock.blocksAt(compound);
        for (int i = 0; blocks > 0 && i < compound.count(); i++) {
            block.wrap(compound, blocks, i);
            assertTrue(block.delaySinceLastSenderReport() >= 0);
        }
        if (Nack.accepts(compound)) {
            assertTrue(Nack.lostMask(compound, Nack.items(compound) - 1) >= 0);
        }
        if (FullIntraRequest.accepts(compound)) {
            assertTrue(
                    FullIntraRequest.sequence(compound, FullIntraRequest.items(compound) - 1) >= 0);
        }
        if (Bye.accepts(compound) && compound.count() > 0) {
            assertTrue(Bye.ssrc(compound, compound.count() - 1) >= 0);
        }
        if (TransportFeedback.accepts(compound)) {
            assertTrue(TransportFeedback.parse(compound, arrivals) <= arrivals.length);
        }
    }
}
