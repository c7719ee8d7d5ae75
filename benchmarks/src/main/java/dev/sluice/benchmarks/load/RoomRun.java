package dev.sluice.benchmarks.load;

import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.livekit.AccessTokens;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * One room over WebSockets: everybody joins at a steady pace, some publish, news are timed, sockets
 * are cut all at once, and in the end the server is started anew.
 */
final class RoomRun implements AutoCloseable {
    private static final int SECONDS = 60;
    private static final int NEWS = 50;
    private static final int NEWS_REST_MILLIS = 200;
    private static final int MOST_CUT = 50;
    private static final int ATTEMPT_SECONDS = 10;
    private static final int RETRY_MILLIS = 200;
    private static final Duration TOKEN = Duration.ofHours(1);

    /** A mute that everybody is to hear of. */
    private record News(String sid, boolean muted, long sentAt, CountDownLatch missing) {}

    private final LoadOptions options;
    private final Consumer<String> progress;
    private ServerProcess server;
    private final EventLoopGroup sockets =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ClientLoop sending = new ClientLoop("load-send");
    private final ClientLoop receiving = new ClientLoop("load-receive");
    private final Latencies latencies = new Latencies();
    private final List<RoomMember> members = new ArrayList<>();
    private final ConcurrentLinkedQueue<Long> heardAfter = new ConcurrentLinkedQueue<>();
    private final StringBuilder table = new StringBuilder();
    private volatile News news = new News("", false, 0, new CountDownLatch(0));

    RoomRun(LoadOptions options, ServerProcess server, Consumer<String> progress) {
        this.options = options;
        this.server = server;
        this.progress = progress;
        AccessTokens tokens = new AccessTokens(Map.of("devkey", "secret"), Clock.systemUTC());
        String address = server.url().replaceFirst("^http", "ws") + "/rtc?protocol=16";
        for (int i = 0; i < options.publishers() + options.viewers(); i++) {
            String name = "member-" + i;
            String token =
                    tokens.sign(AccessTokens.participant("room", name, name, true, true), TOKEN);
            String url = address + "&sdk=load&access_token=" + token;
            members.add(
                    new RoomMember(
                            sockets,
                            url,
                            i,
                            i == 0 ? 0 : -1,
                            sending,
                            receiving,
                            latencies,
                            this::hear));
        }
    }

    private void hear(String sid, boolean muted, long atNanos) {
        News latest = news;
        if (latest.sid.equals(sid) && latest.muted == muted) {
            heardAfter.add(atNanos - latest.sentAt);
            latest.missing.countDown();
        }
    }

    /**
     * @return a table of what was found
     */
    String run() throws InterruptedException, IOException {
        long heapBefore = server.heapBytes();
        join();
        TimeUnit.SECONDS.sleep(3);
        double kib = (server.heapBytes() - heapBefore) / 1024.0 / size();
        row("heap per participant", one(kib) + " KiB");
        if (options.publishers() > 0) {
            tellNews();
        }
        cut();
        restart();
        return table.toString();
    }

    private int size() {
        return members.size();
    }

    private void row(String what, String found) {
        table.append(String.format(Locale.ROOT, "%-56s%s%n", what, found));
        progress.accept(what + ": " + found);
    }

    private static String one(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private void percentiles(String what, List<Long> nanos) {
        List<Long> sorted = new ArrayList<>(nanos);
        Collections.sort(sorted);
        row(
                what + " p50 / p95 / p99 / most",
                at(sorted, 0.5)
                        + " / "
                        + at(sorted, 0.95)
                        + " / "
                        + at(sorted, 0.99)
                        + " / "
                        + at(sorted, 1)
                        + " ms");
    }

    private static String at(List<Long> sorted, double share) {
        return one(sorted.get((int) Math.min(sorted.size() - 1, sorted.size() * share)) / 1e6);
    }

    /** Publishers first; each at its time, whether the one before is in or not. */
    private void join() throws InterruptedException {
        List<Long> greeted = Collections.synchronizedList(new ArrayList<>());
        List<Long> connected = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<Void>> publishing = new ArrayList<>();
        for (RoomMember member : members.subList(0, options.publishers())) {
            member.join().orTimeout(SECONDS, TimeUnit.SECONDS).join();
            publishing.add(member.publish());
            pace();
        }
        all(publishing);
        TimeUnit.SECONDS.sleep(2);
        long cpu = server.cpuNanos();
        long control = server.controlNanos();
        long half = control;
        List<CompletableFuture<Void>> joining = new ArrayList<>();
        int count = size() - options.publishers();
        for (RoomMember member : members.subList(options.publishers(), size())) {
            if (joining.size() == count / 2) {
                half = server.controlNanos();
            }
            long began = System.nanoTime();
            joining.add(member.join().thenRun(() -> connected.add(System.nanoTime() - began)));
            member.greeted().thenRun(() -> greeted.add(System.nanoTime() - began));
            pace();
        }
        all(joining);
        TimeUnit.SECONDS.sleep(2);
        percentiles("join message", greeted);
        percentiles("join until media may flow", connected);
        row("CPU per join", one((server.cpuNanos() - cpu) / 1e6 / count) + " ms");
        double first = 2 * (half - control) / 1e6 / count;
        double second = 2 * (server.controlNanos() - half) / 1e6 / count;
        row("of it signaling, first / second half", one(first) + " / " + one(second) + " ms");
    }

    private void pace() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(1000 / options.pace());
    }

