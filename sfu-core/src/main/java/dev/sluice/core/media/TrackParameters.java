package dev.sluice.core.media;

import dev.sluice.rtp.ExtensionIds;
import java.util.List;

/**
 * A published track as its media section describes it. Immutable.
 *
 * @param id unique within the room
 * @param kind audio or video
 * @param screen whether it shows a screen rather than a camera
 * @param mid the section's identification
 * @param codecs negotiated payload types
 * @param rids simulcast encodings, lowest layer first; empty when there is one encoding
 * @param ssrcs hints: pairs of media SSRC and RTX SSRC (−1 for none), in the order of the encodings
 * @param opaque whether payloads are encrypted end to end: only what every codec leaves readable is
 *     looked at, and nothing is taken out of them
 * @param extensions negotiated header extension ids
 * @param feedback negotiated RTCP feedback
 */
public record TrackParameters(
        String id,
        MediaKind kind,
        boolean screen,
        String mid,
        List<CodecParameters> codecs,
        List<String> rids,
        List<SsrcPair> ssrcs,
        boolean opaque,
        ExtensionIds extensions,
        Feedback feedback) {

    /**
     * A media SSRC and the one that retransmits it (RFC 5576, {@code ssrc-group:FID}).
     *
     * @param media 32 bits
     * @param rtx 32 bits, −1 for none
     */
    public record SsrcPair(long media, long rtx) {}

    /**
     * @param nack generic NACK
     * @param pli picture loss indication; full intra requests are sent without it
     */
    public record Feedback(boolean nack, boolean pli) {}

    /**
     * @return the same with other feedback
     */
    TrackParameters with(Feedback other) {
        return new TrackParameters(
                id, kind, screen, mid, codecs, rids, ssrcs, opaque, extensions, other);
    }

    /** Copies the lists. */
    public TrackParameters {
        codecs = List.copyOf(codecs);
        rids = List.copyOf(rids);
        ssrcs = List.copyOf(ssrcs);
    }
}
