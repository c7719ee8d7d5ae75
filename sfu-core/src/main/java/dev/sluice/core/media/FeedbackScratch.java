package dev.sluice.core.media;

import dev.sluice.core.congestion.ArrivedPackets;

/** Room to read transport-wide feedback into; one for each worker. */
public final class FeedbackScratch {
    /** Packets that one feedback may speak of; more is taken for nonsense. */
    private static final int MAX_PACKETS = 8192;

    private final long[] arrivals = new long[MAX_PACKETS];
    private final ArrivedPackets packets = new ArrivedPackets();

    long[] arrivals() {
        return arrivals;
    }

    ArrivedPackets packets() {
        return packets;
    }
}
