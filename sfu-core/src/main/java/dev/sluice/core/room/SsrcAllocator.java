package dev.sluice.core.room;

import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Gives out the SSRCs under which we send to one peer: random, and never the same twice, since an
 * index under one key must not be sealed again (RFC 3711 §9.1). Confined to the caller's thread.
 */
public final class SsrcAllocator {
    private final RandomGenerator random;
    private final Set<Long> used = new HashSet<>();

    public SsrcAllocator(RandomGenerator random) {
        this.random = random;
    }

    /**
     * @return 1…2^32−1
     */
    public long next() {
        long ssrc = random.nextLong(1, 1L << 32);
        while (!used.add(ssrc)) {
            ssrc = random.nextLong(1, 1L << 32);
        }
        return ssrc;
    }
}
