package dev.sluice.benchmarks.trust.endurance;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import livekit.LivekitModels.SubscriptionError;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SubscriptionResponse;

/** Knows what belongs to which room, and counts what is seen elsewhere. From any thread. */
final class Borders {
    /** Names of rooms and people carry the room's number so. */
    private static final Pattern NAME = Pattern.compile("isle-(\\d\\d)~");

    /** Ids of rooms, participants and tracks. */
    private static final Pattern ID = Pattern.compile("(?:RM|PA|TR)_[A-Za-z0-9_-]{8,}");

    private static final int MOST_EXAMPLES = 5;

    private final Map<String, Integer> roomOf = new ConcurrentHashMap<>();
    private final Map<Integer, List<String>> latest = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> examples = new ConcurrentLinkedQueue<>();
    private final AtomicLong packetsSeen = new AtomicLong();
    private final AtomicLong messagesSeen = new AtomicLong();
    private final AtomicLong dataSeen = new AtomicLong();
    private final AtomicLong tried = new AtomicLong();
    private final AtomicLong steps = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong packets = new AtomicLong();
    private final AtomicLong messages = new AtomicLong();
    private final AtomicLong data = new AtomicLong();
    private final AtomicLong trespasses = new AtomicLong();

    static String name(int room) {
        return String.format("isle-%02d~", room);
    }

    /** A packet of media came to somebody in a room. */
    void onPacket(int room, long mark) {
        packetsSeen.incrementAndGet();
        if (mark != room + 1L) {
            packets.incrementAndGet();
            example("packet of " + (mark - 1) + " in " + room);
        }
    }

    /** A message of a data channel came to somebody in a room. */
    void onData(int room, long mark) {
        dataSeen.incrementAndGet();
        if (mark != room + 1L) {
            data.incrementAndGet();
            example("data of " + (mark - 1) + " in " + room);
        }
    }

    /** A message of signaling came to somebody in a room. */
    void onMessage(int room, byte[] message) {
        messagesSeen.incrementAndGet();
        SignalResponse parsed = parse(message);
        if (parsed.hasSubscriptionResponse()) { // which repeats what was asked for
            onAnswer(parsed.getSubscriptionResponse());
            return;
        }
        String text = new String(message, StandardCharsets.ISO_8859_1);
        Matcher names = NAME.matcher(text);
        while (names.find()) {
            if (Integer.parseInt(names.group(1)) != room) {
                messages.incrementAndGet();
                example(names.group() + " named in " + room);
            }
        }
        Matcher ids = ID.matcher(text);
        while (ids.find()) {
            Integer owner = roomOf.putIfAbsent(ids.group(), room);
            if (owner != null && owner != room) {
                messages.incrementAndGet();
                example(ids.group() + " of " + owner + " named in " + room);
            }
        }
    }

    static SignalResponse parse(byte[] message) {
        try {
            return SignalResponse.parseFrom(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Somebody asked for what is in another room, and is told of it. */
    private void onAnswer(SubscriptionResponse answer) {
        if (answer.getErr() == SubscriptionError.SE_UNKNOWN) {
            trespasses.incrementAndGet();
            example("an answer about " + answer.getTrackSid());
        }
    }

    /** Says which ids are good in a room at present, for those who try them elsewhere. */
    void goodIn(int room, List<String> ids) {
        latest.put(room, List.copyOf(ids));
    }

    /**
     * @return ids that are good in some other room, empty when there are none
     */
    List<String> foreign(int room, SplittableRandom random) {
        List<List<String>> others =
                latest.entrySet().stream()
                        .filter(each -> each.getKey() != room && !each.getValue().isEmpty())
                        .map(Map.Entry::getValue)
                        .toList();
        return others.isEmpty() ? List.of() : others.get(random.nextInt(others.size()));
    }

    /** Somebody tried to reach into another room. */
    void onTried(boolean letIn) {
        tried.incrementAndGet();
        if (letIn) {
            trespasses.incrementAndGet();
            example("somebody was let into a session of another room");
        }
    }

    void onStep() {
        steps.incrementAndGet();
    }

    /** What somebody wanted to do did not happen in time. */
    void onFailure(String what) {
        if (failures.incrementAndGet() <= MOST_EXAMPLES) {
            System.err.println(what);
        }
    }

    private void example(String what) {
        if (examples.size() < MOST_EXAMPLES) {
            examples.add(what);
        }
    }

    boolean hasLooked() {
        return packetsSeen.get() > 0
                && messagesSeen.get() > 0
                && dataSeen.get() > 0
                && tried.get() > 0;
    }

    String looked() {
        return packetsSeen
                + " packets, "
                + messagesSeen
                + " messages of signaling, "
                + dataSeen
                + " of data, "
                + tried
                + " trespasses, "
                + roomOf.size()
                + " ids";
    }

    long packets() {
        return packets.get();
    }

    long messages() {
        return messages.get();
    }

    long data() {
        return data.get();
    }

    long trespasses() {
        return trespasses.get();
    }

    @Override
    public String toString() {
        return steps + " steps, " + failures + " failed; " + looked() + "; wrong: " + examples;
    }
}
