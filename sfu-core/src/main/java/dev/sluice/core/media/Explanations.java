package dev.sluice.core.media;

import dev.sluice.core.congestion.LayerReason;
import dev.sluice.core.congestion.LimitedBy;
import dev.sluice.core.congestion.SendSideEstimator;
import dev.sluice.core.congestion.TrackDemand;

/** Says why a subscriber gets what it gets of a track. */
public final class Explanations {
    private Explanations() {}

    /** Looks at everything that decides about a subscription now. */
    public static TrackExplanation of(Subscription subscription, long nowNanos) {
        Downlink way = subscription.downlink();
        SendSideEstimator estimator = way == null ? null : way.estimator();
        TrackDemand demand = subscription.demand();
        PublishedTrack track = subscription.track();
        int full = track.fullLayer();
        int layer = layer(subscription);
        return new TrackExplanation(
                track.id(),
                full,
                Math.min(full, subscription.wantedLayer()),
                way == null ? full : Math.min(full, demand.spatial()),
                layer,
                Math.min(LayerRates.TEMPORAL - 1, subscription.filter().temporal()),
                layer < 0,
                reason(subscription, nowNanos),
                estimator == null ? 0 : (long) estimator.bitsPerSecond(),
                estimator == null ? LimitedBy.START : estimator.limitedBy(),
                (long) demand.grantedBits(),
                (long) demand.nextBits(),
                estimator == null ? 0 : (long) estimator.nextProbeMs(nowNanos),
                estimator == null ? 0 : estimator.lossRatio(),
                estimator == null ? 0 : estimator.roundTripMs());
    }

    /** Highest spatial layer forwarded now, −1 for none. */
    private static int layer(Subscription subscription) {
        Encoding current = subscription.selector().current();
        if (current == null) {
            return -1;
        }
        PublishedTrack track = subscription.track();
        return track.encodings().size() > 1
                ? current.layer()
                : Math.min(subscription.filter().spatial(), track.fullLayer());
    }

    /** Exactly one reason: the first that holds in the order of {@link LayerReason}. */
    static LayerReason reason(Subscription subscription, long nowNanos) {
        int full = subscription.track().fullLayer();
        int layer = layer(subscription);
        if (layer >= full) {
            return frames(subscription, nowNanos);
        }
        LayerSelector selector = subscription.selector();
        if (selector.isDisabled()) {
            return LayerReason.SUBSCRIBER_DISABLED;
        }
        if (layer >= 0 && layer >= selector.wish()) {
            return subscription.wish().cause();
        }
        if (subscription.isShedAbove(layer)) {
            return LayerReason.SERVER_POLICY;
        }
        LayerReason feed = feed(subscription, layer, nowNanos);
        return feed == LayerReason.NONE ? network(subscription, layer) : feed;
    }

    /** Why the best picture comes with fewer frames than there are. */
    private static LayerReason frames(Subscription subscription, long nowNanos) {
        if (subscription.lacksFrames()) {
            return LayerReason.SERVER_POLICY;
        }
        LayerReason network = subscription.demand().reason();
        int enough = subscription.track().ladder().temporal(nowNanos, subscription.wish());
        return network == LayerReason.NONE && enough < subscription.track().fullTemporal()
                ? LayerReason.SUBSCRIBER_FPS
                : network;
    }

    /** What the publisher does not send. */
    private static LayerReason feed(Subscription subscription, int layer, long nowNanos) {
        PublishedTrack track = subscription.track();
        if (!track.isAlive(nowNanos)) {
            return LayerReason.FEED_DRY;
        }
        int wanted = Math.min(subscription.selector().wish(), track.fullLayer());
        if (subscription.isPaused() || track.ladder().top(nowNanos, wanted) > layer) {
            return LayerReason.NONE;
        }
        Demand asked = track.demand();
        return asked != null && asked.isStarting(nowNanos)
                ? LayerReason.LAYER_STARTING
                : LayerReason.LAYER_NOT_SENT;
    }

    /** What the subscriber's network does not take, or not yet. */
    private static LayerReason network(Subscription subscription, int layer) {
        TrackDemand demand = subscription.demand();
        if (subscription.downlink() == null || demand.spatial() > layer) {
            return LayerReason.WAITING_KEY_FRAME;
        }
        return demand.reason() == LayerReason.NONE
                ? LayerReason.WAITING_SWITCH_POINT
                : demand.reason();
    }
}
