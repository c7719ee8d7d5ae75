package dev.sluice.core.transport;

import dev.sluice.rtp.ExtensionIds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * One packet on its way to one subscriber: a reference to the cached plaintext and the numbers of
 * its new header. Entries are reused.
 */
public final class EgressEntry {
    PeerTransport peer;
    OutgoingStream stream;
    ExtensionIds source = ExtensionIds.NONE;
    ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    int packetAt;
    int packetLength;
    int payloadType;

    /** Bytes at the start of the payload that are left out. */
    int skipped;

    boolean marker;
    long index;
    long timestamp;

    /** Original sequence number of a retransmission (RFC 4588 §4), −1 for a first sending. */
    int originalSequence;

    /** VP8 picture id and TL0PICIDX for this subscriber, −1 to leave them. */
    int pictureId;

    int tl0PictureIndex;

    @SuppressWarnings("NullAway.Init") // filled before use, by Egress.next
    EgressEntry() {}

    /**
     * Sets where the cached plain packet lies, header included.
     *
     * @param source extension ids of the publisher it came from
     */
    public EgressEntry packet(ByteBuf buffer, int offset, int length, ExtensionIds source) {
        this.source = source;
        this.buffer = buffer;
        this.packetAt = offset;
        this.packetLength = length;
        this.originalSequence = -1;
        this.skipped = 0;
        this.pictureId = -1;
        this.tl0PictureIndex = -1;
        return this;
    }

    /** Leaves out the first bytes of the payload. */
    public EgressEntry skip(int bytes) {
        this.skipped = bytes;
        return this;
    }

    /** Sets payload type and marker of the new header. */
    public EgressEntry type(int payloadType, boolean marker) {
        this.payloadType = payloadType;
        this.marker = marker;
        return this;
    }

    /**
     * Sets the numbers of the new header.
     *
     * @param index extended sequence number, 48 bits
     */
    public EgressEntry numbers(long index, long timestamp) {
        this.index = index;
        this.timestamp = timestamp;
        return this;
    }

    /** Sets the VP8 fields to write into the payload. */
    public EgressEntry vp8(int pictureId, int tl0PictureIndex) {
        this.pictureId = pictureId;
        this.tl0PictureIndex = tl0PictureIndex;
        return this;
    }

    /** Makes it a retransmission of that sequence number. */
    public EgressEntry retransmission(int originalSequence) {
        this.originalSequence = originalSequence;
        return this;
    }
}
