package dev.sluice.sctp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Fragments to messages (RFC 9260 §6.9): a ring by number, of what is not delivered yet. Ordered
 * messages wait for those before them on their stream.
 */
final class Reassembly {
    /** What a stored fragment costs beside its bytes. */
    static final int FRAGMENT_COST = 64;

    private static final int FIRST_CAPACITY = 16;
    private static final int MAX_SPAN = 2 * ReceiveTracker.RANGE;

    /** Where messages go. */
    interface Sink {
        void onMessage(int stream, int ppid, boolean unordered, ByteBuf message);

        void onTooBig(int stream);
    }

    /** One stored fragment. Reused. */
    private static final class Slot {
        private long tsn = -1;
        private @Nullable ByteBuf payload;
        private int stream;
        private int ssn;
        private int ppid;
        private int flags;

        private boolean begins() {
            return (flags & Chunk.BEGIN) != 0;
        }

        private boolean ends() {
            return (flags & Chunk.END) != 0;
        }

        private boolean unordered() {
            return (flags & Chunk.UNORDERED) != 0;
        }
    }

    private final ByteBufAllocator allocator;
    private final Sink sink;
    private final int streams;
    private Slot[] ring = slots(FIRST_CAPACITY);
    private int[] expected = new int[4];
    private long lowest; // no fragment below is stored
    private long highest; // nor above
    private int stored;
    private int charged;
    private long skipped = Long.MIN_VALUE; // next fragment of a message that is thrown away

    Reassembly(ByteBufAllocator allocator, Sink sink, int streams, long first) {
        this.allocator = allocator;
        this.sink = sink;
        this.streams = streams;
        this.lowest = first;
        this.highest = first - 1;
    }

    private static Slot[] slots(int count) {
        Slot[] slots = new Slot[count];
        Arrays.setAll(slots, _ -> new Slot());
        return slots;
    }

    /**
     * @return bytes that stored fragments cost
     */
    int charged() {
        return charged;
    }

    private @Nullable Slot find(long tsn) {
        Slot slot = ring[(int) (tsn & (ring.length - 1))];
        return slot.tsn == tsn && slot.payload != null ? slot : null;
    }

    /**
     * Takes a fragment that did not come before.
     *
     * @param chunk DATA, with at least a byte of payload
     */
    void add(long tsn, PacketView chunk) {
        int stream = chunk.int16(4);
        if (stream >= streams) {
            return; // acknowledged and thrown away: the peer was told how many there are
        }
        int flags = chunk.flags();
        if (tsn == skipped && (flags & Chunk.BEGIN) == 0) {
            skipped = (flags & Chunk.END) != 0 ? Long.MIN_VALUE : tsn + 1;
            return;
        }
        boolean late =
                (flags & Chunk.UNORDERED) == 0 && (short) (chunk.int16(6) - expected(stream)) < 0;
        if (!late) { // of a message that was given up, or that nobody can place
            store(tsn, chunk, stream, flags);
            deliverAround(tsn);
            trim();
        }
    }

    private void trim() {
        while (stored > 0 && find(lowest) == null) {
            lowest++;
        }
    }

    private void store(long tsn, PacketView chunk, int stream, int flags) {
        if (stored == 0) {
            lowest = tsn;
            highest = tsn;
        }
        lowest = Math.min(lowest, tsn);
        highest = Math.max(highest, tsn);
        while (highest - lowest >= MAX_SPAN) { // an honest peer never lets a message wait so long
            take(lowest).release();
            trim();
        }
        while (highest - lowest >= ring.length) {
            grow();
        }
        int length = chunk.length() - Chunk.DATA_FIXED;
        ByteBuf payload = allocator.buffer(length, length);
        payload.writeBytes(chunk.buffer(), chunk.at() + Chunk.DATA_FIXED, length);
        Slot slot = ring[(int) (tsn & (ring.length - 1))];
        slot.tsn = tsn;
        slot.payload = payload;
        slot.stream = stream;
        slot.ssn = chunk.int16(6);
        slot.ppid = chunk.int32(8);
        slot.flags = flags;
        stored++;
        charged += length + FRAGMENT_COST;
    }

    private void grow() {
        Slot[] larger = slots(2 * ring.length);
        for (Slot slot : ring) {
            if (slot.payload != null) {
                larger[(int) (slot.tsn & (larger.length - 1))] = slot;
            }
        }
        ring = larger;
    }

    /** Delivers the message that a new fragment made whole, and what waited for it. */
    private void deliverAround(long tsn) {
        long last = end(tsn);
        if (last < 0) {
            return;
        }
        long first = tsn;
        for (Slot at = find(tsn); at != null && !at.begins(); at = find(first)) {
            first--;
        }
        Slot begin = find(first);
        if (begin == null) {
            return;
        }
        if (begin.unordered()) {
            deliver(first, last);
        } else if (begin.ssn == expected(begin.stream)) {
            int stream = begin.stream;
            deliver(first, last);
            deliverWaiting(stream);
        }
    }

