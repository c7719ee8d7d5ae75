package dev.sluice.core.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The send slab of one socket: a ring of slots that packets are sealed into and the kernel is given
 * directly. A slot is free when whoever was sending it has let it go; nobody copies.
 */
final class SendRing {
    static final int SLOTS = 512;

    private static final int SLOT = SendQueue.SLOT;

    private final ByteBuf slab;
    private final ByteBuf[] slots = new ByteBuf[SLOTS];
    private int next;

    SendRing(ByteBuf slab) {
        this.slab = slab;
        ByteBuffer memory = slab.nioBuffer(0, SLOTS * SLOT);
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = Unpooled.wrappedBuffer(memory.slice(i * SLOT, SLOT));
        }
    }

    ByteBuf first() {
        return slots[0];
    }

    static int capacityBytes() {
        return SLOTS * SLOT;
    }

    /**
     * @return the next slot to seal into, null when the oldest one is still being sent
     */
    @Nullable ByteBuf peek() {
        ByteBuf slot = slots[next];
        return slot.refCnt() == 1 ? slot : null;
    }

    /** Takes the slot that {@link #peek} gave, filled with {@code length} bytes. */
    ByteBuf take(int length) {
        ByteBuf slot = slots[next];
        next = (next + 1) % SLOTS;
        return slot.setIndex(0, length).retain(); // the sender releases its hold
    }

    void close() {
        slab.release();
    }
}
