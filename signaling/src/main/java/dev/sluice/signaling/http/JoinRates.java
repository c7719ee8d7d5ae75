package dev.sluice.signaling.http;

import dev.sluice.ice.RateLimit;
import dev.sluice.signaling.config.ServerConfig.Limits;
import dev.sluice.signaling.config.Settings;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/** How often one address, and one identity, may join. Knows so many of the latest. */
final class JoinRates {
    /** For who joins too often. */
    static final Reply TOO_OFTEN =
            Reply.problem(429, "too many joins in a short time").with("Retry-After", "1");

    private static final int REMEMBERED = 10_000;
    private static final int BURST_SECONDS = 4;

    private static final class Latest<K> extends LinkedHashMap<K, RateLimit> {
        private static final long serialVersionUID = 1;

        Latest() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, RateLimit> eldest) {
            return size() > REMEMBERED;
        }
    }

    private record Name(String room, String identity) {}

    private final Settings settings;
    private final Latest<InetAddress> addresses = new Latest<>();
    private final Latest<Name> names = new Latest<>();

    JoinRates(Settings settings) {
        this.settings = settings;
    }

    /**
     * @return whether this address may try once more now
     */
    boolean admits(long nowNanos, InetAddress address) {
        Limits limits = settings.current().limit();
        return admits(nowNanos, addresses, address, limits.joinsPerAddress());
    }

    /**
     * @return whether this identity may join once more now
     */
    boolean admits(long nowNanos, String room, String identity) {
        Limits limits = settings.current().limit();
        return admits(nowNanos, names, new Name(room, identity), limits.joinsPerIdentity());
    }

    private static <K> boolean admits(long nowNanos, Latest<K> latest, K key, int perSecond) {
        return perSecond == 0
                || latest.computeIfAbsent(
                                key, _ -> new RateLimit(perSecond, BURST_SECONDS * perSecond))
                        .take(nowNanos);
    }
}