    private static void all(List<CompletableFuture<Void>> waiting) {
        CompletableFuture.allOf(waiting.toArray(CompletableFuture<?>[]::new))
                .orTimeout(SECONDS, TimeUnit.SECONDS)
                .join();
    }

    private void tellNews() throws InterruptedException {
        boolean muted = false;
        int missing = 0;
        RoomMember speaker = members.get(options.publishers() - 1);
        for (int i = 0; i < NEWS; i++) {
            muted = !muted;
            CountDownLatch hearing = new CountDownLatch(size());
            news = new News(speaker.sid(), muted, System.nanoTime(), hearing);
            speaker.toggle();
            if (!hearing.await(2, TimeUnit.SECONDS)) {
                missing += (int) hearing.getCount();
            }
            TimeUnit.MILLISECONDS.sleep(NEWS_REST_MILLIS);
        }
        percentiles("news", List.copyOf(heardAfter));
        row("news not heard", missing + " of " + NEWS * size());
    }

    private long lost(List<RoomMember> of) {
        CompletableFuture<Long> lost = new CompletableFuture<>();
        receiving.post(() ->
                lost.complete(
                        of.stream()
                                .map(RoomMember::viewer)
                                .mapToLong(viewer -> viewer == null ? 0 : viewer.lost())
                                .sum()));
        return lost.join();
    }

    /** Cuts sockets while the first publisher speaks. */
    private void cut() throws InterruptedException {
        List<RoomMember> some = members.subList(0, Math.min(MOST_CUT, size()));
        long lostBefore = lost(some);
        some.forEach(RoomMember::cut);
        TimeUnit.MILLISECONDS.sleep(100);
        long began = System.nanoTime();
        List<Long> back = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<Void>> resuming = new ArrayList<>();
        for (RoomMember member : some) {
            resuming.add(member.resume().thenRun(() -> back.add(System.nanoTime() - began)));
        }
        all(resuming);
        percentiles(some.size() + " cut sockets resumed", back);
        TimeUnit.SECONDS.sleep(1);
        row("media packets lost meanwhile", Long.toString(lost(some) - lostBefore));
    }

    /** Starts the server anew; everybody comes back as soon as it lets them in. */
    private void restart() throws InterruptedException, IOException {
        if (!server.isOurs()) {
            return;
        }
        long began = System.nanoTime();
        List<CompletableFuture<Void>> returning = new ArrayList<>();
        List<Long> back = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < size(); i++) {
            boolean publishes = i < options.publishers();
            RoomMember member = members.get(i);
            returning.add(
                    member.told()
                            .thenRunAsync(
                                    () -> comeBack(member, publishes), Thread::startVirtualThread)
                            .thenRun(() -> back.add(System.nanoTime() - began)));
        }
        server = server.restart();
        row("server ready again after", one((System.nanoTime() - began) / 1e6) + " ms");
        all(returning);
        percentiles("back after its restart", back);
    }

    private void comeBack(RoomMember member, boolean publishes) {
        for (int attempt = 0; attempt < SECONDS * 1000 / RETRY_MILLIS; attempt++) {
            try {
                member.join().orTimeout(ATTEMPT_SECONDS, TimeUnit.SECONDS).join();
                if (publishes) {
                    member.publish().orTimeout(ATTEMPT_SECONDS, TimeUnit.SECONDS).join();
                }
                return;
            } catch (RuntimeException e) { // not yet
                if (e.getCause() instanceof TimeoutException) {
                    progress.accept("an attempt to come back hung: " + member.progress());
                }
                CompletableFuture.runAsync(
                                () -> {},
                                CompletableFuture.delayedExecutor(
                                        RETRY_MILLIS, TimeUnit.MILLISECONDS))
                        .join();
            }
        }
        throw new IllegalStateException("did not get back in");
    }

    @Override
    public void close() {
        members.forEach(RoomMember::leave);
        server.close();
        sending.close();
        receiving.close();
        sockets.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
