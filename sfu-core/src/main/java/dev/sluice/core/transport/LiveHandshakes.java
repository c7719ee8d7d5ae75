package dev.sluice.core.transport;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;

/**
 * Handshakes that run at a time: so many in all, and so many with one source, so that nobody who
 * begins sessions and goes silent takes them all. Safe from any thread.
 */
public final class LiveHandshakes {
    /** An office behind one address may join together; a handshake takes some round trips. */
    public static final int PER_SOURCE = 64;

    /** An IPv4 address, or the 64 bits of an IPv6 address that name a network. */
    private record Source(long bits, boolean six) {
        static Source of(InetAddress address) {
            ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
            boolean six = address instanceof Inet6Address;
            return new Source(six ? bytes.getLong() : bytes.getInt(), six);
        }
    }

    private final Semaphore all;
    private final ConcurrentMap<Source, Integer> bySource = new ConcurrentHashMap<>();

    /**
     * @param most in the process
     */
    public LiveHandshakes(int most) {
        all = new Semaphore(most);
    }

    /**
     * @return whether one more may begin; then {@link #end} is owed
     */
    boolean begin(InetAddress with) {
        if (!all.tryAcquire()) {
            return false;
        }
        Source source = Source.of(with);
        int live = bySource.merge(source, 1, Integer::sum);
        if (live > PER_SOURCE) {
            end(with);
            return false;
        }
        return true;
    }

    /** One that began is over. */
    void end(InetAddress with) {
        bySource.computeIfPresent(Source.of(with), (_, live) -> live == 1 ? null : live - 1);
        all.release();
    }

    /**
     * @return sources that have any
     */
    int sources() {
        return bySource.size();
    }
}
