package dev.sluice.core.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;

class DcepFuzzTest {
    /** What is read can be written, and reads the same again. */
    @FuzzTest(maxDuration = "10m")
    void anyOpen(byte[] bytes) {
        ByteBuf message = Unpooled.wrappedBuffer(bytes);
        Dcep open = Dcep.read(message);
        if (open != null) {
            assertTrue(open.label().length() <= 256 && open.protocol().length() <= 256);
            Dcep plain = new Dcep(open.label(), "", open.reliability());
            ByteBuf written = plain.write(UnpooledByteBufAllocator.DEFAULT);
            assertEquals(plain, Dcep.read(written));
            written.release();
        }
    }
}
