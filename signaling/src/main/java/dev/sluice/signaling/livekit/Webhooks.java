package dev.sluice.signaling.livekit;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.sluice.signaling.config.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import livekit.LivekitWebhook.WebhookEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts events to configured URLs, signed as LiveKit signs them: a token with the SHA-256 of the
 * body. One queue and one virtual thread a room keep the order; each event is tried until it is
 * taken or too old. A receiver that is slow or gone delays and costs nothing but its own events.
 */
public final class Webhooks implements RoomEvent.Listener, AutoCloseable {
    /** What became of deliveries. */
    public enum Result {
        DELIVERED,
        RETRIED,
        DROPPED
    }

    private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);
    private static final int QUEUE = 1000;
    private static final int MAX_ROOMS = 10_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration TOKEN_TTL = Duration.ofMinutes(5);
    private static final long TOO_OLD_MILLIS = 300_000;
    private static final long FIRST_BACK_OFF_MILLIS = 500;
    private static final long LONGEST_BACK_OFF_MILLIS = 30_000;
    private static final long IDLE_SECONDS = 60;

    private record Waiting(String body, long atMillis) {}

    private final Settings settings;
    private final AccessTokens tokens;
    private final Clock clock;
    private final Map<String, Delivery> rooms = new ConcurrentHashMap<>();
    private final JsonFormat.Printer printer =
            JsonFormat.printer().omittingInsignificantWhitespace();
    private final Map<Result, LongAdder> results = new EnumMap<>(Result.class);
    private @Nullable HttpClient http;
    private volatile boolean closed;

    public Webhooks(Settings settings, AccessTokens tokens, Clock clock) {
        this.settings = settings;
        this.tokens = tokens;
        this.clock = clock;
        for (Result result : Result.values()) {
            results.put(result, new LongAdder());
        }
    }

    @Override
    public void onEvent(RoomEvent event) {
        if (closed || urls().isEmpty()) {
            return;
        }
        String room = event.room().getSid();
        Delivery delivery = rooms.get(room);
        if (delivery == null) {
            if (rooms.size() >= MAX_ROOMS) {
                count(Result.DROPPED);
                return;
            }
            delivery = new Delivery(room);
            rooms.put(room, delivery);
            delivery.thread.start();
        }
        try {
            String body = printer.print(describe(event));
            delivery.offer(new Waiting(body, event.atMillis()));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("an event of our own cannot be printed", e);
        }
    }

    private static WebhookEvent describe(RoomEvent event) {
        WebhookEvent.Builder told =
                WebhookEvent.newBuilder()
                        .setEvent(event.kind().name().toLowerCase(Locale.ROOT))
                        .setId("EV_" + UUID.randomUUID() + "_" + event.number())
                        .setCreatedAt(event.atMillis() / 1000)
                        .setRoom(event.room());
        if (event.participant() != null) {
            told.setParticipant(event.participant());
        }
        if (event.track() != null) {
            told.setTrack(event.track());
        }
        return told.build();
    }

    private LongAdder counter(Result result) {
        return Objects.requireNonNull(results.get(result));
    }

    private void count(Result result) {
        counter(result).increment();
    }

    /**
     * @return how many deliveries ended so, since the start
     */
    public long results(Result result) {
        return counter(result).sum();
    }

    /** One room's events, in order. */
    private final class Delivery implements Runnable {
        private final String room;
        private final ArrayBlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(QUEUE);
        private final Thread thread = Thread.ofVirtual().name("sluice-webhook").unstarted(this);

        Delivery(String room) {
            this.room = room;
        }

        void offer(Waiting event) {
            if (!queue.offer(event)) {
                count(Result.DROPPED);
            }
        }

        @Override
        public void run() {
            try {
                while (!closed) {
                    Waiting next = queue.poll(IDLE_SECONDS, TimeUnit.SECONDS);
                    if (next == null) {
                        if (rooms.remove(room, this) && queue.isEmpty()) {
                            return;
                        }
                        rooms.putIfAbsent(room, this); // it came between the two
                        continue;
                    }
                    for (String url : urls()) {
                        deliver(URI.create(url), next);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the server ends
            }
        }

        private void deliver(URI url, Waiting event) throws InterruptedException {
            long backOff = FIRST_BACK_OFF_MILLIS;
            while (!closed) {
                if (clock.millis() - event.atMillis > TOO_OLD_MILLIS) {
                    count(Result.DROPPED);
                    return;
                }
                if (post(url, event.body)) {
                    count(Result.DELIVERED);
                    return;
                }
                count(Result.RETRIED);
                TimeUnit.MILLISECONDS.sleep(backOff);
                backOff = Math.min(LONGEST_BACK_OFF_MILLIS, 2 * backOff);
            }
        }
    }

    private List<String> urls() {
        return settings.current().webhook().urls();
    }

    /** Made with the first event: it has a thread of its own. */
    private synchronized HttpClient client() {
        HttpClient made = http;
        if (made == null) {
            made =
                    HttpClient.newBuilder()
                            .connectTimeout(TIMEOUT)
                            .version(HttpClient.Version.HTTP_1_1)
                            .followRedirects(HttpClient.Redirect.NEVER)
                            .build();
            http = made;
        }
        return made;
    }

    private boolean post(URI url, String body) throws InterruptedException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        HttpRequest request =
                HttpRequest.newBuilder(url)
                        .timeout(TIMEOUT)
                        .header("content-type", "application/webhook+json")
                        .header(
                                "authorization",
                                tokens.signBody(
                                        settings.current().webhook().apiKey(),
                                        hash(bytes),
                                        TOKEN_TTL))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
                        .build();
        try {
            int status =
                    client().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            return status / 100 == 2;
        } catch (IOException e) {
            LOG.debug("webhook not taken: {}", e.toString());
            return false;
        }
    }

    private static String hash(byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        rooms.values().forEach(delivery -> delivery.thread.interrupt());
        if (http != null) {
            http.shutdownNow();
        }
    }
}
