package dev.sluice.core.transport;

import io.netty.buffer.ByteBuf;

/** Where an encoding's next packet is to be opened: a free slot of its cache. */
public interface OpenTarget {
    ByteBuf buffer();

    /**
     * @return offset of the free slot; {@link #SLOT} bytes may be written
     */
    int freeSlot();

    /** Bytes of a slot. */
    int SLOT = 1536;
}
