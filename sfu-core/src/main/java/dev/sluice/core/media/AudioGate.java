package dev.sluice.core.media;

import dev.sluice.rtp.ExtensionIds;
import dev.sluice.rtp.RtpPacket;
import dev.sluice.rtp.codec.FrameMark;
import org.jspecify.annotations.Nullable;

/**
 * Lets a track's sound through: always, or in a large room only while it is among the loudest, and
 * then from a moment before it was.
 */
final class AudioGate {
    /** Where packets go that pass. */
    interface Forward {
        void onRtp(
                long nowNanos,
                Encoding encoding,
                int slot,
                long extended,
                RtpPacket packet,
                int mark);
    }

    /** Packets sent from before a speaker was heard: 60 ms. */
    private static final int PRE_ROLL = 3;

    /** What is taken for the level of a packet that does not say, −dBov. */
    private static final int USUAL_LEVEL = 30;

    private final MediaScope scope;
    private final ExtensionIds extensions;
    private final AudioLevelMeter meter;
    private final Forward forward;
    private @Nullable AudioSelector selector;
    private AudioSelector.@Nullable Standing standing;
    private boolean resumes;

    AudioGate(MediaScope scope, ExtensionIds extensions, AudioLevelMeter meter, Forward forward) {
        this.scope = scope;
        this.extensions = extensions;
        this.meter = meter;
        this.forward = forward;
    }

    /** Only the loudest of a room are forwarded from now on. */
    void select(AudioSelector by) {
        selector = by;
        standing = by.join();
    }

    /** Another worker kept back what came before the next packet. */
    void resumes() {
        resumes = true;
    }

    void onRtp(long nowNanos, Encoding encoding, int slot, long extended, RtpPacket packet) {
        int level = level(packet);
        int mark = resumes ? TrackSender.RESUMED : FrameMark.PLAIN;
        resumes = false;
        if (selector != null && standing != null) {
            boolean wasIn = standing.isIn();
            if (!selector.passes(nowNanos, standing, level)) {
                return;
            }
            mark = wasIn ? mark : preRoll(nowNanos, encoding, extended);
        }
        forward.onRtp(nowNanos, encoding, slot, extended, packet, mark);
    }

    /** The first syllable began before it was loud. @return marks of the packet behind it */
    private int preRoll(long nowNanos, Encoding encoding, long extended) {
        PacketCache cache = encoding.cache();
        int mark = TrackSender.RESUMED;
        for (long number = extended - PRE_ROLL; number < extended; number++) {
            int slot = cache.find(number);
            if (slot != PacketCache.MISSING
                    && scope.paced().wrap(cache.buffer(), cache.offset(slot), cache.length(slot))) {
                forward.onRtp(nowNanos, encoding, slot, number, scope.paced(), mark);
                mark = FrameMark.PLAIN;
            }
        }
        return mark;
    }

    /** Level in −dBov, 0 for the loudest (RFC 6464). */
    private int level(RtpPacket packet) {
        int id = extensions.audioLevel();
        if (!packet.extensions().has(id)) {
            return USUAL_LEVEL;
        }
        int level = packet.buffer().getByte(packet.extensions().offset(id)) & 0x7F;
        meter.onPacket(level);
        return level;
    }

    void close() {
        if (selector != null && standing != null) {
            selector.leave(standing);
        }
    }
}
