package dev.sluice.core.media;

import dev.sluice.core.congestion.LayerReason;

/**
 * A change of what a subscriber gets of a track.
 *
 * @param unixMillis when
 * @param trackId of what
 * @param layer granted from now on, −1 for none
 * @param estimate of the network then, bits a second
 * @param reason why not more
 */
public record Decision(
        long unixMillis, String trackId, int layer, long estimate, LayerReason reason) {}
