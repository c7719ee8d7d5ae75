package dev.sluice.signaling.livekit;

import com.google.protobuf.ByteString;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Values that callers made up to mark a request, for a minute. Knows so many of the latest. */
final class RecentNonces {
    private static final long KEPT_MILLIS = 60_000;
    private static final int MOST = 10_000;

    private final Map<ByteString, Long> seen = new LinkedHashMap<>(); // oldest first

    /**
     * @return whether it is new
     */
    boolean add(long nowMillis, ByteString nonce) {
        Iterator<Long> oldest = seen.values().iterator();
        while (oldest.hasNext()
                && (oldest.next() < nowMillis - KEPT_MILLIS || seen.size() >= MOST)) {
            oldest.remove();
        }
        return seen.putIfAbsent(nonce, nowMillis) == null;
    }
}
