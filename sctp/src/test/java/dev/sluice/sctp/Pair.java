package dev.sluice.sctp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BiPredicate;
import java.util.random.RandomGenerator;

/** Two associations and a network between them, in virtual time. */
@SuppressWarnings("ArrayRecordComponent") // records that are never compared
final class Pair {
    static final long MILLISECOND = 1_000_000L;
    static final long SECOND = 1000 * MILLISECOND;

    /** A message as it came. */
    record Message(int stream, int ppid, boolean unordered, byte[] bytes, long atNanos) {}

    private record Flying(long atNanos, long number, Side to, byte[] packet) {}

    /** One end. */
    final class Side implements SctpSink {
        final List<Message> messages = new ArrayList<>();
        final List<String> events = new ArrayList<>();
        final Association association;
        boolean up;
        boolean reads = true;
        long sent;
        int retransmitted;
        int abandoned;

        Side(RandomGenerator random) {
            ByteBuf scratch = Unpooled.buffer(2048);
            association =
                    new Association(
                            new Association.Scope(ALLOCATOR, scratch, new byte[32], random),
                            this,
                            5000);
        }

        @Override
        public void packet(ByteBuf packet) {
            transmit(this, ByteBufUtil.getBytes(packet));
        }

        @Override
        public void message(int stream, int ppid, boolean unordered, ByteBuf message) {
            messages.add(
                    new Message(stream, ppid, unordered, ByteBufUtil.getBytes(message), nowNanos));
            if (reads) {
                association.consumed(nowNanos, message.readableBytes());
            }
            message.release();
        }

        @Override
        public void retransmitted() {
            retransmitted++;
        }

        @Override
        public void abandoned(int stream) {
            abandoned++;
        }

        @Override
        public void messageTooBig(int stream) {
            events.add("too big " + stream);
        }

        @Override
        public void streamsReset(int[] streams, boolean byPeer) {
            for (int stream : streams) {
                events.add((byPeer ? "peer reset " : "reset ") + stream);
            }
        }

        @Override
        public void up() {
            up = true;
        }

        @Override
        public void down(SctpCloseReason reason) {
            events.add(reason.name());
        }

        boolean send(int stream, byte[] bytes, Reliability reliability) {
            ByteBuf message = ALLOCATOR.buffer(bytes.length).writeBytes(bytes);
            boolean taken = association.send(nowNanos, stream, 53, message, reliability);
            association.flush(nowNanos);
            return taken;
        }
    }

    private static final PooledByteBufAllocator ALLOCATOR =
            new PooledByteBufAllocator(true, 1, 1, 8192, 8, 0, 0, false);

    private final long buffersBefore = allBuffers();
    final SplittableRandom random;
    final Side one;
    final Side two;
    long nowNanos = 7 * SECOND;
    long delayNanos = 20 * MILLISECOND;
    double loss;
    double duplication;
    double disorder;
    boolean dead;

    /** Says which packets are lost, by sender and number, whatever {@link #loss} says. */
    BiPredicate<Side, Long> loses = (_, _) -> false;

    private final PriorityQueue<Flying> flying =
            new PriorityQueue<>(
                    Comparator.comparingLong(Flying::atNanos).thenComparingLong(Flying::number));
    private long numbers;

    Pair(long seed) {
        this(seed, new SplittableRandom(seed + 1), new SplittableRandom(seed + 2));
    }

    private final long seed;

    Pair(long seed, RandomGenerator first, RandomGenerator second) {
        this.seed = seed;
        random = new SplittableRandom(seed);
        one = new Side(first);
        two = new Side(second);
    }

    long seed() {
        return seed;
    }

    /** The tag that packets to one carry, as its INIT told. */
    static int tagOf(Pair pair) {
        return new SplittableRandom(pair.seed + 1).nextInt();
    }

    /** The number of the first fragment that two sends. */
    static int tsnOf(Pair pair) {
        SplittableRandom secret = new SplittableRandom(pair.seed + 2);
        secret.nextInt(); // its tag
        return secret.nextInt();
    }

    /**
     * @return buffers in use
     */
    long buffers() {
        return allBuffers() - buffersBefore;
    }

    private void transmit(Side from, byte[] packet) {
        long number = from.sent++;
        if (dead || loses.test(from, number) || random.nextDouble() < loss) {
            return;
        }
        int copies = random.nextDouble() < duplication ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            boolean late = random.nextDouble() < disorder;
            long more = late ? random.nextLong(4 * delayNanos) : 0;
            flying.add(
                    new Flying(
                            nowNanos + delayNanos + more,
                            numbers++,
                            from == one ? two : one,
                            packet));
        }
    }

    /** Connects as browsers do, both at once. */
    Pair connect() {
        for (Side side : List.of(one, two)) {
            side.association.connect(nowNanos);
            side.association.flush(nowNanos);
        }
        return this;
    }

    /** Lets time pass. */
    void run(long nanos) {
        long end = nowNanos + nanos;
        while (true) {
            long next = flying.isEmpty() ? Long.MAX_VALUE : flying.peek().atNanos;
            next = Math.min(next, one.association.nextDeadline());
            next = Math.min(next, two.association.nextDeadline());
            if (next > end) {
                nowNanos = end;
                return;
            }
            nowNanos = Math.max(nowNanos, next);
            while (!flying.isEmpty() && flying.peek().atNanos <= nowNanos) {
                Flying packet = flying.remove();
                packet.to.association.onPacket(nowNanos, Unpooled.wrappedBuffer(packet.packet));
                packet.to.association.flush(nowNanos);
            }
            for (Side side : List.of(one, two)) {
                if (side.association.nextDeadline() <= nowNanos) {
                    side.association.onTime(nowNanos);
                    side.association.flush(nowNanos);
                }
            }
        }
    }

    /** Ends both. @return buffers that nobody freed */
    long close() {
        one.association.close();
        two.association.close();
        return buffers();
    }

    private static long allBuffers() {
        return ALLOCATOR.metric().directArenas().get(0).numActiveAllocations();
    }
}
