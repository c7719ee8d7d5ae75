package dev.sluice.core.media;

import dev.sluice.core.load.BufferMemory;
import dev.sluice.core.transport.OpenTarget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * Recent plain packets of one encoding, shared by all its subscribers. Packets are opened into the
 * next free slot; {@link #commit} makes them known under their sequence number, so one that fails
 * authentication overwrites nothing but the oldest slot. Slots are never released, only reused.
 * Memory is taken when the first packet comes: who announces tracks and sends nothing costs none.
 */
final class PacketCache {
    /** No such packet. */
    static final int MISSING = -1;

    /** Packets that may come before references to slots are used up. */
    private static final int BURST = 64;

    /** Without memory, so many packets are dropped before it is asked for again. */
    private static final int REFUSALS = 64;

    private final ByteBufAllocator allocator;
    private ByteBuf buffer = Unpooled.EMPTY_BUFFER; // until the first packet
    private int refusals;
    private final int mask;
    private final long[] sequenceOf; // slot → extended sequence number
    private final int[] lengthOf;
    private final int[] slotOf; // sequence & mask → slot
    private int next;

    /**
     * @param slots a power of two
     */
    PacketCache(ByteBufAllocator allocator, int slots) {
        assert Integer.bitCount(slots) == 1;
        this.allocator = allocator;
        mask = slots - 1;
        sequenceOf = new long[slots];
        lengthOf = new int[slots];
        slotOf = new int[slots];
        Arrays.fill(sequenceOf, MISSING);
    }

    /**
     * @return whether there is memory for the next packet; {@link #freeSlot} is good only then
     */
    boolean isReady() {
        return buffer.capacity() > 0 || take();
    }

    private boolean take() {
        if (refusals > 0) {
            refusals--;
            return false;
        }
        int bytes = sequenceOf.length * OpenTarget.SLOT;
        try {
            if (BufferMemory.keeps(bytes)) {
                buffer = allocator.directBuffer(bytes);
                return true;
            }
        } catch (OutOfMemoryError e) { // of buffers, not of the heap: the packet is lost, no more
        }
        refusals = REFUSALS;
        return false;
    }

    ByteBuf buffer() {
        return buffer;
    }

    /**
     * @return offset of the slot to open the next packet into
     */
    int freeSlot() {
        return next * OpenTarget.SLOT;
    }

    /** Keeps the packet in the free slot. @return its slot */
    int commit(long extended, int length) {
        int slot = next;
        sequenceOf[slot] = extended;
        lengthOf[slot] = length;
        slotOf[(int) extended & mask] = slot;
        next = (next + 1) & mask;
        sequenceOf[next] = MISSING; // it will be written into: nobody may find it any more
        return slot;
    }

    /**
     * @return the slot of this packet, or {@link #MISSING}
     */
    int find(long extended) {
        int slot = slotOf[(int) extended & mask];
        return sequenceOf[slot] == extended ? slot : MISSING;
    }

    /**
     * The same for a packet that is to be sent again at the end of the burst: not one whose slot
     * the rest of this burst may overwrite.
     */
    int findLasting(long extended) {
        int slot = find(extended);
        return slot != MISSING && ((slot - next) & mask) > BURST ? slot : MISSING;
    }

    int offset(int slot) {
        return slot * OpenTarget.SLOT;
    }

    int length(int slot) {
        return lengthOf[slot];
    }
}
