package dev.sluice.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Nothing is thrown, and what is found lies inside the packet. */
class RtpFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void anyPacket(byte[] bytes) {
        RtpPacket packet = new RtpPacket();
        ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
        if (!packet.wrap(buffer, 0, bytes.length)) {
            return;
        }
        assertTrue(packet.headerLength() >= 12);
        assertEquals(
                bytes.length,
                packet.headerLength() + packet.payloadLength() + packet.paddingLength());
        for (int i = 0; i < packet.csrcCount(); i++) {
            assertTrue(packet.csrc(i) >= 0);
        }
        HeaderExtensions extensions = packet.extensions();
        for (int id = 1; id <= HeaderExtensions.MAX_ID; id++) {
            if (extensions.has(id)) {
                assertTrue(extensions.offset(id) >= 16);
                assertTrue(extensions.offset(id) + extensions.length(id) <= packet.headerLength());
            }
        }
    }

    /** What was written is read again. */
    @FuzzTest(maxDuration = "10m")
    void anyHeader(FuzzedDataProvider data) {
        ByteBuf buffer = Unpooled.buffer(2048).writeZero(2048);
        boolean wide = data.consumeBoolean();
        RtpHeaderWriter writer = new RtpHeaderWriter();
        writer.begin(buffer, 0, wide);
        int type = data.consumeInt(0, 127);
        int sequence = data.consumeInt(0, 65_535);
        long timestamp = data.consumeLong(0, 0xFFFF_FFFFL);
        writer.payloadType(type, data.consumeBoolean());
        writer.numbers(sequence, timestamp, data.consumeLong(0, 0xFFFF_FFFFL));
        int id = data.consumeInt(1, wide ? HeaderExtensions.MAX_ID : 14);
        byte[] value = data.consumeBytes(16);
        if (value.length > 0) {
            writer.extension(id, value);
        }
        int length = writer.finish();
        RtpPacket packet = new RtpPacket();
        assertTrue(packet.wrap(buffer, 0, length + 10));
        assertEquals(type, packet.payloadType());
        assertEquals(sequence, packet.sequenceNumber());
        assertEquals(timestamp, packet.timestamp());
        assertEquals(value.length > 0, packet.extensions().has(id));
    }
}
