package dev.sluice.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

class FramingFuzzTest {
    /** Two bytes decide where a datagram goes (RFC 7983, RFC 5761 §4); shorter ones are dropped. */
    @FuzzTest(maxDuration = "10m")
    void anyDatagram(byte[] bytes) {
        if (bytes.length >= 2) {
            assertTrue(DatagramKind.of(Unpooled.wrappedBuffer(bytes), 0) != null);
        }
    }

    /** Frames of TCP come out whole however the stream is cut (RFC 4571). */
    @FuzzTest(maxDuration = "10m")
    void anyStream(FuzzedDataProvider data) {
        TcpFrames frames = new TcpFrames(UnpooledByteBufAllocator.DEFAULT);
        List<ByteBuf> whole = new ArrayList<>();
        int fed = 0;
        boolean good = true;
        while (good && data.remainingBytes() > 0) {
            byte[] bytes = data.consumeBytes(data.consumeInt(1, 2_000));
            fed += bytes.length;
            good = frames.read(Unpooled.wrappedBuffer(bytes), whole);
        }
        int came = 0;
        for (ByteBuf each : whole) {
            came += 2 + each.readableBytes();
            assertTrue(each.readableBytes() <= DatagramReceiver.MAX_DATAGRAM);
            assertEquals(1, each.refCnt());
            each.release();
        }
        assertTrue(came <= fed);
        frames.close();
    }
}
