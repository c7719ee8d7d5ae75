package dev.sluice.core.transport;

import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.Counters;
import dev.sluice.core.stats.DropReason;
import dev.sluice.rtp.ExtensionIds;
import dev.sluice.rtp.HeaderExtensions;
import dev.sluice.rtp.RtpHeaderWriter;
import dev.sluice.rtp.RtpPacket;
import dev.sluice.rtp.codec.Vp8Descriptor;
import dev.sluice.srtp.CipherJob;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * What a burst is to send. Until its end only references are collected; then each packet gets its
 * header, is sealed from the packet cache into the send slab (the one copy out), and every socket
 * is flushed once.
 */
public final class Egress {
    private static final int INITIAL = 1024;

    /** Bytes of an element that the one-byte extension form can hold (RFC 8285 §4.2). */
    private static final int ONE_BYTE_MAX = 16;

    private final Counters counters;
    private final List<UdpEndpoint> endpoints;
    private final List<EgressEntry> entries = new ArrayList<>(INITIAL);
    private final RtpPacket packet = new RtpPacket();
    private final RtpHeaderWriter header = new RtpHeaderWriter();
    private final Vp8Descriptor vp8 = new Vp8Descriptor();
    private final CipherJob job = new CipherJob();
    private int size;

    public Egress(Counters counters, List<UdpEndpoint> endpoints) {
        this.counters = counters;
        this.endpoints = endpoints;
        for (int i = 0; i < INITIAL; i++) {
            entries.add(new EgressEntry());
        }
    }

    /**
     * @return a reused entry that will be sent by {@link #flush}; the caller fills all of it
     */
    public EgressEntry next(PeerTransport peer, OutgoingStream stream) {
        if (size == entries.size()) {
            entries.add(new EgressEntry());
        }
        EgressEntry entry = entries.get(size++);
        entry.peer = peer;
        entry.stream = stream;
        return entry;
    }

    /** Seals and sends everything collected since the last flush. */
    public void flush() {
        for (int i = 0; i < size; i++) {
            send(entries.get(i));
        }
        size = 0;
        for (int i = 0; i < endpoints.size(); i++) {
            endpoints.get(i).flush();
        }
    }

    CipherJob job() {
        return job;
    }

    private void send(EgressEntry entry) {
        PeerTransport peer = entry.peer;
        ReturnPath.Path path = peer.path(entry.packetLength);
        ByteBuf slot = path == null ? null : path.via().slot();
        if (path == null || slot == null) {
            counters.drop(path == null ? DropReason.NO_ADDRESS : DropReason.SEND_QUEUE_FULL);
            return;
        }
        if (!packet.wrap(entry.buffer, entry.packetAt, entry.packetLength)) {
            counters.drop(DropReason.RTP_MALFORMED); // the slot was reused: cannot be in a burst
            return;
        }
        int headerLength = writeHeader(entry, slot);
        int length = packet.payloadLength();
        int prefix = entry.originalSequence >= 0 ? 2 : 0;
        if (headerLength + prefix + length + peer.protector().overhead() > SendRing.SLOT) {
            counters.drop(DropReason.TOO_LARGE);
            return;
        }
        rewritePayload(entry, length);
        int sealed = seal(entry, slot, headerLength, length);
        if (sealed < 0) {
            peer.countSealFailure(sealed);
        } else {
            path.via().send(sealed, path.to());
            count(entry, sealed);
        }
    }

    private int seal(EgressEntry entry, ByteBuf slot, int headerLength, int length) {
        int payloadAt = packet.payloadOffset();
        job.header(slot, 0, headerLength);
        job.stream(entry.stream.ssrc(), entry.index);
        if (entry.originalSequence < 0) {
            job.payload(entry.buffer, payloadAt + entry.skipped, length - entry.skipped);
            return entry.peer.protector().seal(job);
        }
        // RFC 4588 §4: the original number stands before the payload; the cached header lends the
        // room
        int lent = entry.buffer.getShort(payloadAt - 2);
        entry.buffer.setShort(payloadAt - 2, entry.originalSequence);
        job.payload(entry.buffer, payloadAt - 2, length + 2);
        int sealed = entry.peer.protector().seal(job);
        entry.buffer.setShort(payloadAt - 2, lent);
        return sealed;
    }

    private void rewritePayload(EgressEntry entry, int length) {
        if ((entry.pictureId >= 0 || entry.tl0PictureIndex >= 0)
                && vp8.wrap(entry.buffer, packet.payloadOffset(), length)) {
            vp8.pictureId(entry.pictureId);
            vp8.tl0PictureIndex(entry.tl0PictureIndex);
        }
    }

    private int writeHeader(EgressEntry entry, ByteBuf slot) {
        OutgoingStream stream = entry.stream;
        ExtensionIds out = stream.extensions();
        HeaderExtensions extensions = packet.extensions();
        int descriptor = entry.source.dependencyDescriptor();
        boolean described = out.dependencyDescriptor() > 0 && extensions.has(descriptor);
        boolean twoByte = described && extensions.length(descriptor) > ONE_BYTE_MAX;
        header.begin(slot, 0, twoByte);
        header.payloadType(entry.payloadType, entry.marker);
        header.numbers((int) entry.index & 0xFFFF, entry.timestamp, stream.ssrc());
        if (stream.mid().length > 0 && out.mid() > 0) {
            header.extension(out.mid(), stream.mid());
        }
        if (out.audioLevel() > 0 && extensions.has(entry.source.audioLevel())) {
            copyExtension(out.audioLevel(), entry.source.audioLevel());
        }
        if (described) {
            copyExtension(out.dependencyDescriptor(), descriptor);
        }
        return header.finish();
    }

    private void copyExtension(int out, int in) {
        HeaderExtensions extensions = packet.extensions();
        header.extension(out, packet.buffer(), extensions.offset(in), extensions.length(in));
    }

    private void count(EgressEntry entry, int bytes) {
        boolean audio = entry.stream.audio();
        counters.add(audio ? Counter.AUDIO_PACKETS_OUT : Counter.VIDEO_PACKETS_OUT);
        counters.add(audio ? Counter.AUDIO_BYTES_OUT : Counter.VIDEO_BYTES_OUT, bytes);
        if (entry.originalSequence >= 0) {
            counters.add(Counter.RETRANSMITTED_OUT);
        }
    }
}
