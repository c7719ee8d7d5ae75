package dev.sluice.core.stats;

/** Why bytes were dropped: one counter each, no log line per packet. */
public enum DropReason {
    TOO_SHORT(true),
    TOO_LONG(true),
    UNKNOWN_KIND(true),
    UNKNOWN_ADDRESS(true),
    STUN_MALFORMED(true),
    STUN_NOT_A_REQUEST(true),
    STUN_UNKNOWN_USER(true),
    STUN_BAD_USER(true),
    STUN_BAD_INTEGRITY(true),
    STUN_RATE(true),
    /** A TCP connection whose first frame is no check for anybody here. */
    TCP_STRANGER(true),
    /** TCP connections beyond what is allowed at a time. */
    TCP_TOO_MANY(true),
    /** A frame longer than any packet: the connection ends. */
    TCP_FRAME_TOO_LONG(true),
    /** A TCP connection that brought no authentic check in time. */
    TCP_IDLE(true),
    DTLS_FILTER(true),
    DTLS_TOO_EARLY(true),
    DTLS_QUEUE_FULL(true),
    DTLS_TOO_MANY_HANDSHAKES(true),
    DTLS_REFUSED(true),
    DTLS_APPLICATION_DATA(true),
    /** A packet of SCTP that is none of this association. */
    SCTP_REFUSED(true),
    /** A message or channel of data that is not wanted. */
    DATA_REFUSED(true),
    DATA_TOO_BIG(true),
    /** More messages than a peer may send. */
    DATA_TOO_FAST(true),
    SRTP_EARLY(true),
    SRTP_MALFORMED(true),
    SRTP_REPLAYED(true),
    SRTP_BAD_TAG(true),
    SRTP_TOO_MANY_SSRCS(true),
    SRTP_NOT_ENCRYPTED(true),
    PEER_TOO_FAST(true),
    RTP_MALFORMED(true),
    RTP_UNKNOWN_STREAM(true),
    RTP_UNKNOWN_PAYLOAD_TYPE(true),
    RTP_DUPLICATE(true),
    RTP_SEQUENCE_JUMP(true),
    RTP_PADDING_ONLY(true),
    /** Video that is not even opened while sound alone is forwarded. */
    RTP_SHED(true),
    /** There is no memory left to keep packets in. */
    NO_MEMORY(true),
    RTCP_MALFORMED(true),
    RTCP_UNKNOWN_STREAM(true),
    RTX_UNUSABLE(true),
    PEER_FAULT(true),
    NO_ADDRESS(false),
    NO_PAYLOAD_TYPE(false),
    INDEX_USED(false),
    KEY_EXHAUSTED(false),
    TOO_LARGE(false),
    SEND_QUEUE_FULL(false),
    /** A receiver of data does not keep up. */
    DATA_QUEUE_FULL(false),
    /** A message that may be lost was lost, or waited too long. */
    DATA_ABANDONED(false),
    /** More receivers a second than a room's messages may have. */
    DATA_FAN_OUT(false),
    RELAY_FULL(false),
    SEND_BLOCKED(false),
    SEND_NO_BUFFERS(false),
    SEAL_FAILED(false),
    SEND_FAILED(false);

    private final boolean inbound;

    DropReason(boolean inbound) {
        this.inbound = inbound;
    }

    /**
     * @return whether the bytes came from outside, rather than being on their way out
     */
    public boolean isInbound() {
        return inbound;
    }
}
