package dev.sluice.core.simulation;

/**
 * A bulk transfer beside a call: a window that grows by one packet a round trip and halves at a
 * loss (RFC 5681), packets of 1,200 bytes, acknowledged one by one.
 */
final class SimulatedDownload {
    private static final int BYTES = 1200;
    private static final long TIMEOUT_NANOS = 1_000_000_000L;

    private final Simulation simulation;
    private final SimulatedLink down;
    private final long ackNanos;
    private double window = 10;
    private double threshold = Double.POSITIVE_INFINITY;
    private long next;
    private long acknowledged;
    private long expected;
    private long recoverUntil;
    private long lastProgress;
    private long delivered;

    SimulatedDownload(Simulation simulation, SimulatedLink down, double ackMillis) {
        this.simulation = simulation;
        this.down = down;
        this.ackNanos = (long) (ackMillis * 1e6);
        lastProgress = simulation.now();
        fill();
        simulation.after(TIMEOUT_NANOS, this::check);
    }

    private void fill() {
        while (next - acknowledged < (long) window) {
            send(next++);
        }
    }

    private void send(long number) {
        down.send(new byte[BYTES - 28], ignored -> arrived(number));
    }

    private void arrived(long number) {
        delivered += BYTES;
        expected = number == expected ? expected + 1 : expected;
        long upTo = Math.max(expected, number + 1);
        boolean gap = number >= expected;
        simulation.after(ackNanos, () -> onAck(upTo, gap));
        expected =
                Math.max(expected, number + 1); // what was lost is not sent again: only rates count
    }

    private void onAck(long upTo, boolean gap) {
        lastProgress = simulation.now();
        if (gap && upTo > recoverUntil) {
            recoverUntil = next;
            threshold = Math.max(2, window / 2);
            window = threshold;
        } else {
            window += window < threshold ? 1 : 1 / window;
        }
        acknowledged = Math.max(acknowledged, upTo);
        fill();
    }

    private void check() {
        simulation.after(TIMEOUT_NANOS, this::check);
        if (simulation.now() - lastProgress > TIMEOUT_NANOS) {
            threshold = Math.max(2, window / 2);
            window = 1;
            acknowledged = next;
            fill();
        }
    }

    long deliveredBytes() {
        return delivered;
    }
}
