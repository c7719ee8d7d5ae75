package dev.sluice.core.transport;

import dev.sluice.rtp.ExtensionIds;
import org.jspecify.annotations.Nullable;

/**
 * One packet on its way to one subscriber: a reference to the cached plaintext and the numbers of
 * its new header. Entries are reused.
 */
public final class EgressEntry {
    OutgoingStream stream;
    ExtensionIds extensions = ExtensionIds.NONE;
    EgressSource source;

    /** The next entry of the same peer in this burst. */
    @Nullable EgressEntry next;

    int payloadType;

    /** Bytes at the start of the payload that are left out. */
    int skipped;

    boolean marker;
    long index;
    long timestamp;

    /** Original sequence number of a retransmission (RFC 4588 §4), −1 for a first sending. */
    int originalSequence;

    /** The payload is nothing but padding (RFC 3550 §5.1). */
    boolean paddingOnly;

    /** VP8 picture id and TL0PICIDX for this subscriber, −1 to leave them. */
    int pictureId;

    int tl0PictureIndex;

    /** Where the header is remembered, null when this packet is never sent again as it is. */
    @Nullable SentHeaders headers;

    /** It left before under this index, and leaves once more as it was. */
    boolean repeated;

    @SuppressWarnings("NullAway.Init") // filled before use, by Egress.next
    EgressEntry() {}

    void begin(OutgoingStream outgoing, EgressSource packet, ExtensionIds ids) {
        stream = outgoing;
        source = packet;
        extensions = ids;
        next = null;
        originalSequence = -1;
        paddingOnly = false;
        skipped = 0;
        pictureId = -1;
        tl0PictureIndex = -1;
        headers = null;
        repeated = false;
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

    /** Says that the payload is padding, and its last byte how much. */
    public EgressEntry paddingOnly() {
        paddingOnly = true;
        return this;
    }

    /** Lets the header be remembered: the very same packet may have to be sent again. */
    public EgressEntry keptIn(SentHeaders headers) {
        this.headers = headers;
        return this;
    }

    /**
     * Makes it the very packet that left before under this index.
     *
     * @param index extended sequence number, 48 bits
     * @param headers where its header was kept
     */
    public EgressEntry repeat(long index, SentHeaders headers) {
        this.index = index;
        this.headers = headers;
        repeated = true;
        return this;
    }

    /** On its own stream, by RFC 4588. */
    boolean isRetransmission() {
        return originalSequence >= 0;
    }

    boolean rewritesVp8() {
        return pictureId >= 0 || tl0PictureIndex >= 0;
    }

    /** Padding equalises runs of first sendings; a shortened payload has a size of its own. */
    int padding() {
        return isRetransmission() || skipped > 0 || paddingOnly ? 0 : source.padding();
    }
}
