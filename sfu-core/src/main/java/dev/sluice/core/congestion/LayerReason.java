package dev.sluice.core.congestion;

/**
 * Why a subscriber gets less of a track than the best that its publisher sends; the first that
 * holds, in this order.
 */
public enum LayerReason {
    /** Nothing is missing. */
    NONE,
    /** The publisher muted the track. */
    PUBLISHER_MUTED,
    /** The publisher is gone. */
    PUBLISHER_GONE,
    /** The subscriber may not have it. */
    NOT_PERMITTED,
    /** The subscriber's settings switch it off, or hide it. */
    SUBSCRIBER_DISABLED,
    /** A limit of the room or the server, or shedding of load. */
    SERVER_POLICY,
    /** The subscriber cannot decode more. */
    DECODER,
    /** The subscriber shows it smaller. */
    SUBSCRIBER_SIZE,
    /** The subscriber asked for a lower quality. */
    SUBSCRIBER_QUALITY,
    /** The subscriber asked for fewer frames. */
    SUBSCRIBER_FPS,
    /** No packets come on any usable layer. */
    FEED_DRY,
    /** The publisher was asked for the layer less than five seconds ago. */
    LAYER_STARTING,
    /** The publisher does not send the layer. */
    LAYER_NOT_SENT,
    /** The layer is granted, its key frame has not come yet. */
    WAITING_KEY_FRAME,
    /** The layer is granted, a frame to switch at has not come yet. */
    WAITING_SWITCH_POINT,
    /** The network is not known yet. */
    STARTING,
    /** More would make a queue. */
    BANDWIDTH_DELAY,
    /** More would be lost. */
    BANDWIDTH_LOSS,
    /** The receiver says that it takes no more. */
    BANDWIDTH_REMB,
    /** The round trip takes seconds. */
    BANDWIDTH_RTT,
    /** It would fit if more important tracks got less. */
    PRIORITY,
    /** It would fit, but failed a moment ago. */
    HOLD_DOWN
}
