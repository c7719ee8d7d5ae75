package dev.sluice.core.congestion;

import dev.sluice.core.congestion.LossController.State;
import dev.sluice.core.congestion.TrendlineEstimator.Usage;
import dev.sluice.rtp.rtcp.TransportFeedback;

/**
 * What a peer's network takes, from its transport-wide feedback. Every packet sent gets its number
 * here.
 */
public final class SendSideEstimator {
    /** Bits a second assumed of a network nobody knows yet. */
    public static final double START = 300_000;

    private static final double FLOOR = 30_000;
    private static final double CEILING = 20_000_000;
    private static final long REFERENCE_WRAP = TransportFeedback.REFERENCE_NANOS << 24;
    private static final double LONG_ROUND_TRIP_MS = 3000;
    private static final double ROUND_TRIP_FLOOR = 5_000;
    private static final double BACK_OFF = 0.8;
    private static final double PROBE_LOSS = 0.03;
    private static final double HOLD_MARGIN_MS = 500;
    private static final double MOST_OF_TARGET = 3;
    private static final double MOST_WHEN_LOSING = 1.5;
    private static final double RAMP_MS = 2000;
    private static final double PADDING_WINDOW_MS = 200;
    private static final double PROOF_MS = 1000;

    private final long originNanos;
    private final SendHistory history = new SendHistory();
    private final ArrivalGroups groups = new ArrivalGroups();
    private final TrendlineEstimator trend = new TrendlineEstimator();
    private final ThroughputEstimator throughput = new ThroughputEstimator();
    private final ProbeController probes = new ProbeController();
    private final ApplicationLimit application = new ApplicationLimit();
    private final QueueDelay queueDelay = new QueueDelay();
    private final Competition competition = new Competition();
    private final DelayController delay;
    private final LossController loss;
    private double target;
    private double roundTripMs = 100;
    private double remb = Double.POSITIVE_INFINITY;
    private long referenceNanos = -1;
    private long unwrappedNanos;
    private double lastBackOffMs = Double.NEGATIVE_INFINITY;
    private boolean roundTripLimits;
    private double paddingSinceMs = Double.NaN;
    private double paddingSent;
    private boolean heard;
    private boolean succeeded;

    /**
     * @param start bits a second to begin with
     */
    public SendSideEstimator(long nowNanos, double start) {
        originNanos = nowNanos;
        target = Math.clamp(start, FLOOR, CEILING);
        delay = new DelayController(target, FLOOR, CEILING);
        loss = new LossController(FLOOR, CEILING);
    }

    private long micros(long nowNanos) {
        return (nowNanos - originNanos) / 1000;
    }

    private double millis(long nowNanos) {
        return (nowNanos - originNanos) / 1e6;
    }

    /**
     * @return the number that the next packet will have, 16 bits
     */
    public int nextNumber() {
        return (int) history.next() & 0xFFFF;
    }

    /**
     * A packet left.
     *
     * @param bytes on the wire, IP and UDP headers included
     */
    public void onPacketSent(long nowNanos, int bytes) {
        int cluster = probes.cluster();
        if (cluster != ProbeController.NONE) {
            probes.onSent(bytes);
        }
        application.onSent(bytes);
        paddingSent += bytes;
        history.put(micros(nowNanos), bytes, cluster);
    }

    /**
     * Feedback came.
     *
     * @param base first number it speaks of
     * @param arrivals as {@link TransportFeedback#parse} gave them
     * @param count of them
     * @param referenceOfFeedback its reference time, ns
     */
    public void onFeedback(
            long nowNanos,
            int base,
            long[] arrivals,
            int count,
            long referenceOfFeedback,
            ArrivedPackets scratch) {
        heard = true;
        double nowMs = millis(nowNanos);
        boolean observed = collect(nowNanos, base, arrivals, count, referenceOfFeedback, scratch);
        for (int i = 0; i < scratch.size; i++) {
            long sent = scratch.sent[i];
            long arrived = scratch.arrived[i];
            throughput.add(sent, arrived, scratch.bytes[i]);
            queueDelay.add((arrived - sent) / 1e3, nowMs);
            if (groups.add(sent / 1e3, arrived / 1e3, nowMs)) {
                trend.update(groups.sendDelta(), groups.arrivalDelta(), arrived / 1e3, nowMs);
            }
            if (scratch.clusters[i] != ProbeController.NONE) {
                probes.onArrived(scratch.clusters[i], sent, arrived, scratch.bytes[i]);
            }
        }
        throughput.update();
        application.update(target, nowMs);
        conclude(observed, nowMs);
    }

