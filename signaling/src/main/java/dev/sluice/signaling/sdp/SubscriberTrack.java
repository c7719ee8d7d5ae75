package dev.sluice.signaling.sdp;

import dev.sluice.core.media.CodecParameters;
import dev.sluice.core.media.MediaKind;
import java.util.List;

/**
 * A track on its way to a subscriber. Immutable.
 *
 * @param trackId the published track
 * @param kind audio or video
 * @param codecs of the publisher, with its payload types
 * @param streamId first token of {@code a=msid}
 * @param msidTrackId second token
 * @param cname canonical name of the publisher
 * @param ssrc ours, for this subscriber
 * @param rtxSsrc ours, −1 for none
 */
public record SubscriberTrack(
        String trackId,
        MediaKind kind,
        List<CodecParameters> codecs,
        String streamId,
        String msidTrackId,
        String cname,
        long ssrc,
        long rtxSsrc) {
    /** Copies the list. */
    public SubscriberTrack {
        codecs = List.copyOf(codecs);
    }
}
