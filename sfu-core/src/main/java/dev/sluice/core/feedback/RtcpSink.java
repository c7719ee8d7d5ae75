package dev.sluice.core.feedback;

import io.netty.buffer.ByteBuf;

/** Where a machine writes its RTCP; the buffer is the worker's and valid until {@link #send}. */
public interface RtcpSink {
    /** Bytes of plain RTCP that fit. */
    int CAPACITY = 1200;

    /**
     * @return a buffer to write plain RTCP into, from index 0 on
     */
    ByteBuf buffer();

    /** Seals and sends the first {@code length} bytes of {@link #buffer}. */
    void send(int length);
}
