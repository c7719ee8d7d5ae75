package dev.sluice.core.media;

import dev.sluice.core.congestion.LayerReason;
import dev.sluice.core.congestion.LimitedBy;

/**
 * Why a subscriber gets what it gets of one track. Layers count from 0, −1 is none.
 *
 * @param trackId the published track
 * @param fullLayer highest layer that the publisher announced
 * @param wantedLayer highest layer that the subscriber wants
 * @param grantedLayer what its network takes
 * @param layer what is forwarded now
 * @param temporalLayer highest temporal layer forwarded
 * @param paused whether nothing is forwarded
 * @param reason why it is less than the full layer
 * @param estimate of the subscriber's network, bits a second; 0 when unknown
 * @param limitedBy what holds the estimate down
 * @param allocated bits a second granted to this track
 * @param needed bits a second of the next better layer, 0 when there is none
 * @param nextProbeMillis until more may be tried
 * @param lossRatio share of packets lost lately, 0 to 1
 * @param roundTripMillis to the subscriber
 */
public record TrackExplanation(
        String trackId,
        int fullLayer,
        int wantedLayer,
        int grantedLayer,
        int layer,
        int temporalLayer,
        boolean paused,
        LayerReason reason,
        long estimate,
        LimitedBy limitedBy,
        long allocated,
        long needed,
        long nextProbeMillis,
        double lossRatio,
        double roundTripMillis) {}
