package dev.sluice.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RtpHeaderWriterTest {
    private final ByteBuf buffer = Unpooled.buffer(256).writeZero(256);
    private final RtpHeaderWriter writer = new RtpHeaderWriter();
    private final RtpPacket packet = new RtpPacket();

    @Test
    void headerWithoutExtensionsHasTwelveBytes() {
        writer.begin(buffer, 0, false);
        writer.payloadType(96, true);
        writer.numbers(65535, 0xFFFF_FFFFL, 0x8000_0001L);

        assertEquals(12, writer.finish());
        assertTrue(packet.wrap(buffer, 0, 12));
        assertEquals(96, packet.payloadType());
        assertTrue(packet.marker());
        assertEquals(65535, packet.sequenceNumber());
        assertEquals(0xFFFF_FFFFL, packet.timestamp());
        assertEquals(0x8000_0001L, packet.ssrc());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void extensionsAreReadBackInBothForms(boolean twoByte) {
        writer.begin(buffer, 0, twoByte);
        writer.payloadType(111, false);
        writer.numbers(1, 2, 3);
        writer.extension(1, new byte[] {'0'});
        writer.extension(7, new byte[] {1, 2, 3});
        int length = writer.finish();

        assertTrue(packet.wrap(buffer, 0, length));
        assertEquals(length, packet.headerLength());
        assertEquals(0, length % 4);
        assertEquals("30", dump(1));
        assertEquals("010203", dump(7));
    }

    private String dump(int id) {
        HeaderExtensions found = packet.extensions();
        assertTrue(found.has(id));
        return ByteBufUtil.hexDump(buffer, found.offset(id), found.length(id));
    }

    @Test
    void anElementBeyondTheBlockIsRefused() {
        // profile BEDE, one word, element of id 1 that claims 16 bytes
        ByteBuf bad =
                Unpooled.wrappedBuffer(
                        ByteBufUtil.decodeHexDump(
                                "90600001" + "00000002" + "00000003" + "bede0001" + "1f000000"));

        assertFalse(packet.wrap(bad, 0, 20));
        assertFalse(packet.extensions().has(2));
    }

    @Test
    void idsOutsideTheTableAreNeverThere() {
        ExtensionIds ids =
                new ExtensionIds(Map.of(ExtensionUri.MID, 200, ExtensionUri.AUDIO_LEVEL, 3));

        assertEquals(0, ids.mid());
        assertEquals(3, ids.audioLevel());
        assertEquals(0, ExtensionIds.NONE.transportWideCc());
        assertEquals(new ExtensionIds(Map.of(ExtensionUri.AUDIO_LEVEL, 3)), ids);
    }
}
