package dev.sluice.srtp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * What a cipher is to do with one packet; one object per worker, filled again for each packet.
 *
 * <p>Sealing reads {@link #length} bytes of plaintext at the source and writes as many at the
 * destination, authenticates the header, and writes the tag into the destination at {@link #tagAt}.
 * Opening reads ciphertext and tag from the source and writes plaintext to the destination.
 */
public final class CipherJob {
    ByteBuf source = Unpooled.EMPTY_BUFFER;
    int sourceAt;
    int length;
    ByteBuf destination = Unpooled.EMPTY_BUFFER;
    int destinationAt;
    ByteBuf header = Unpooled.EMPTY_BUFFER;
    int headerAt;
    int headerLength;
    int tagAt;
    int ssrc;

    /** 48 bits for RTP, 31 for RTCP. */
    long index;

    /**
     * What is authenticated behind the packet: the ROC for RTP under HMAC, E and index for RTCP.
     */
    int trailer;

    boolean rtcp;

    /** Sets where the plaintext payload to be sealed lies. */
    public void payload(ByteBuf source, int offset, int length) {
        this.source = source;
        this.sourceAt = offset;
        this.length = length;
    }

    /** Sets where the finished header stands; the sealed payload follows it. */
    public void header(ByteBuf destination, int offset, int length) {
        this.destination = destination;
        this.destinationAt = offset + length;
        this.header = destination;
        this.headerAt = offset;
        this.headerLength = length;
    }

    /** Sets SSRC and extended sequence number (48 bits) of an outgoing RTP packet. */
    public void stream(long ssrc, long index) {
        this.ssrc = (int) ssrc;
        this.index = index;
    }
}
