package dev.sluice.benchmarks.trust;

import dev.sluice.benchmarks.load.WhipClient;
import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.client.SyntheticPublisher;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * How long joins take: from the offer until media may flow.
 *
 * @param millis of each that succeeded, sorted
 * @param failed how many did not
 */
record Joins(List<Double> millis, int failed) {
    private static final int PATIENCE_SECONDS = 15;

    /** Lets so many join, one after the other; each leaves at once. */
    static Joins make(String url, String room, int count) {
        WhipClient http = new WhipClient(url);
        List<Double> millis = new ArrayList<>();
        int failed = 0;
        try (ClientLoop loop = new ClientLoop("joins")) {
            for (int i = 0; i < count; i++) {
                SyntheticPublisher peer = new SyntheticPublisher(loop, -1, 10 + 10L * i, 0);
                long began = System.nanoTime();
                try {
                    String path = "/dev/whip/" + room + "/j" + i;
                    peer.connect(http.post(path, peer.offer(true, 1, 0, 10 + 10L * i)))
                            .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                            .join();
                    millis.add((System.nanoTime() - began) / 1e6);
                } catch (RuntimeException e) {
                    failed++;
                }
                peer.close();
            }
        }
        Collections.sort(millis);
        return new Joins(millis, failed);
    }

    double percentile(double percent) {
        return millis.isEmpty()
                ? Double.NaN
                : millis.get((int) Math.min(millis.size() - 1, millis.size() * percent / 100));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d of %d, p50 %.0f p95 %.0f most %.0f ms",
                millis.size(),
                millis.size() + failed,
                percentile(50),
                percentile(95),
                percentile(100));
    }
}
