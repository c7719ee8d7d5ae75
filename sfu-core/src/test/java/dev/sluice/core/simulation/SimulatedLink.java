package dev.sluice.core.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.LongToDoubleFunction;

/** One direction of a network: a queue in front of a rate that changes, delay, loss, disorder. */
final class SimulatedLink {
    private static final int OVERHEAD = 28;
    private static final long MILLI = 1_000_000L;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Waiting(byte[] datagram, long sinceNanos, Consumer<byte[]> to) {}

    private final Simulation simulation;
    private final SplittableRandom random;
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private LongToDoubleFunction rate = at -> Double.POSITIVE_INFINITY;
    private long delayNanos;
    private int limit = 100_000;
    private double loss;
    private double jitterMs;
    private double reorder;
    private double duplicate;
    private double burstEnter;
    private double burstLeave = 1;
    private boolean inBurst;
    private int queued;
    private boolean busy;

    // what was seen
    private final List<long[]> delays = new ArrayList<>(); // time, queue delay
    private long sentBytes;
    private long lostPackets;
    private long reordered;

    SimulatedLink(Simulation simulation, long seed) {
        this.simulation = simulation;
        this.random = new SplittableRandom(seed);
    }

    SimulatedLink rate(LongToDoubleFunction bitsAt) {
        rate = bitsAt;
        return this;
    }

    SimulatedLink rate(double bits) {
        return rate(at -> bits);
    }

    SimulatedLink delay(double millis) {
        delayNanos = (long) (millis * MILLI);
        return this;
    }

    SimulatedLink queue(int bytes) {
        limit = bytes;
        return this;
    }

    SimulatedLink loss(double share) {
        loss = share;
        return this;
    }

    SimulatedLink bursts(double enter, double leave) {
        burstEnter = enter;
        burstLeave = leave;
        return this;
    }

    SimulatedLink jitter(double millis) {
        jitterMs = millis;
        return this;
    }

    SimulatedLink reorder(double share) {
        reorder = share;
        return this;
    }

    SimulatedLink duplicate(double share) {
        duplicate = share;
        return this;
    }

    void send(byte[] datagram, Consumer<byte[]> to) {
        sentBytes += datagram.length + OVERHEAD;
        if (queued + datagram.length > limit) {
            lostPackets++;
            return;
        }
        queue.add(new Waiting(datagram, simulation.now(), to));
        queued += datagram.length + OVERHEAD;
        if (!busy) {
            serve();
        }
    }

    private void serve() {
        Waiting next = queue.peek();
        if (next == null) {
            busy = false;
            return;
        }
        busy = true;
        double bits = (next.datagram.length + OVERHEAD) * 8.0;
        long takes = (long) (bits * 1e9 / rate.applyAsDouble(simulation.now()));
        simulation.after(takes, this::served);
    }

    private void served() {
        Waiting done = queue.remove();
        queued -= done.datagram.length + OVERHEAD;
        delays.add(new long[] {simulation.now(), simulation.now() - done.sinceNanos});
        inBurst = inBurst ? random.nextDouble() >= burstLeave : random.nextDouble() < burstEnter;
        if (inBurst || random.nextDouble() < loss) {
            lostPackets++;
        } else {
            arrive(done);
            if (random.nextDouble() < duplicate) {
                arrive(done);
            }
        }
        serve();
    }

    private void arrive(Waiting done) {
        long late = (long) (random.nextDouble() * jitterMs * MILLI);
        if (random.nextDouble() < reorder) {
            reordered++;
            late += (2 + random.nextInt(10)) * MILLI;
        }
        simulation.after(delayNanos + late, () -> done.to.accept(done.datagram));
    }

    /**
     * @return queue delay in ms at a percentile, between two times in seconds
     */
    double queueDelayMs(double percentile, double from, double until) {
        long[] sorted =
                delays.stream()
                        .filter(each ->
                                each[0] >= simulation.nanosAt(from)
                                        && each[0] < simulation.nanosAt(until))
                        .mapToLong(each -> each[1])
                        .sorted()
                        .toArray();
        int at = (int) Math.min(sorted.length - 1, Math.ceil(percentile * sorted.length));
        return sorted.length == 0 ? 0 : sorted[Math.max(0, at)] / 1e6;
    }

    /**
     * @return share of the packets between two times that waited longer
     */
    double shareAbove(double millis, double from, double until) {
        long all = 0;
        long above = 0;
        for (long[] each : delays) {
            if (each[0] >= simulation.nanosAt(from) && each[0] < simulation.nanosAt(until)) {
                all++;
                above += each[1] > millis * MILLI ? 1 : 0;
            }
        }
        return all == 0 ? 0 : (double) above / all;
    }

    /**
     * @return capacity in bits a second
     */
    double rateAt(double seconds) {
        return rate.applyAsDouble(simulation.nanosAt(seconds));
    }

    long sentBytes() {
        return sentBytes;
    }

    long reordered() {
        return reordered;
    }

    long lostPackets() {
        return lostPackets;
    }
}
