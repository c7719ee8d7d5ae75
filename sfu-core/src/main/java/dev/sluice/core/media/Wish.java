package dev.sluice.core.media;

import dev.sluice.core.congestion.LayerReason;

/**
 * What a subscriber wants of a video track. Immutable.
 *
 * @param layer highest wanted layer, 0 for the lowest; more than there are means the highest
 * @param cause why it wants no more than that layer
 * @param framesPerSecond as many are enough, 0 for all
 * @param priority 1 for the most important, up to 255; 0 for the usual
 * @param disabled whether it wants nothing for now
 */
public record Wish(
        int layer, LayerReason cause, int framesPerSecond, int priority, boolean disabled) {
    /** The highest layer. */
    public static final int HIGHEST = Integer.MAX_VALUE;

    /** Everything. */
    static final Wish ALL = new Wish(HIGHEST, LayerReason.SUBSCRIBER_QUALITY, 0, 0, false);

    private static final int MAX_WEIGHT = 256;
    private static final int SCREEN_WEIGHT = 255;

    /** A camera is shown the larger the more it matters. */
    private static final int MOST_LAYERS = 3;

    /**
     * @return how important the track is, 1…255
     */
    int weight(boolean screen) {
        if (priority > 0) {
            return Math.max(1, MAX_WEIGHT - priority);
        }
        return screen ? SCREEN_WEIGHT : 1 + Math.min(MOST_LAYERS, layer);
    }
}
