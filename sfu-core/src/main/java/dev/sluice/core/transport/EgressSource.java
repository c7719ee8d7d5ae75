package dev.sluice.core.transport;

import dev.sluice.rtp.RtpPacket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * A packet of the burst as it lies in a packet cache, looked at once for all its subscribers.
 * Reused.
 */
@SuppressWarnings("ReferenceEquality") // the same memory is meant, not the same bytes
final class EgressSource {
    /** More than this is not worth sending for the sake of a run; libwebrtc's frames need 1. */
    private static final int MAX_PADDING = 16;

    private final RtpPacket packet = new RtpPacket();
    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private int offset;
    private boolean wellFormed;
    private int padding;

    /** Takes the next packet. */
    void wrap(ByteBuf from, int at, int length) {
        buffer = from;
        offset = at;
        wellFormed = packet.wrap(from, at, length);
        padding = 0;
    }

    boolean is(ByteBuf from, int at, int length) {
        return buffer == from && offset == at && packet.length() == length;
    }

    boolean isWellFormed() {
        return wellFormed;
    }

    RtpPacket packet() {
        return packet;
    }

    boolean isOf(EgressSource other) {
        return buffer == other.buffer;
    }

    /** Bytes to send behind the payload, the last of which says how many (RFC 3550 §5.1). */
    int padding() {
        return padding;
    }

    /** Pads the payload in its slot, for all subscribers at once, when little is missing. */
    void padTo(int payload) {
        int missing = payload - packet.payloadLength();
        int end = packet.payloadOffset() + packet.payloadLength();
        if (missing <= 0
                || missing > MAX_PADDING
                || end + missing > offset + OpenTarget.SLOT
                || end + missing > buffer.capacity()) {
            return;
        }
        padding = missing;
        for (int i = 0; i < missing - 1; i++) {
            buffer.setByte(end + i, 0);
        }
        buffer.setByte(end + missing - 1, missing);
    }
}
