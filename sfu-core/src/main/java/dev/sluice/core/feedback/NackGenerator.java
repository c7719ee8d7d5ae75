package dev.sluice.core.feedback;

import dev.sluice.core.loop.Timed;
import dev.sluice.rtp.rtcp.Nack;
import java.util.Arrays;

/**
 * Asks a publisher for the packets of one encoding that did not come (RFC 4585 §6.2.1). A missing
 * number is asked for at the next tick, or when it is later than packets usually come out of order;
 * again after a round trip and more, and given up after {@link #MAX_REQUESTS} requests or a second.
 */
public final class NackGenerator implements Timed {
    /** Hears of requests, and of gaps too wide to repair. */
    public interface Sink {
        /** A NACK for {@code count} packets left. */
        void onNack(int count);

        /** The gap can only be closed by a key frame. */
        void onUnrepairable(long nowNanos);
    }

    private static final int CAPACITY = 512;
    private static final int MAX_GAP = 500;
    private static final int MAX_REQUESTS = 10;
    private static final int MAX_ITEMS = 128;
    private static final long MAX_AGE_NANOS = 1_000_000_000L;
    private static final long MIN_REPEAT_NANOS = 20_000_000L;

    private final RtcpSink rtcp;
    private final Sink sink;
    private final ReorderDelay reorder;
    private final long senderSsrc;
    private final long mediaSsrc;
    private final long[] missing = new long[CAPACITY]; // ascending
    private final long[] sinceNanos = new long[CAPACITY];
    private final long[] askedNanos = new long[CAPACITY];
    private final int[] requests = new int[CAPACITY];
    private final int[] due = new int[MAX_ITEMS];
    private int size;
    private long highest = -1;
    private boolean skipping;
    private long roundTripNanos = 100_000_000L;

    /**
     * @param reorder what the sender's streams share
     */
    public NackGenerator(
            RtcpSink rtcp, Sink sink, ReorderDelay reorder, long senderSsrc, long mediaSsrc) {
        this.rtcp = rtcp;
        this.sink = sink;
        this.reorder = reorder;
        this.senderSsrc = senderSsrc;
        this.mediaSsrc = mediaSsrc;
    }

    public void roundTrip(long nanos) {
        roundTripNanos = nanos;
    }

    /**
     * Takes note of a packet.
     *
     * @param extended its sequence number, unwrapped
     * @param recovered whether it came by retransmission; it never moves the highest number
     * @return whether something new is missing
     */
    public boolean onPacket(long nowNanos, long extended, boolean recovered) {
        if (highest < 0) {
            highest = extended;
            return false;
        }
        if (extended <= highest) {
            remove(nowNanos, extended, recovered);
            return false;
        }
        if (recovered) {
            return false;
        }
        long gap = extended - highest - 1;
        boolean skipped = skipping && gap > 0;
        skipping = false;
        if (skipped || gap > MAX_GAP || size + gap > CAPACITY) {
            size = 0;
            highest = extended;
            sink.onUnrepairable(nowNanos);
            return false;
        }
        for (long number = highest + 1; number < extended; number++) {
            missing[size] = number;
            sinceNanos[size] = nowNanos;
            requests[size] = 0;
            size++;
        }
        highest = extended;
        return gap > 0;
    }

    /** Packets that came were left unread: nothing up to the next one is asked for any more. */
    public void skip() {
        skipping = true;
        size = 0;
    }

    private void remove(long nowNanos, long extended, boolean recovered) {
        int at = Arrays.binarySearch(missing, 0, size, extended);
        if (at >= 0 && !recovered) {
            reorder.learn(nowNanos, nowNanos - sinceNanos[at]);
        }
        remove(at);
    }

    private void remove(int at) {
        if (at >= 0) {
            int tail = --size - at;
            System.arraycopy(missing, at + 1, missing, at, tail);
            System.arraycopy(sinceNanos, at + 1, sinceNanos, at, tail);
            System.arraycopy(askedNanos, at + 1, askedNanos, at, tail);
            System.arraycopy(requests, at + 1, requests, at, tail);
        }
    }

    /** A key frame began at this number: what lies before it is not needed any more. */
    public void onKeyFrame(long extended) {
        int kept = 0;
        while (kept < size && missing[kept] < extended) {
            kept++;
        }
        drop(kept);
    }

    private void drop(int count) {
        if (count > 0) {
            size -= count;
            System.arraycopy(missing, count, missing, 0, size);
            System.arraycopy(sinceNanos, count, sinceNanos, 0, size);
            System.arraycopy(askedNanos, count, askedNanos, 0, size);
            System.arraycopy(requests, count, requests, 0, size);
        }
    }

    /**
     * @return numbers that are being waited for
     */
    public int missingCount() {
        return size;
    }

    @Override
    public long nextTimeout() {
        long next = NEVER;
        for (int i = 0; i < size; i++) {
            next = Math.min(next, dueAt(i));
        }
        return next;
    }

    private long dueAt(int i) {
        if (requests[i] == 0) {
            return sinceNanos[i] + reorder.nanos();
        }
        long repeat = Math.max(MIN_REPEAT_NANOS, roundTripNanos * 11 / 10);
        return askedNanos[i] + (requests[i] > 3 ? 2 * repeat : repeat);
    }

    @Override
    public void onTimeout(long nowNanos) {
        for (int i = size - 1; i >= 0; i--) {
            boolean old = nowNanos - sinceNanos[i] > MAX_AGE_NANOS;
            if (dueAt(i) <= nowNanos && (old || requests[i] >= MAX_REQUESTS)) {
                remove(i);
            }
        }
        reorder.review(nowNanos);
        int count = 0;
        for (int i = 0; i < size && count < MAX_ITEMS; i++) {
            if (dueAt(i) <= nowNanos) {
                due[count++] = (int) (missing[i] & 0xFFFF);
                askedNanos[i] = nowNanos;
                requests[i]++;
            }
        }
        if (count > 0) {
            rtcp.send(Nack.write(rtcp.buffer(), 0, senderSsrc, mediaSsrc, due, count));
            sink.onNack(count);
        }
    }
}
