package dev.sluice.signaling.ops;

/** What the control plane lets metrics read; each from any thread. */
public interface Gauges {
    int rooms();

    int participants();

    int publishedTracks();

    int subscribedTracks();

    int webSockets();

    /** Deliveries of webhooks that ended as DELIVERED, RETRIED or DROPPED. */
    long webhooks(String result);
}
