package dev.sluice.signaling.ops;

/** What the control plane lets metrics read; each from any thread. */
public interface Gauges {
    int rooms();

    int participants();

    int publishedTracks();

    int subscribedTracks();

    int webSockets();
}
