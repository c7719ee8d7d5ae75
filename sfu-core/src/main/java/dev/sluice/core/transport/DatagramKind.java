package dev.sluice.core.transport;

import io.netty.buffer.ByteBuf;

/** What a datagram is, by its first byte (RFC 7983 §7) and, for RTP, its second (RFC 5761 §4). */
public enum DatagramKind {
    STUN,
    DTLS,
    RTP,
    RTCP,
    UNKNOWN;

    /**
     * @return the kind of a datagram of {@code length} bytes, at least 2
     */
    public static DatagramKind of(ByteBuf buffer, int offset) {
        int first = buffer.getUnsignedByte(offset);
        if (first >= 128 && first <= 191) {
            int second = buffer.getUnsignedByte(offset + 1);
            return second >= 192 && second <= 223 ? RTCP : RTP;
        }
        if (first <= 3) {
            return STUN;
        }
        return first >= 20 && first <= 63 ? DTLS : UNKNOWN;
    }
}
