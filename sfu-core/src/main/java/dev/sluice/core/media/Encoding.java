package dev.sluice.core.media;

import dev.sluice.core.transport.OpenTarget;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One layer of a published track: the packet cache that all its subscribers share, and the stream
 * that currently feeds it.
 */
public final class Encoding implements OpenTarget {
    private static final long ALIVE_NANOS = 1_500_000_000L;

    /** Publishers stop single encodings: the others of the track go on without it. */
    private static final long LEFT_BEHIND_NANOS = 400_000_000L;

    private final PublishedTrack track;
    private final int layer;
    private final String rid;
    private final PacketCache cache;
    private final KeyFrameRequester keyFrames;
    private final KeyFrameCache keyFrameCache;
    private final FrameHold hold = new FrameHold();
    private final LayerRates rates = new LayerRates();
    private @Nullable FrameDependencies dependencies; // of streams that describe them
    private @Nullable IncomingStream stream;
    private long rtxSsrc = -1;
    private long lastPacketNanos = Long.MIN_VALUE;
    private int epoch;

    Encoding(
            PublishedTrack track,
            int layer,
            String rid,
            PacketCache cache,
            KeyFrameRequester keyFrames) {
        this.track = track;
        this.layer = layer;
        this.rid = rid;
        this.cache = cache;
        this.keyFrames = keyFrames;
        this.keyFrameCache = new KeyFrameCache(cache);
    }

    public PublishedTrack track() {
        return track;
    }

    /**
     * @return 0 for the lowest layer
     */
    public int layer() {
        return layer;
    }

    /**
     * @return restriction identifier, empty without simulcast
     */
    public String rid() {
        return rid;
    }

    /** A new SSRC feeds this encoding. */
    void feed(IncomingStream stream) {
        this.stream = stream;
        keyFrames.mediaSsrc(stream.ssrc());
        restarted();
    }

    @Nullable IncomingStream stream() {
        return stream;
    }

    void rtxSsrc(long ssrc) {
        rtxSsrc = ssrc;
    }

    long rtxSsrc() {
        return rtxSsrc;
    }

    /** The sender began its numbering anew. */
    void restarted() {
        keyFrameCache.clear();
        if (dependencies != null) {
            dependencies.reset();
        }
        epoch++;
    }

    /**
     * @return changes whenever numbers and timestamps stop being comparable to earlier ones
     */
    int epoch() {
        return epoch;
    }

    void onPacket(long nowNanos) {
        lastPacketNanos = nowNanos;
    }

    boolean isAlive(long nowNanos) {
        return lastPacketNanos != Long.MIN_VALUE
                && nowNanos - lastPacketNanos < ALIVE_NANOS
                && track.lastPacketNanos() - lastPacketNanos < LEFT_BEHIND_NANOS;
    }

    /**
     * @return SSRC of the stream, −1 before its first packet
     */
    public long ssrc() {
        return stream == null ? -1 : stream.ssrc();
    }

    PacketCache cache() {
        return cache;
    }

    KeyFrameCache keyFrameCache() {
        return keyFrameCache;
    }

    /**
     * @return what the frames depend on, null when nothing described it yet
     */
    @Nullable FrameDependencies dependencies() {
        return dependencies;
    }

    /** The dependencies, made at the first packet that describes them. */
    FrameDependencies describe() {
        FrameDependencies known = dependencies;
        if (known == null) {
            known = new FrameDependencies();
            dependencies = known;
        }
        return known;
    }

    LayerRates rates() {
        return rates;
    }

    FrameHold hold() {
        return hold;
    }

    KeyFrameRequester keyFrames() {
        return keyFrames;
    }

    /**
     * @return whether a packet can be opened into {@link #freeSlot}; not while buffers have no
     *     memory
     */
    boolean isReady() {
        return cache.isReady();
    }

    @Override
    public ByteBuf buffer() {
        return cache.buffer();
    }

    @Override
    public int freeSlot() {
        return cache.freeSlot();
    }
}
