package dev.sluice.rtp.rtcp;

import io.netty.buffer.ByteBuf;

/**
 * Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1): which packets
 * of a transport arrived, and when.
 *
 * <pre>
 *  header(4, PT 205 FMT 15) sender SSRC(4) media SSRC(4)
 *  base sequence(2) status count(2) reference time(3, × 64 ms) feedback count(1)
 *  chunks of 2 bytes: 0 symbol(2) run(13) | 1 0 14 × 1 bit | 1 1 7 × 2 bits
 *  deltas: 1 byte (× 250 µs) for symbol 1, 2 bytes signed for symbol 2; padding to the word
 * </pre>
 */
public final class TransportFeedback {
    /** Feedback message type. */
    public static final int FORMAT = 15;

    /** Marks a packet that did not arrive, in the arrays of {@link #write} and {@link #parse}. */
    public static final long LOST = Long.MIN_VALUE;

    /** Nanoseconds of one delta unit: 250 µs. */
    public static final long DELTA_NANOS = 250_000;

    /** Nanoseconds of one unit of reference time: 64 ms. */
    public static final long REFERENCE_NANOS = 64_000_000;

    private static final int HEADER = 20;
    private static final int SMALL = 1;
    private static final int LARGE = 2;

    private TransportFeedback() {}

    /**
     * @return whether the packet under the cursor is transport-wide feedback
     */
    public static boolean accepts(RtcpCompound packet) {
        return packet.packetType() == RtcpCompound.RTPFB
                && packet.count() == FORMAT
                && packet.length() >= HEADER + 2;
    }

    public static int baseSequence(RtcpCompound packet) {
        return packet.buffer().getUnsignedShort(packet.offset() + 12);
    }

    /**
     * @return how many packets are reported on, lost ones included
     */
    public static int statusCount(RtcpCompound packet) {
        return packet.buffer().getUnsignedShort(packet.offset() + 14);
    }

    /**
     * @return nanoseconds, modulo 2^24 × 64 ms
     */
    public static long referenceNanos(RtcpCompound packet) {
        return packet.buffer().getUnsignedMedium(packet.offset() + 16) * REFERENCE_NANOS;
    }

    public static int feedbackCount(RtcpCompound packet) {
        return packet.buffer().getUnsignedByte(packet.offset() + 19);
    }

    /**
     * @return bytes that {@link #write} needs at most for {@code count} packets
     */
    public static int maxLength(int count) {
        return HEADER + 2 * ((count + 6) / 7) + 2 * count + 3;
    }

    /**
     * How many packets, from the first on, one feedback packet can report: it ends where a delta
     * does not fit into 16 bits.
     *
     * @param arrivals arrival of each packet in nanoseconds or {@link #LOST}; the first arrived
     */
    public static int fitting(long[] arrivals, int count) {
        long previous = Math.floorDiv(arrivals[0], REFERENCE_NANOS) * REFERENCE_NANOS;
        for (int i = 0; i < count; i++) {
            if (arrivals[i] != LOST) {
                long ticks = Math.floorDiv(arrivals[i] - previous, DELTA_NANOS);
                if (ticks != (short) ticks) {
                    return i;
                }
                previous += ticks * DELTA_NANOS;
            }
        }
        return count;
    }

    /**
     * Writes body and header behind the two SSRCs, which the caller sets with {@link #writeSsrcs}.
     *
     * @param arrivals as in {@link #fitting}; the first one arrived
     * @param count packets to report, at most what {@link #fitting} gave
     * @return bytes written
     */
    public static int write(
            ByteBuf buffer, int offset, int base, int feedbackCount, long[] arrivals, int count) {
        long reference = Math.floorDiv(arrivals[0], REFERENCE_NANOS);
        buffer.setShort(offset + 12, base);
        buffer.setShort(offset + 14, count);
        buffer.setMedium(offset + 16, (int) (reference & 0xFF_FFFF));
        buffer.setByte(offset + 19, feedbackCount);
        int at = writeChunks(buffer, offset + HEADER, reference * REFERENCE_NANOS, arrivals, count);
        at = writeDeltas(buffer, at, reference * REFERENCE_NANOS, arrivals, count);
        int padding = -(at - offset) & 3;
        for (int i = 1; i <= padding; i++) {
            buffer.setByte(at++, i == padding ? padding : 0);
        }
        RtcpCompound.writeHeader(buffer, offset, FORMAT, RtcpCompound.RTPFB, at - offset);
        if (padding > 0) {
            buffer.setByte(offset, buffer.getByte(offset) | 0x20);
        }
        return at - offset;
    }

