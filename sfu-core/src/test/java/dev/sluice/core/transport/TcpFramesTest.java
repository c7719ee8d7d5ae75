package dev.sluice.core.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Framing of RFC 4571, however the stream is cut. */
class TcpFramesTest {
    private final PooledByteBufAllocator allocator =
            new PooledByteBufAllocator(true, 1, 1, 8192, 8, 0, 0, false);
    private final TcpFrames frames = new TcpFrames(allocator);
    private final List<ByteBuf> whole = new ArrayList<>();

    @AfterEach
    void nothingIsLeft() {
        frames.close();
        whole.forEach(ByteBuf::release);
        assertEquals(0, allocator.metric().directArenas().get(0).numActiveAllocations());
    }

    private static ByteBuf framed(List<byte[]> packets) {
        ByteBuf stream = Unpooled.buffer();
        packets.forEach(packet -> stream.writeShort(packet.length).writeBytes(packet));
        return stream;
    }

    @Test
    void packetsComeWholeHoweverTheStreamIsCut() {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 300; round++) {
            List<byte[]> packets = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                byte[] packet = new byte[random.nextInt(1, i == 0 ? 1501 : 60)];
                random.nextBytes(packet);
                packets.add(packet);
            }
            ByteBuf stream = framed(packets);
            while (stream.isReadable()) {
                int cut = random.nextInt(4) == 0 ? 1 : random.nextInt(1, 200);
                ByteBuf part = stream.readSlice(Math.min(cut, stream.readableBytes()));
                assertTrue(frames.read(part, whole));
            }
            assertEquals(packets.size(), whole.size());
            for (int i = 0; i < packets.size(); i++) {
                assertArrayEquals(packets.get(i), ByteBufUtil.getBytes(whole.get(i)));
            }
            whole.forEach(ByteBuf::release);
            whole.clear();
        }
    }

    @Test
    void theLongestPacketPassesAndALongerOneDoesNot() {
        assertTrue(frames.read(framed(List.of(new byte[1500])), whole));
        assertEquals(1500, whole.get(0).readableBytes());
        assertFalse(frames.read(Unpooled.copyShort(1501), whole));
    }

    @Test
    void nothingIsAFrameToo() {
        assertTrue(frames.read(framed(List.of(new byte[0], new byte[] {7})), whole));
        assertEquals(1, whole.size());
    }

    @Test
    void nothingIsKeptForAPacketThatHasNotBegun() {
        assertTrue(frames.read(Unpooled.wrappedBuffer(new byte[] {0}), whole));
        assertEquals(0, allocator.metric().directArenas().get(0).numActiveAllocations());
        assertTrue(frames.read(Unpooled.wrappedBuffer(new byte[] {2, 5}), whole));
        assertTrue(whole.isEmpty());
        assertTrue(frames.read(Unpooled.wrappedBuffer(new byte[] {6}), whole));
        assertArrayEquals(new byte[] {5, 6}, ByteBufUtil.getBytes(whole.get(0)));
    }
}
