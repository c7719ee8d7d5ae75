package dev.sluice.benchmarks.trust.lab;

import dev.sluice.benchmarks.load.WhipClient;
import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.client.SyntheticPublisher;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * How long joins take: from the offer until media may flow.
 *
 * @param millis of each that succeeded, sorted
 * @param failed how many did not
 * @param firstFailure why the first of them did not, empty when all did
 */
public record Joins(List<Double> millis, int failed, String firstFailure) {
    public static final Joins NONE = new Joins(List.of(), 0, "");

    private static final int PATIENCE_SECONDS = 15;

    /** Lets so many join at a time, until all have; each leaves at once. */
    public static Joins make(String url, String room, int count, int atOnce)
            throws InterruptedException {
        List<Double> millis = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger next = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        AtomicReference<String> firstFailure = new AtomicReference<>("");
        WhipClient http = new WhipClient(url);
        try (ClientLoop loop = new ClientLoop("joins")) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < atOnce; i++) {
                threads.add(
                        Thread.startVirtualThread(() -> {
                            for (int j = next.getAndIncrement();
                                    j < count;
                                    j = next.getAndIncrement()) {
                                try {
                                    millis.add(join(http, loop, room, j));
                                } catch (RuntimeException e) {
                                    failed.incrementAndGet();
                                    firstFailure.compareAndSet("", e.toString());
                                }
                            }
                        }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        return new Joins(millis.stream().sorted().toList(), failed.get(), firstFailure.get());
    }

    /**
     * @return these and those
     */
    public Joins and(Joins others) {
        List<Double> both =
                Stream.concat(millis.stream(), others.millis.stream()).sorted().toList();
        return new Joins(
                both,
                failed + others.failed,
                firstFailure.isEmpty() ? others.firstFailure : firstFailure);
    }

    /**
     * @return milliseconds
     */
    private static double join(WhipClient http, ClientLoop loop, String room, int number) {
        SyntheticPublisher peer = new SyntheticPublisher(loop, -1, 10 + 10L * number, 0);
        long began = System.nanoTime();
        try {
            String path = "/dev/whip/" + room + "/j" + number;
            peer.connect(http.post(path, peer.offer(true, 1, 0, 10 + 10L * number)))
                    .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .join();
            return (System.nanoTime() - began) / 1e6;
        } finally {
            peer.close();
        }
    }

    /** Lets so many join, one after the other; each leaves at once. */
    public static Joins make(String url, String room, int count) {
        try {
            return make(url, room, count, 1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while joining", e);
        }
    }

    /**
     * @return how many of a hundred took no longer
     */
    public double percentWithin(double limit) {
        long good = millis.stream().filter(each -> each <= limit).count();
        return 100.0 * good / (millis.size() + failed);
    }

    public double percentile(double percent) {
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