    /** Ordered messages that are whole and whose turn it is now. */
    private void deliverWaiting(int stream) {
        boolean found = stored > 0;
        while (found) {
            found = false;
            for (long tsn = lowest; tsn <= highest && !found; tsn++) {
                Slot begin = find(tsn);
                boolean next =
                        begin != null
                                && begin.begins()
                                && !begin.unordered()
                                && begin.stream == stream
                                && begin.ssn == expected(stream);
                long last = next ? end(tsn) : -1;
                if (last >= 0) {
                    deliver(tsn, last);
                    found = stored > 0;
                }
            }
        }
    }

    /**
     * @return the last fragment of the message that this one is of, −1 when one is missing
     */
    private long end(long tsn) {
        long last = tsn;
        Slot at = find(tsn);
        while (at != null && !at.ends()) {
            at = findInside(++last);
        }
        return at == null ? -1 : last;
    }

    /**
     * @return the fragment, null when it is missing or begins another message
     */
    private @Nullable Slot findInside(long tsn) {
        Slot slot = find(tsn);
        return slot == null || slot.begins() ? null : slot;
    }

    private void deliver(long first, long last) {
        Slot begin = ring[(int) (first & (ring.length - 1))];
        int stream = begin.stream;
        int ppid = begin.ppid;
        boolean unordered = begin.unordered();
        if (!unordered) {
            expected[stream] = begin.ssn + 1 & 0xFFFF;
        }
        int length = 0;
        for (long tsn = first; tsn <= last; tsn++) {
            length += length(tsn);
        }
        if (length > Association.MAX_MESSAGE) {
            for (long tsn = first; tsn <= last; tsn++) {
                take(tsn).release();
            }
            sink.onTooBig(stream);
            return;
        }
        ByteBuf message = take(first);
        if (last > first) {
            ByteBuf whole = allocator.buffer(length, length).writeBytes(message);
            message.release();
            for (long tsn = first + 1; tsn <= last; tsn++) {
                ByteBuf part = take(tsn);
                whole.writeBytes(part);
                part.release();
            }
            message = whole;
        }
        sink.onMessage(stream, ppid, unordered, message);
    }

    private int length(long tsn) {
        Slot slot = find(tsn);
        return slot == null || slot.payload == null ? 0 : slot.payload.readableBytes();
    }

    /** Takes a stored fragment out of the ring. */
    private ByteBuf take(long tsn) {
        Slot slot = ring[(int) (tsn & (ring.length - 1))];
        ByteBuf payload = slot.payload;
        if (payload == null) {
            throw new IllegalStateException("no fragment " + tsn);
        }
        slot.payload = null;
        stored--;
        charged -= payload.readableBytes() + FRAGMENT_COST;
        return payload;
    }

    private int expected(int stream) {
        if (stream >= expected.length) {
            expected = Arrays.copyOf(expected, Math.max(stream + 1, 2 * expected.length));
        }
        return expected[stream];
    }

    /**
     * The window is full: a message that is already too long will never be delivered, and goes.
     *
     * @return whether there is room now
     */
    boolean discardTooBig() {
        for (long tsn = lowest; tsn <= highest && stored > 0; tsn++) {
            Slot begin = find(tsn);
            if (begin == null || !begin.begins()) {
                continue;
            }
            int length = 0;
            long next = tsn;
            for (Slot at = begin; at != null; at = at.ends() ? null : findInside(next)) {
                length += length(next);
                next++;
            }
            if (length > Association.MAX_MESSAGE) {
                discard(begin, tsn, next);
                return true;
            }
        }
        return false;
    }

    private void discard(Slot begin, long first, long next) {
        int stream = begin.stream;
        if (!begin.unordered()) {
            expected(stream);
            expected[stream] = begin.ssn + 1 & 0xFFFF;
        }
        for (long tsn = first; tsn < next; tsn++) {
            take(tsn).release();
        }
        skipped = next;
        sink.onTooBig(stream);
    }

    /** The peer gave up everything up to there: parts of messages go (RFC 3758 §3.6). */
    void forward(long tsn) {
        for (long each = lowest; each <= Math.min(tsn, highest) && stored > 0; each++) {
            Slot slot = find(each);
            if (slot != null && (slot.unordered() || !isWholeFrom(each))) {
                take(each).release();
            }
        }
        trim();
        if (skipped <= tsn) {
            skipped = Long.MIN_VALUE;
        }
    }

    /**
     * @return whether a fragment is part of a whole message, which may wait for its turn
     */
    private boolean isWholeFrom(long tsn) {
        long first = tsn;
        Slot at = find(tsn);
        while (at != null && !at.begins()) {
            at = find(--first);
        }
        return at != null && end(first) >= 0;
    }

    /** Ordered messages of a stream up to this one will not come. */
    void forwardStream(int stream, int ssn) {
        if (stream < streams && (short) (ssn + 1 - expected(stream)) > 0) {
            expected[stream] = ssn + 1 & 0xFFFF;
            deliverWaiting(stream);
        }
    }

    /** The peer begins a stream anew (RFC 6525 §5.2.2). */
    void reset(int stream) {
        if (stream < expected.length) {
            expected[stream] = 0;
        }
    }

    /** The same for all streams. */
    void resetAll() {
        Arrays.fill(expected, 0);
    }

    /** Frees everything. */
    void close() {
        for (Slot slot : ring) {
            if (slot.payload != null) {
                slot.payload.release();
                slot.payload = null;
            }
        }
        stored = 0;
        charged = 0;
    }
}
