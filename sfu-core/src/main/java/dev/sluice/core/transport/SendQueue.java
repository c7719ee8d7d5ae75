package dev.sluice.core.transport;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Memory that packets are sealed into and how they leave from there: claim room, write a packet,
 * push it; flush makes the system calls.
 */
interface SendQueue {
    /** Bytes of the largest datagram we send. */
    int SLOT = 1536;

    /**
     * Makes room for a packet of {@link #SLOT} bytes in {@link #buffer}; may flush.
     *
     * @param video whether the packet is the first that can be done without
     * @return its offset, −1 when the socket does not take what waits: the packet is to be dropped
     */
    int claim(long nowNanos, boolean video);

    /**
     * @return the memory in which {@link #claim} found room
     */
    ByteBuf buffer();

    /**
     * Queues the packet just written.
     *
     * @param stream neighbours of one stream and path may leave as one run; null for what is no
     *     media
     */
    void push(int length, SendPath to, @Nullable OutgoingStream stream);

    /** Makes the system calls. @return whether something is left because the socket is full */
    boolean flush(long nowNanos);

    /** Frees the memory; nothing may be called afterwards. */
    void close();
}
