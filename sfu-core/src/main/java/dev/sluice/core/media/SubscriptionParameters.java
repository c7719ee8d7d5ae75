package dev.sluice.core.media;

import dev.sluice.rtp.ExtensionIds;
import java.util.List;

/**
 * One outgoing track as its media section describes it. Immutable.
 *
 * @param mid the section's identification
 * @param ssrc media SSRC, never used before with this peer's keys
 * @param rtxSsrc SSRC of retransmissions, −1 for none; never used before either
 * @param cname canonical name of the publisher, ASCII
 * @param codecs payload types that the subscriber accepted
 * @param extensions header extension ids of the section
 */
public record SubscriptionParameters(
        String mid,
        long ssrc,
        long rtxSsrc,
        String cname,
        List<CodecParameters> codecs,
        ExtensionIds extensions) {
    /** Copies the list. */
    public SubscriptionParameters {
        codecs = List.copyOf(codecs);
    }
}
