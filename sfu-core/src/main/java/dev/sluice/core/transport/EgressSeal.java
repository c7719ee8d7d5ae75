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

    /** Bytes of an element that the one-byte extension form can hold (RFC 8285 §4.2). */
    private static final int ONE_BYTE_MAX = 16;

    /** Bytes of an RTX payload header: the original sequence number (RFC 4588 §4). */
    private static final int RTX_HEADER = 2;

    private final RtpHeaderWriter header = new RtpHeaderWriter();
    private final Vp8Descriptor vp8 = new Vp8Descriptor();
    private final CipherJob job = new CipherJob();

    /**
     * @return bytes of the sealed packet at {@code at}, or a negative result
     */
    int seal(EgressEntry entry, SrtpProtector protector, ByteBuf slab, int at) {
        RtpPacket packet = entry.source.packet();
        int padding = entry.padding();
        int headerLength = writeHeader(entry, slab, at, padding > 0);
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
        rewriteVp8(entry, packet.buffer(), packet.payloadOffset(), packet.payloadLength());
        if (prefix == 0) {
            job.payload(packet.buffer(), payloadAt, length);
            return protector.seal(job);
        }
        // the cached header lends the room before the payload
        ByteBuf cached = packet.buffer();
        int lent = cached.getShort(payloadAt - RTX_HEADER);
        cached.setShort(payloadAt - RTX_HEADER, entry.originalSequence);
        job.payload(cached, payloadAt - RTX_HEADER, length + RTX_HEADER);
        int sealed = protector.seal(job);
        cached.setShort(payloadAt - RTX_HEADER, lent);
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

    private void rewriteVp8(EgressEntry entry, ByteBuf buffer, int at, int length) {
        if (entry.rewritesVp8() && vp8.wrap(buffer, at, length)) {
            vp8.pictureId(entry.pictureId);
            vp8.tl0PictureIndex(entry.tl0PictureIndex);
        }
    }

    private int writeHeader(EgressEntry entry, ByteBuf slab, int at, boolean padded) {
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