    public static void writeSsrcs(ByteBuf buffer, int offset, long sender, long media) {
        buffer.setInt(offset + 4, (int) sender);
        buffer.setInt(offset + 8, (int) media);
    }

    /** Runs where at least 14 symbols are equal, vectors of seven 2-bit symbols elsewhere. */
    private static int writeChunks(
            ByteBuf buffer, int start, long reference, long[] arrivals, int count) {
        int at = start;
        int i = 0;
        long previous = reference;
        while (i < count) {
            long runPrevious = previous;
            int symbol = symbol(arrivals[i], runPrevious);
            int run = 0;
            while (i + run < count
                    && run < 0x1FFF
                    && symbol(arrivals[i + run], runPrevious) == symbol) {
                runPrevious = advance(arrivals[i + run], runPrevious);
                run++;
            }
            if (run >= 14 || i + run == count) {
                buffer.setShort(at, symbol << 13 | run);
                i += run;
                previous = runPrevious;
            } else {
                int chunk = 0xC000;
                for (int k = 0; k < 7 && i < count; k++, i++) {
                    chunk |= symbol(arrivals[i], previous) << (12 - 2 * k);
                    previous = advance(arrivals[i], previous);
                }
                buffer.setShort(at, chunk);
            }
            at += 2;
        }
        return at;
    }

    private static int writeDeltas(
            ByteBuf buffer, int start, long reference, long[] arrivals, int count) {
        int at = start;
        long previous = reference;
        for (int i = 0; i < count; i++) {
            int symbol = symbol(arrivals[i], previous);
            int ticks = (int) Math.floorDiv(arrivals[i] - previous, DELTA_NANOS);
            if (symbol == SMALL) {
                buffer.setByte(at++, ticks);
            } else if (symbol == LARGE) {
                buffer.setShort(at, ticks);
                at += 2;
            }
            previous = advance(arrivals[i], previous);
        }
        return at;
    }

    private static int symbol(long arrival, long previous) {
        if (arrival == LOST) {
            return 0;
        }
        long ticks = Math.floorDiv(arrival - previous, DELTA_NANOS);
        return ticks >= 0 && ticks <= 0xFF ? SMALL : LARGE;
    }

    private static long advance(long arrival, long previous) {
        return arrival == LOST
                ? previous
                : previous + Math.floorDiv(arrival - previous, DELTA_NANOS) * DELTA_NANOS;
    }

    /**
     * Reads the arrival of every packet, relative to zero of the reference time.
     *
     * @param arrivals takes nanoseconds or {@link #LOST} from index 0 on
     * @return how many were read, −1 when the packet is malformed or the array too short
     */
    public static int parse(RtcpCompound packet, long[] arrivals) {
        int count = statusCount(packet);
        int end = packet.offset() + packet.length();
        if (count == 0 || count > arrivals.length) {
            return -1;
        }
        int at = parseChunks(packet, end, count, arrivals);
        if (at < 0) {
            return -1;
        }
        ByteBuf buffer = packet.buffer();
        long time = referenceNanos(packet);
        for (int i = 0; i < count; i++) {
            int symbol = (int) arrivals[i];
            if (symbol == 0) {
                arrivals[i] = LOST;
                continue;
            }
            if (at + symbol > end) {
                return -1;
            }
            time +=
                    DELTA_NANOS
                            * (symbol == SMALL ? buffer.getUnsignedByte(at) : buffer.getShort(at));
            arrivals[i] = time;
            at += symbol; // a small delta has one byte, a large one two
        }
        return count;
    }

    /** Puts the symbols into {@code symbols}. @return index behind the chunks, or −1 */
    private static int parseChunks(RtcpCompound packet, int end, int count, long[] symbols) {
        ByteBuf buffer = packet.buffer();
        int at = packet.offset() + HEADER;
        int filled = 0;
        while (filled < count) {
            if (at + 2 > end) {
                return -1;
            }
            int chunk = buffer.getUnsignedShort(at);
            at += 2;
            boolean vector = (chunk & 0x8000) != 0;
            boolean wide = (chunk & 0x4000) != 0;
            int size = !vector ? chunk & 0x1FFF : wide ? 7 : 14;
            if (size == 0) {
                return -1;
            }
            for (int k = 0; k < size && filled < count; k++) {
                int symbol = (chunk >>> 13) & 3;
                if (vector) {
                    symbol = wide ? (chunk >>> (12 - 2 * k)) & 3 : (chunk >>> (13 - k)) & 1;
                }
                if (symbol == 3) {
                    return -1;
                }
                symbols[filled++] = symbol;
            }
        }
        return at;
    }
}
