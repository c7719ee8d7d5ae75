package dev.sluice.core.transport;

import dev.sluice.rtp.ExtensionIds;
import dev.sluice.rtp.HeaderExtensions;
import dev.sluice.rtp.RtpHeaderWriter;
import dev.sluice.rtp.RtpPacket;
import dev.sluice.rtp.codec.Vp8Descriptor;
import dev.sluice.srtp.CipherJob;
import dev.sluice.srtp.SrtpProtector;
import io.netty.buffer.ByteBuf;

/** Writes one subscriber's packet into the send slab: new header, then the payload, sealed. */
final class EgressSeal {
    /** The packet would not fit; no {@link dev.sluice.srtp.SrtpResult} has this value. */
    static final int TOO_LARGE = Integer.MIN_VALUE;

    /** The packet gets no transport-wide number. */
    static final int NO_NUMBER = -1;

    /** Bytes of an element that the one-byte extension form can hold (RFC 8285 §4.2). */
    private static final int ONE_BYTE_MAX = 16;

    /** Bytes of an RTX payload header: the original sequence number (RFC 4588 §4). */
    private static final int RTX_HEADER = 2;

    private final RtpHeaderWriter header = new RtpHeaderWriter();
    private final Vp8Descriptor vp8 = new Vp8Descriptor();
    private final CipherJob job = new CipherJob();
    private int originalPicture;
    private int originalTl0;

    /**
     * @param number transport-wide, 16 bits, or {@link #NO_NUMBER}
     * @return bytes of the sealed packet at {@code at}, or a negative result
     */
    int seal(EgressEntry entry, SrtpProtector protector, ByteBuf slab, int at, int number) {
        if (entry.repeated && entry.headers != null) {
            return sealAgain(entry, entry.headers, protector, slab, at);
        }
        RtpPacket packet = entry.source.packet();
        int padding = entry.padding();
        int headerLength = writeHeader(entry, slab, at, padding > 0 || entry.paddingOnly, number);
        int length = packet.payloadLength() - entry.skipped + padding;
        int prefix = entry.isRetransmission() ? RTX_HEADER : 0;
        if (headerLength + prefix + length + protector.overhead() > SendQueue.SLOT) {
            return TOO_LARGE;
        }
        int payloadAt = packet.payloadOffset() + entry.skipped;
        job.header(slab, at, headerLength);
        job.stream(entry.stream.ssrc(), entry.index);
        if (protector.defers() && (entry.rewritesVp8() || prefix > 0)) {
            return sealCopy(entry, protector, slab, at + headerLength, length);
        }
        if (entry.headers != null) { // sound: nothing of it is rewritten
            entry.headers.keep(entry.index, slab, at, headerLength, padding);
            job.payload(packet.buffer(), payloadAt, length);
            return protector.sealRepeatable(job);
        }
        boolean rewritten =
                rewriteVp8(entry, packet.buffer(), packet.payloadOffset(), packet.payloadLength());
        int sealed =
                prefix == 0
                        ? sealInPlace(protector, packet.buffer(), payloadAt, length)
                        : sealRepeated(entry, protector, payloadAt, length);
        if (rewritten) { // others read the cached packet later, who count from its own numbers
            vp8.pictureId(originalPicture);
            vp8.tl0PictureIndex(originalTl0);
        }
        return sealed;
    }

    /** The very packet that left before: its header as it was, its payload from the cache. */
    private int sealAgain(
            EgressEntry entry, SentHeaders headers, SrtpProtector protector, ByteBuf slab, int at) {
        RtpPacket packet = entry.source.packet();
        int headerLength = headers.write(entry.index, slab, at);
        int length = packet.payloadLength() - entry.skipped + headers.padding(entry.index);
        if (headerLength + length + protector.overhead() > SendQueue.SLOT) {
            return TOO_LARGE;
        }
        job.header(slab, at, headerLength);
        job.stream(entry.stream.ssrc(), entry.index);
        job.payload(packet.buffer(), packet.payloadOffset() + entry.skipped, length);
        return protector.sealAgain(job);
    }

    private int sealInPlace(SrtpProtector protector, ByteBuf cached, int at, int length) {
        job.payload(cached, at, length);
        return protector.seal(job);
    }

    /** The cached header lends the room before the payload. */
    private int sealRepeated(EgressEntry entry, SrtpProtector protector, int at, int length) {
        ByteBuf cached = entry.source.packet().buffer();
        int lent = cached.getShort(at - RTX_HEADER);
        cached.setShort(at - RTX_HEADER, entry.originalSequence);
        int sealed = sealInPlace(protector, cached, at - RTX_HEADER, length + RTX_HEADER);
        cached.setShort(at - RTX_HEADER, lent);
        return sealed;
    }

    /** Sealing that is deferred reads the plaintext later: what is rewritten needs its own copy. */
    private int sealCopy(
            EgressEntry entry, SrtpProtector protector, ByteBuf slab, int to, int length) {
        RtpPacket packet = entry.source.packet();
        int at = to;
        if (entry.isRetransmission()) {
            slab.setShort(at, entry.originalSequence);
            at += RTX_HEADER;
        }
        slab.setBytes(at, packet.buffer(), packet.payloadOffset() + entry.skipped, length);
        rewriteVp8(entry, slab, at, length);
        job.payload(slab, to, at - to + length);
        return protector.seal(job);
    }

    private boolean rewriteVp8(EgressEntry entry, ByteBuf buffer, int at, int length) {
        if (!entry.rewritesVp8() || !vp8.wrap(buffer, at, length)) {
            return false;
        }
        originalPicture = vp8.pictureId();
        originalTl0 = vp8.tl0PictureIndex();
        vp8.pictureId(entry.pictureId);
        vp8.tl0PictureIndex(entry.tl0PictureIndex);
        return true;
    }

    private int writeHeader(EgressEntry entry, ByteBuf slab, int at, boolean padded, int number) {
        OutgoingStream stream = entry.stream;
        ExtensionIds out = stream.extensions();
        HeaderExtensions extensions = entry.source.packet().extensions();
        int descriptor = entry.extensions.dependencyDescriptor();
        boolean described = out.dependencyDescriptor() > 0 && extensions.has(descriptor);
        boolean twoByte = described && extensions.length(descriptor) > ONE_BYTE_MAX;
        header.begin(slab, at, twoByte);
        header.payloadType(entry.payloadType, entry.marker);
        header.numbers((int) entry.index & 0xFFFF, entry.timestamp, stream.ssrc());
        if (stream.mid().length > 0 && out.mid() > 0) {
            header.extension(out.mid(), stream.mid());
        }
        if (out.audioLevel() > 0 && extensions.has(entry.extensions.audioLevel())) {
            copyExtension(entry, out.audioLevel(), entry.extensions.audioLevel());
        }
        if (described) {
            copyExtension(entry, out.dependencyDescriptor(), descriptor);
        }
        if (number >= 0) {
            header.extension(out.transportWideCc(), number);
        }
        if (padded) {
            header.padded();
        }
        return header.finish();
    }

    private void copyExtension(EgressEntry entry, int out, int in) {
        RtpPacket packet = entry.source.packet();
        HeaderExtensions extensions = packet.extensions();
        header.extension(out, packet.buffer(), extensions.offset(in), extensions.length(in));
    }
}
