package dev.sluice.core.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PacketCacheTest {
    private final PacketCache cache = new PacketCache(UnpooledByteBufAllocator.DEFAULT, 256);

    @AfterEach
    void close() {
        cache.buffer().release();
    }

    private void put(long extended) {
        assertTrue(cache.isReady());
        cache.buffer().setLong(cache.freeSlot(), extended);
        cache.commit(extended, 100);
    }

    @Test
    void memoryIsTakenWithTheFirstPacket() {
        assertEquals(0, cache.buffer().capacity());

        put(1);

        assertEquals(256 * 1536, cache.buffer().capacity());
    }

    @Test
    void withoutMemoryPacketsAreLostUntilThereIsSome() {
        AtomicInteger asked = new AtomicInteger();
        AtomicBoolean enough = new AtomicBoolean();
        ByteBufAllocator allocator =
                new AbstractByteBufAllocator(true) {
                    @Override
                    protected ByteBuf newHeapBuffer(int initial, int most) {
                        throw new UnsupportedOperationException();
                    }

                    @Override
                    protected ByteBuf newDirectBuffer(int initial, int most) {
                        asked.incrementAndGet();
                        if (!enough.get()) {
                            throw new OutOfMemoryError("of buffers");
                        }
                        return UnpooledByteBufAllocator.DEFAULT.directBuffer(initial, most);
                    }

                    @Override
                    public boolean isDirectBufferPooled() {
                        return false;
                    }
                };
        PacketCache poor = new PacketCache(allocator, 256);

        for (int i = 0; i < 650; i++) {
            assertFalse(poor.isReady());
        }
        assertEquals(10, asked.get(), "it is not asked for each packet");
        enough.set(true);
        int lost = 0;
        while (!poor.isReady()) {
            lost++;
        }

        assertTrue(lost <= 64, lost + " packets lost though there was memory");
        poor.buffer().release();
    }

    @Test
    void packetsAreFoundUntilTheirSlotIsTaken() {
        for (long number = 65_400; number < 65_400 + 1000; number++) {
            put(number);
        }

        for (long number = 66_399; number > 66_399 - 255; number--) {
            int slot = cache.find(number);
            assertNotEquals(PacketCache.MISSING, slot, "number " + number);
            assertEquals(number, cache.buffer().getLong(cache.offset(slot)));
        }
        assertEquals(PacketCache.MISSING, cache.find(66_399 - 255));
        assertEquals(PacketCache.MISSING, cache.find(66_400));
    }

    @Test
    void whatIsOpenedAndNotCommittedReplacesNothing() {
        for (long number = 1; number <= 100; number++) {
            put(number);
        }
        cache.buffer().setLong(cache.freeSlot(), -1); // a forgery was opened into it

        assertEquals(100, cache.buffer().getLong(cache.offset(cache.find(100))));
        assertEquals(1, cache.buffer().getLong(cache.offset(cache.find(1))));
    }

    @Test
    void whatThisBurstMayOverwriteIsNotSentAgain() {
        for (long number = 1; number <= 256; number++) {
            put(number);
        }

        assertEquals(PacketCache.MISSING, cache.findLasting(10));
        assertNotEquals(PacketCache.MISSING, cache.find(10));
        int slot = cache.findLasting(100);
        for (long number = 257; number < 257 + 64; number++) {
            put(number);
        }
        assertEquals(100, cache.buffer().getLong(cache.offset(slot)));
    }
}
