package dev.sluice.core.transport;

import dev.sluice.core.congestion.SendSideEstimator;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.Counters;
import dev.sluice.core.stats.DropReason;
import dev.sluice.rtp.ExtensionIds;
import dev.sluice.rtp.RtpPacket;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * What a burst is to send. Until its end only references are collected, peer by peer; then each
 * packet gets its header and is sealed from the packet cache into the send slab (the one copy out),
 * all packets of a peer in a row, so that those of equal size leave as one message; and every
 * socket is flushed once.
 */
public final class Egress {
    private static final int INITIAL = 1024;

    /** Bytes of IPv4 and UDP headers. */
    private static final int DATAGRAM_OVERHEAD = 28;

    private final Counters counters;
    private final List<UdpEndpoint> endpoints;
    private final EgressSeal seal = new EgressSeal();
    private final List<EgressEntry> entries = new ArrayList<>(INITIAL);
    private final List<EgressSource> sources = new ArrayList<>();
    private final List<PeerTransport> peers = new ArrayList<>(INITIAL);
    private final List<ByteBuf> retired = new ArrayList<>();
    private int entryCount;
    private int sourceCount;
    private int latestSource;

    public Egress(Counters counters, List<UdpEndpoint> endpoints) {
        this.counters = counters;
        this.endpoints = endpoints;
        for (int i = 0; i < INITIAL; i++) {
            entries.add(new EgressEntry());
        }
    }

    /**
     * Puts a cached plain packet on a peer's list; it is sent by {@link #flush}.
     *
     * @param buffer its cache; the packet stays where it is until the flush
     * @param ids extension ids of the publisher it came from
     * @return a reused entry; the caller sets type and numbers
     */
    public EgressEntry next(
            PeerTransport peer,
            OutgoingStream stream,
            ByteBuf buffer,
            int offset,
            int length,
            ExtensionIds ids) {
        if (entryCount == entries.size()) {
            entries.add(new EgressEntry());
        }
        EgressEntry entry = entries.get(entryCount++);
        entry.begin(stream, source(buffer, offset, length), ids);
        EgressList list = peer.outgoing();
        if (list.isEmpty()) {
            peers.add(peer);
        }
        list.add(entry);
        return entry;
    }

    /**
     * The look at a packet that all its subscribers share. They come packet by packet, or each with
     * all packets of a frame: the wanted one is the latest, the one behind it, or the frame's
     * first.
     */
    private EgressSource source(ByteBuf buffer, int offset, int length) {
        for (int i = 0; i < sourceCount; i++) {
            int at = (latestSource + i) % sourceCount;
            if (sources.get(at).is(buffer, offset, length)) {
                latestSource = at;
                return sources.get(at);
            }
        }
        if (sourceCount == sources.size()) {
            sources.add(new EgressSource());
        }
        latestSource = sourceCount;
        EgressSource source = sources.get(sourceCount++);
        source.wrap(buffer, offset, length);
        return source;
    }

    /** Seals and sends everything collected since the last flush. */
    public void flush(long nowNanos) {
        if (sourceCount > 1) {
            equalise();
        }
        try {
            for (int i = 0; i < peers.size(); i++) {
                sendAll(nowNanos, peers.get(i));
            }
        } finally {
            clear();
        }
        for (int i = 0; i < endpoints.size(); i++) {
            endpoints.get(i).flush(nowNanos);
        }
    }

    private void sendAll(long nowNanos, PeerTransport peer) {
        EgressEntry entry = peer.outgoing().take();
        while (entry != null) {
            send(nowNanos, peer, entry);
            entry = entry.next;
        }
    }

    private void clear() {
        for (int i = 0; i < peers.size(); i++) {
            peers.get(i).outgoing().take(); // full only after a fault
        }
        peers.clear();
        entryCount = 0;
        sourceCount = 0;
        latestSource = 0;
        for (int i = 0; i < retired.size(); i++) {
            retired.get(i).release();
        }
        retired.clear();
    }

    /** Releases the memory of a cache that closes, once nothing refers to it any more. */
    public void release(ByteBuf cache) {
        if (entryCount == 0) {
            cache.release();
        } else {
            retired.add(cache);
        }
    }

    /**
     * libwebrtc splits a frame evenly, and when it does not divide, the last packets are a byte
     * longer: no run of equal sizes. Padding makes the short ones as long as the longest of their
     * encoding in this burst; the last may stay shorter.
     */
    private void equalise() {
        for (int i = 0; i < sourceCount; i++) {
            EgressSource source = sources.get(i);
            int longest = 0;
            boolean last = true;
            for (int j = 0; j < sourceCount; j++) {
                EgressSource other = sources.get(j);
                if (other.isOf(source) && other.isWellFormed()) {
                    longest = Math.max(longest, other.packet().payloadLength());
                    last &= j <= i;
                }
            }
            if (!last && source.isWellFormed()) {
                source.padTo(longest);
            }
        }
    }

    private void send(long nowNanos, PeerTransport peer, EgressEntry entry) {
        RtpPacket packet = entry.source.packet();
        SendPath path = peer.path(packet.length());
        int at = path == null ? -1 : path.via().queue().claim(nowNanos, !entry.stream.audio());
        if (path == null || at < 0) {
            counters.drop(path == null ? DropReason.NO_ADDRESS : DropReason.SEND_QUEUE_FULL);
            return;
        }
        if (!entry.source.isWellFormed()) {
            counters.drop(DropReason.RTP_MALFORMED); // the slot was reused: cannot be in a burst
            return;
        }
        SendQueue queue = path.via().queue();
        boolean numbered = entry.stream.extensions().transportWideCc() > 0;
        SendSideEstimator estimator = numbered && !entry.repeated ? peer.estimator() : null;
        int number = estimator == null ? EgressSeal.NO_NUMBER : estimator.nextNumber();
        int sealed = seal.seal(entry, peer.protector(), queue.buffer(), at, number);
        if (sealed == EgressSeal.TOO_LARGE) {
            counters.drop(DropReason.TOO_LARGE);
        } else if (sealed < 0) {
            peer.countSealFailure(sealed);
        } else {
            queue.push(sealed, path, entry.stream);
            count(entry, sealed);
            if (estimator != null) {
                estimator.onPacketSent(nowNanos, sealed + DATAGRAM_OVERHEAD);
            }
        }
    }

    private void count(EgressEntry entry, int bytes) {
        boolean audio = entry.stream.audio();
        counters.add(audio ? Counter.AUDIO_PACKETS_OUT : Counter.VIDEO_PACKETS_OUT);
        counters.add(audio ? Counter.AUDIO_BYTES_OUT : Counter.VIDEO_BYTES_OUT, bytes);
        if (entry.isRetransmission() || entry.repeated) {
            counters.add(Counter.RETRANSMITTED_OUT);
        }
    }
}