    /** Looks the packets up. @return whether an observation of losses was completed */
    private boolean collect(
            long nowNanos,
            int base,
            long[] arrivals,
            int count,
            long referenceOfFeedback,
            ArrivedPackets arrived) {
        arrived.clear();
        long nowMicros = micros(nowNanos);
        long shift = unwrap(referenceOfFeedback) - referenceOfFeedback;
        boolean observed = false;
        for (int i = 0; i < count; i++) {
            long number = history.find((base + i) & 0xFFFF);
            int before = number < 0 ? SendHistory.UNKNOWN : history.state(number, nowMicros);
            if (before == SendHistory.UNKNOWN || before == SendHistory.RECEIVED) {
                continue;
            }
            int bytes = history.bytes(number);
            long sent = history.sentMicros(number, nowMicros);
            if (arrivals[i] == TransportFeedback.LOST) {
                if (before == SendHistory.IN_FLIGHT) {
                    history.state(number, SendHistory.LOST);
                    observed |= loss.observations().add(sent, bytes, true);
                }
                continue;
            }
            history.state(number, SendHistory.RECEIVED);
            if (before == SendHistory.LOST) {
                loss.observations().unlose(bytes);
            } else {
                observed |= loss.observations().add(sent, bytes, false);
            }
            arrived.add(sent, (arrivals[i] + shift) / 1000, bytes, history.cluster(number));
        }
        return observed;
    }

    /** Reference times have 24 bits: continued across their wrap. */
    private long unwrap(long reference) {
        if (referenceNanos < 0) {
            unwrappedNanos = reference + REFERENCE_WRAP;
        } else {
            long step = Math.floorMod(reference - referenceNanos, REFERENCE_WRAP);
            unwrappedNanos += step < REFERENCE_WRAP / 2 ? step : step - REFERENCE_WRAP;
        }
        referenceNanos = reference;
        return unwrappedNanos;
    }

    private void conclude(boolean observed, double nowMs) {
        double acknowledged = throughput.isKnown() ? throughput.acknowledged() : Double.NaN;
        if (throughput.isKnown()) {
            competition.update(
                    queueDelay.millis(), throughput.sending(), throughput.received(), nowMs);
        }
        Usage usage = usage();
        if (usage == Usage.OVERUSE && probes.disturbs(roundTripMs, nowMs)) {
            probes.abort(nowMs); // the queue is of its making, and gone when it is
        } else if (delay.update(usage, throughput, roundTripMs, nowMs)) {
            probes.abort(nowMs);
        }
        double proven = probes.result(competition.isOn(), nowMs);
        if (proven > 0 && usage != Usage.OVERUSE) {
            takeProven(proven, nowMs);
        }
        if (observed) {
            boolean full = !application.isLimited() || loss.hasRisen(nowMs, RAMP_MS);
            loss.update(delay.rate(), acknowledged, full, nowMs);
        }
        roundTripLimits = roundTripLimits && nowMs - lastBackOffMs < 2 * 1000;
        target = Math.min(loss.rate(delay.rate()), remb);
    }

    /** What the path does because of us. */
    private Usage usage() {
        return competition.isOn() ? Usage.NORMAL : trend.usage();
    }

    private void takeProven(double proven, double nowMs) {
        if (proven > delay.rate()) {
            delay.rate(proven, nowMs);
        }
        if (loss.averageLoss() < PROBE_LOSS) {
            loss.onProbe(proven, nowMs);
        }
        succeeded = true;
    }

    /** The peer measured the round trip. */
    public void onRoundTrip(long nanos) {
        roundTripMs = Math.clamp(nanos / 1e6, 5, 1000);
    }

    /**
     * The receiver says what it can take (draft-alvestrand-rmcat-remb-03). That is all there is to
     * know where no feedback comes; otherwise it may only lower.
     *
     * @param bits a second
     */
    public void onRemb(double bits) {
        remb = Math.clamp(bits, FLOOR, CEILING);
        target = heard ? Math.min(target, remb) : remb;
    }

    /** Looks after what no feedback tells: packets that nobody hears of any more. */
    public void onTimeout(long nowNanos) {
        double nowMs = millis(nowNanos);
        long oldest = history.oldestUnheardMicros(micros(nowNanos));
        boolean silent = heard && oldest >= 0 && nowMs - oldest / 1e3 > LONG_ROUND_TRIP_MS;
        if (silent && nowMs - lastBackOffMs >= 1000) {
            lastBackOffMs = nowMs;
            roundTripLimits = true;
            delay.scale(BACK_OFF, ROUND_TRIP_FLOOR);
            target = Math.min(target, delay.rate());
            probes.abort(nowMs);
        }
        probes.result(competition.isOn(), nowMs); // one that nothing came back of has failed
    }

