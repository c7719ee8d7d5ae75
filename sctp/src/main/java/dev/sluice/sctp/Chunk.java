package dev.sluice.sctp;

/** Numbers of chunks, their flags, and the other constants of packets (RFC 9260 §3). */
final class Chunk {
    static final int DATA = 0;
    static final int INIT = 1;
    static final int INIT_ACK = 2;
    static final int SACK = 3;
    static final int HEARTBEAT = 4;
    static final int HEARTBEAT_ACK = 5;
    static final int ABORT = 6;
    static final int SHUTDOWN = 7;
    static final int SHUTDOWN_ACK = 8;
    static final int ERROR = 9;
    static final int COOKIE_ECHO = 10;
    static final int COOKIE_ACK = 11;
    static final int SHUTDOWN_COMPLETE = 14;

    /** RFC 6525. */
    static final int RE_CONFIG = 0x82;

    /** RFC 3758. */
    static final int FORWARD_TSN = 0xC0;

    /** The last fragment of a message. */
    static final int END = 1;

    /** The first one. */
    static final int BEGIN = 2;

    static final int UNORDERED = 4;

    /** The sender wants its SACK now (RFC 7053). */
    static final int IMMEDIATE = 8;

    /** The tag is the receiver's own peer's (ABORT, SHUTDOWN COMPLETE). */
    static final int REFLECTED_TAG = 1;

    /** Bytes of a chunk's type, flags and length. */
    static final int HEADER = 4;

    /** Bytes of DATA before the user's. */
    static final int DATA_HEADER = 16;

    /** Bytes of a DATA chunk's value before the user's. */
    static final int DATA_FIXED = DATA_HEADER - HEADER;

    private Chunk() {}

    /**
     * @return the number that this wire value stands for, near another
     */
    static long unwrap(long near, int wire) {
        return near + (wire - (int) near);
    }
}
