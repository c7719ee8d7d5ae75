package dev.sluice.rtp.rtcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiverEstimateTest {
    private static RtcpCompound packet(String hex) {
        ByteBuf buffer = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
        RtcpCompound compound = new RtcpCompound();
        compound.wrap(buffer, 0, buffer.readableBytes());
        assertTrue(compound.next());
        return compound;
    }

    @ParameterizedTest
    @CsvSource({
        "01 03FFFF, 262143", // exponent 0, the largest mantissa
        "01 07E890, 512288", // exponent 1
        "01 18F424, 4000000", // exponent 6, mantissa 62500
        "01 000000, 0"
    })
    void readsExponentAndMantissa(String value, double bits) {
        RtcpCompound packet = packet("8FCE0005 00000001 00000000 52454D42" + value + "00001234");

        assertTrue(ReceiverEstimate.accepts(packet));
        assertEquals(bits, ReceiverEstimate.bitsPerSecond(packet));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8FCE0005 00000001 00000000 52454D43 0118F424 00001234", // another name
                "81CE0005 00000001 00000000 52454D42 0118F424 00001234", // another format
                "8FCE0003 00000001 00000000 52454D42" // cut off
            })
    void refusesWhatIsNone(String hex) {
        assertFalse(ReceiverEstimate.accepts(packet(hex)));
    }
}