    /** Sets the rate that would allow the next useful step, 0 when there is none. */
    public void goal(double bits) {
        probes.goal(bits);
    }

    /**
     * @return whether a probe runs, so that {@link #probeBytes} is to be asked every few ms
     */
    public boolean probe(long nowNanos) {
        double nowMs = millis(nowNanos);
        boolean losing = loss.state() != State.DELAY_LIMITED;
        if (usage() == Usage.OVERUSE
                || roundTripLimits
                || (losing && !mayProbeWhileLosing(nowMs))) {
            return probes.isRunning();
        }
        double most = (losing ? MOST_WHEN_LOSING : MOST_OF_TARGET) * target;
        return probes.begin(most, nowMs);
    }

    private boolean mayProbeWhileLosing(double nowMs) {
        return loss.averageLoss() < PROBE_LOSS && !loss.isHolding(nowMs, HOLD_MARGIN_MS);
    }

    /**
     * @return bytes to send now for the sake of a probe, 0 for none
     */
    public double probeBytes(long nowNanos) {
        return probes.isRunning() ? probes.missing(roundTripMs, millis(nowNanos)) : 0;
    }

    public boolean isProbing() {
        return probes.isRunning();
    }

    /**
     * Bytes to be filled up now because only full sending can prove an estimate that rises while
     * losses limit it; to be asked every few ms while it is not negative.
     *
     * @return −1 when nothing is to be filled up
     */
    public double paddingBytes(long nowNanos) {
        double nowMs = millis(nowNanos);
        boolean rising = loss.state() == State.INCREASING && loss.hasRisen(nowMs, RAMP_MS);
        boolean recovering =
                loss.state() == State.DECREASING
                        && mayProbeWhileLosing(nowMs)
                        && loss.hasRisen(nowMs, 2 * RAMP_MS);
        if (probes.goal() <= 0 || !(rising || recovering)) {
            paddingSinceMs = Double.NaN;
            return -1;
        }
        if (Double.isNaN(paddingSinceMs) || nowMs - paddingSinceMs > PADDING_WINDOW_MS) {
            paddingSinceMs = nowMs;
            paddingSent = 0;
        }
        double due = Math.min(target, probes.goal()) / 8000 * (nowMs - paddingSinceMs);
        return Math.max(0, due - paddingSent);
    }

    /**
     * @return bits a second that the network takes
     */
    public double bitsPerSecond() {
        return target;
    }

    /**
     * @return bits a second that a probe proved within the last second, 0 for none
     */
    public double provenBits(long nowNanos) {
        return probes.proven(PROOF_MS, millis(nowNanos));
    }

    /**
     * @return whether a probe succeeded since the last call
     */
    public boolean takeProven() {
        boolean taken = succeeded;
        succeeded = false;
        return taken;
    }

    /**
     * @return whether anything was sent
     */
    public boolean hasSent() {
        return history.next() > 1;
    }

    public LimitedBy limitedBy() {
        if (!heard) {
            return target >= remb ? LimitedBy.REMB : LimitedBy.START;
        }
        if (roundTripLimits) {
            return LimitedBy.ROUND_TRIP;
        }
        if (target >= remb) {
            return LimitedBy.REMB;
        }
        return loss.state() == State.DELAY_LIMITED ? LimitedBy.DELAY : LimitedBy.LOSS;
    }

    /**
     * @return weighted share of packets lost lately, 0 to 1
     */
    public double lossRatio() {
        return loss.averageLoss();
    }

    /**
     * @return whether somebody else keeps the queue on the way full
     */
    public boolean isCompeting() {
        return competition.isOn();
    }

    /**
     * @return how much longer packets take than the fastest of late, ms
     */
    public double queueDelayMs() {
        return queueDelay.millis();
    }

    public double roundTripMs() {
        return roundTripMs;
    }

    /**
     * @return whether feedback has come
     */
    public boolean hasHeard() {
        return heard;
    }

    /**
     * @return ms until a probe may begin, 0 when it may at once
     */
    public double nextProbeMs(long nowNanos) {
        return Math.max(0, probes.notBeforeMs() - millis(nowNanos));
    }
}
