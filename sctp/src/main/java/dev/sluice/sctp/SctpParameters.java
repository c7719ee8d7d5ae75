package dev.sluice.sctp;

import org.jspecify.annotations.Nullable;

/**
 * What the peer's INIT or INIT ACK says. Immutable.
 *
 * @param tag to be put into packets to it
 * @param window bytes that it takes
 * @param streams that both sides may use
 * @param initialTsn of its first fragment
 * @param forwardTsn whether messages may be given up
 * @param reconfig whether streams may be closed
 * @param zeroChecksum whether it takes packets without a checksum
 */
record SctpParameters(
        int tag,
        long window,
        int streams,
        int initialTsn,
        boolean forwardTsn,
        boolean reconfig,
        boolean zeroChecksum) {
    /** Streams that we use and take. */
    static final int STREAMS = 1024;

    private static final int FIXED = 16;
    private static final int DTLS = 1;

    /**
     * Reads the value of an INIT or INIT ACK.
     *
     * @return null when it is none
     */
    static @Nullable SctpParameters read(PacketView chunk) {
        if (chunk.length() < FIXED) {
            return null;
        }
        int outgoing = chunk.int16(8);
        int incoming = chunk.int16(10);
        int tag = chunk.int32(0);
        if (tag == 0 || outgoing == 0 || incoming == 0) {
            return null;
        }
        boolean forward = false;
        boolean reconfig = false;
        boolean zero = false;
        ParameterCursor each =
                new ParameterCursor(chunk.buffer(), chunk.at() + FIXED, chunk.length() - FIXED);
        while (each.next()) {
            switch (each.type()) {
                case ParameterCursor.FORWARD_TSN -> forward = true;
                case ParameterCursor.EXTENSIONS -> {
                    for (int i = 0; i < each.length(); i++) {
                        int type = chunk.buffer().getUnsignedByte(each.at() + i);
                        forward |= type == Chunk.FORWARD_TSN;
                        reconfig |= type == Chunk.RE_CONFIG;
                    }
                }
                case ParameterCursor.ZERO_CHECKSUM ->
                        zero = each.length() == 4 && chunk.buffer().getInt(each.at()) == DTLS;
                default -> {
                    // addresses and whatever else: of no use over DTLS
                }
            }
        }
        int streams = Math.min(STREAMS, Math.min(outgoing, incoming));
        long window = chunk.int32(4) & 0xFFFF_FFFFL;
        return new SctpParameters(tag, window, streams, chunk.int32(12), forward, reconfig, zero);
    }
}
