package dev.sluice.core.load;

import io.netty.util.internal.PlatformDependent;

/**
 * Memory for buffers of the whole process: newcomers are let in up to four fifths of it, and
 * packets are kept in nine tenths, so that sockets and signaling have the rest whatever media
 * wants. Any thread.
 */
public final class BufferMemory {
    private BufferMemory() {}

    /**
     * @return whether there is enough for newcomers
     */
    public static boolean admits() {
        return PlatformDependent.usedDirectMemory() < PlatformDependent.maxDirectMemory() / 10 * 8;
    }

    /**
     * @return whether so many bytes more may be taken for packets
     */
    public static boolean keeps(int bytes) {
        return PlatformDependent.usedDirectMemory() + bytes
                < PlatformDependent.maxDirectMemory() / 10 * 9;
    }
}
