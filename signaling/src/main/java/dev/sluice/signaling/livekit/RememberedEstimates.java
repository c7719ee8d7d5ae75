package dev.sluice.signaling.livekit;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the networks of participants who left a moment ago took: who comes back need not begin with
 * the smallest picture. On the control loop.
 */
final class RememberedEstimates {
    private static final long VALID_MILLIS = 10 * 60 * 1000L;
    private static final int MOST = 10_000;

    /** The network may be another one by now: a first probe will tell. */
    private static final double SHARE = 0.7;

    private static final double LARGEST = 5_000_000;

    private record Key(String room, String identity) {}

    private record Estimate(double bits, long atMillis) {}

    private final InstantSource clock;
    private final Map<Key, Estimate> estimates = new LinkedHashMap<>();

    RememberedEstimates(InstantSource clock) {
        this.clock = clock;
    }

    /** Somebody left. */
    void put(String room, String identity, double bits) {
        Key key = new Key(room, identity);
        estimates.remove(key); // the newest is last
        estimates.put(key, new Estimate(bits, clock.millis()));
        if (estimates.size() > MOST) {
            estimates.remove(estimates.keySet().iterator().next());
        }
    }

    /**
     * @return bits a second to begin with, 0 when nothing is known
     */
    double start(String room, String identity) {
        Estimate estimate = estimates.get(new Key(room, identity));
        if (estimate == null || clock.millis() - estimate.atMillis > VALID_MILLIS) {
            return 0;
        }
        return Math.min(LARGEST, SHARE * estimate.bits);
    }
}
