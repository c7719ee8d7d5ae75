package dev.sluice.sctp;

import io.netty.buffer.ByteBuf;

/** Parameters of a chunk, one after the other (RFC 9260 §3.2.1). */
final class ParameterCursor {
    static final int HEADER = 4;
    static final int STATE_COOKIE = 7;
    static final int OUTGOING_RESET = 13;
    static final int INCOMING_RESET = 14;
    static final int RECONFIG_RESPONSE = 16;

    /** RFC 9653. */
    static final int ZERO_CHECKSUM = 0x8001;

    /** RFC 5061 §4.2.7: types of chunks that are understood. */
    static final int EXTENSIONS = 0x8008;

    /** RFC 3758 §3.1. */
    static final int FORWARD_TSN = 0xC000;

    private static final int MAX_PARAMETERS = 32;

    private final ByteBuf buffer;
    private final int end;
    private int next;
    private int parameter;
    private int count;

    ParameterCursor(ByteBuf buffer, int at, int length) {
        this.buffer = buffer;
        this.next = at;
        this.end = at + length;
    }

    /**
     * @return false at the end, and before a parameter whose length is a lie
     */
    boolean next() {
        if (next + HEADER > end || count == MAX_PARAMETERS) {
            return false;
        }
        int length = buffer.getUnsignedShort(next + 2);
        if (length < HEADER || next + length > end) {
            return false;
        }
        parameter = next;
        next += (length + 3) & ~3;
        count++;
        return true;
    }

    int type() {
        return buffer.getUnsignedShort(parameter);
    }

    /**
     * @return where its value begins
     */
    int at() {
        return parameter + HEADER;
    }

    /**
     * @return bytes of its value
     */
    int length() {
        return buffer.getUnsignedShort(parameter + 2) - HEADER;
    }
}
