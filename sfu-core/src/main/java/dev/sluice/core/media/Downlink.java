package dev.sluice.core.media;

import dev.sluice.core.congestion.BitrateAllocator;
import dev.sluice.core.congestion.LimitedBy;
import dev.sluice.core.congestion.Pacer;
import dev.sluice.core.congestion.SendSideEstimator;
import dev.sluice.core.congestion.TrackDemand;
import dev.sluice.core.data.DataBudget;
import dev.sluice.core.loop.Deadlines;
import dev.sluice.core.loop.Timed;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.transport.PeerTransport;
import dev.sluice.rtp.rtcp.RtcpCompound;
import dev.sluice.rtp.rtcp.TransportFeedback;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber's way down: how much its network takes, and which layers it gets of all its tracks
 * for that. Made when its first section negotiates transport-wide numbers, or when it says what it
 * can take.
 */
public final class Downlink implements Timed {
    /** Who is told that a track pauses because of the network. */
    public interface PauseListener {
        void onPaused(String trackId, boolean paused);
    }

    /** Changes kept for who asks why. */
    private static final int DECISIONS = 32;

    /** A pause this short is not worth a word. */
    private static final long PAUSE_TOLD_NANOS = 1_000_000_000L;

    private static final long TICK_NANOS = 5_000_000L;
    private static final long REVIEW_NANOS = 100_000_000L;
    private static final long SETTLED_REVIEW_NANOS = 500_000_000L;

    /** Who negotiated feedback and sends none for so long gets everything it wishes. */
    private static final long SILENCE_NANOS = 2_000_000_000L;

    private static final long GENERATION_NANOS = 2_500_000_000L;
    private static final double FULL_QUEUE_MS = 200;
    private static final double HIGH_LOSS = 0.1;

    /** From there on data gives way to media. */
    private static final double QUEUE_OF_DATA_MS = 40;

    private static final double LOSS_OF_DATA = 0.02;
    private static final double TOO_MUCH = 0.97;

    private final MediaScope scope;
    private final PauseListener pauses;
    private final ArrayDeque<Decision> decisions = new ArrayDeque<>();
    private final SendSideEstimator estimator;
    private final BitrateAllocator allocator = new BitrateAllocator();
    private final BitrateAllocator.Budget budget = new BitrateAllocator.Budget();
    private final DataBudget dataBudget = new DataBudget();
    private final Pacer pacer = new Pacer();
    private final List<Subscription> videos = new ArrayList<>();
    private final List<Subscription> audios = new ArrayList<>();
    private final long originNanos;
    private final Deadlines.Timer timer;
    private long nextNanos;
    private long nextReviewNanos;
    private boolean waiting;
    private long firstSentNanos = Long.MIN_VALUE;
    private long generationNanos;
    private double least;
    private double leastBefore;
    private int nextProbe;

    /**
     * @param startBits what is assumed of the network until it is known, bits a second
     */
    public Downlink(
            long nowNanos,
            MediaScope scope,
            PeerTransport peer,
            double startBits,
            PauseListener pauses) {
        this.pauses = pauses;
        this.scope = scope;
        this.originNanos = nowNanos;
        estimator = new SendSideEstimator(nowNanos, startBits);
        peer.estimator(estimator);
        generationNanos = nowNanos;
        least = estimator.bitsPerSecond();
        leastBefore = least;
        nextNanos = nowNanos;
        nextReviewNanos = nowNanos;
        timer = scope.deadlines().add(this);
    }

    /** A subscription began. */
    public void add(long nowNanos, Subscription subscription) {
        (subscription.track().isAudio() ? audios : videos).add(subscription);
        subscription.downlink(this);
        allocate(nowNanos);
    }

    /** What is wanted of a subscription changed. */
    public void changed(long nowNanos) {
        allocate(nowNanos);
    }

    public void remove(Subscription subscription) {
        audios.remove(subscription);
        videos.remove(subscription);
    }

    /**
     * @return false when the feedback is malformed
     */
    public boolean onFeedback(long nowNanos, RtcpCompound packet) {
        long[] arrivals = scope.feedback().arrivals();
        int count = TransportFeedback.parse(packet, arrivals);
        if (count < 0) {
            return false;
        }
        estimator.onFeedback(
                nowNanos,
                TransportFeedback.baseSequence(packet),
                arrivals,
                count,
                TransportFeedback.referenceNanos(packet),
                scope.feedback().packets());
        if (estimator.bitsPerSecond() < TOO_MUCH * (allocator.total() + audioBits(nowNanos))) {
            allocate(nowNanos);
        } else if (estimator.takeProven()) {
            allocate(nowNanos);
            nextReviewNanos = nowNanos; // the next step may be proven at once
            nextNanos = nowNanos;
            timer.update();
        }
        return true;
    }

    /** The receiver says what it can take, bits a second. */
    public void onReceiverEstimate(long nowNanos, double bits) {
        estimator.onRemb(bits);
        allocate(nowNanos);
    }

    public void onRoundTrip(long nanos) {
        estimator.onRoundTrip(nanos);
    }

    private double audioBits(long nowNanos) {
        double bits = 0;
        for (int i = 0; i < audios.size(); i++) {
            bits += audios.get(i).track().encodings().get(0).rates().bits(nowNanos, 0, 0);
        }
        return bits;
    }

    private boolean isSilent(long nowNanos) {
        return !estimator.hasHeard()
                && estimator.limitedBy() == LimitedBy.START
                && firstSentNanos != Long.MIN_VALUE
                && nowNanos - firstSentNanos > SILENCE_NANOS;
    }

    private void allocate(long nowNanos) {
        if (isSilent(nowNanos)) {
            for (int i = 0; i < videos.size(); i++) {
                videos.get(i).unlimited(nowNanos);
            }
            return;
        }
        double audio = audioBits(nowNanos);
        double target = estimator.bitsPerSecond();
        double data = dataBudget.reserved(nowNanos);
        double others = audio + data;
        double up = Math.min(target, Math.min(least, leastBefore));
        double proven = estimator.provenBits(nowNanos);
        boolean congested =
                estimator.queueDelayMs() > FULL_QUEUE_MS || estimator.lossRatio() > HIGH_LOSS;
        budget.set(
                        Math.max(0, target - others),
                        Math.max(0, up - others),
                        Math.max(0, proven - others),
                        estimator.limitedBy(),
                        congested)
                .shared(estimator.isCompeting());
        allocator.clear();
        Subscription first = mostImportant();
        for (int i = 0; i < videos.size(); i++) {
            Subscription video = videos.get(i);
            allocator.add(video.describe(nowNanos, i, video == first));
        }
        boolean changed = allocator.allocate(budget, (nowNanos - originNanos) / 1e6);
        for (int i = 0; i < videos.size(); i++) {
            videos.get(i).granted(nowNanos);
        }
        if (changed) {
            remember(nowNanos);
        }
        double goal = allocator.goal();
        estimator.goal(goal == 0 ? 0 : goal + others * BitrateAllocator.GOAL);
        reviewData(nowNanos, goal == 0);
    }

    /** The first of those with the highest weight, as the allocator ranks them. */
    private @Nullable Subscription mostImportant() {
        Subscription first = null;
        for (int i = 0; i < videos.size(); i++) {
            Subscription video = videos.get(i);
            first = first == null || video.weight() > first.weight() ? video : first;
        }
        return first;
    }

    private void reviewData(long nowNanos, boolean satisfied) {
        if (videos.isEmpty()) {
            dataBudget.unlimited();
            return;
        }
        boolean congested =
                estimator.queueDelayMs() > QUEUE_OF_DATA_MS || estimator.lossRatio() > LOSS_OF_DATA;
        double media = audioBits(nowNanos) + allocator.total();
        dataBudget.review(nowNanos, estimator.bitsPerSecond(), media, satisfied, congested);
    }

    /**
     * @return what data channels may take of the network
     */
    public DataBudget dataBudget() {
        return dataBudget;
    }

    @Override
    public long nextTimeout() {
        return nextNanos;
    }

    Pacer pacer() {
        return pacer;
    }

    /** Something waits for the pacer. */
    void wake(long nowNanos) {
        waiting = true;
        if (nextNanos > nowNanos + TICK_NANOS) {
            nextNanos = nowNanos + TICK_NANOS;
            timer.update();
        }
    }

    private boolean drain(long nowNanos) {
        boolean left = false;
        for (int i = 0; i < videos.size(); i++) {
            left |= videos.get(i).drain(nowNanos, this, false);
        }
        return left;
    }

    @Override
    public void onTimeout(long nowNanos) {
        refill(nowNanos);
        waiting = waiting && drain(nowNanos);
        if (nowNanos >= nextReviewNanos || estimator.isProbing()) {
            review(nowNanos);
        }
        boolean padding = pad(nowNanos);
        nextNanos = waiting || padding ? nowNanos + TICK_NANOS : nextReviewNanos;
    }

    private boolean pad(long nowNanos) {
        double missing = estimator.isProbing() ? -1 : estimator.paddingBytes(nowNanos);
        if (missing > 0) {
            fill(missing);
        }
        return missing >= 0;
    }

    private void refill(long nowNanos) {
        double granted = allocator.total();
        double rate =
                estimator.isCompeting() // a burst would find no room in a queue that is full
                        ? granted
                        : Math.max(estimator.bitsPerSecond(), granted);
        pacer.refill(rate, (nowNanos - originNanos) / 1e6);
    }

    private void review(long nowNanos) {
        estimator.onTimeout(nowNanos);
        if (firstSentNanos == Long.MIN_VALUE && estimator.hasSent()) {
            firstSentNanos = nowNanos;
        }
        rememberLeast(nowNanos);
        tellPauses(nowNanos);
        boolean wasProbing = estimator.isProbing();
        if (!wasProbing) {
            allocate(nowNanos);
        }
        if (canProbe() && estimator.probe(nowNanos)) {
            if (!wasProbing) {
                scope.counters().add(Counter.PROBES_STARTED);
            }
            fill(estimator.probeBytes(nowNanos));
            nextReviewNanos = nowNanos + TICK_NANOS;
        } else {
            boolean settled = estimator.hasHeard() && allocator.goal() == 0;
            nextReviewNanos =
                    Timed.coarse(nowNanos + (settled ? SETTLED_REVIEW_NANOS : REVIEW_NANOS));
        }
    }

    private boolean canProbe() {
        for (int i = 0; i < videos.size(); i++) {
            if (videos.get(i).canProbe()) {
                return true;
            }
        }
        return false;
    }

    /** Repeats packets of the tracks in turn. */
    private void fill(double bytes) {
        double missing = bytes;
        int idle = 0;
        while (missing > 0 && idle < videos.size()) {
            nextProbe = (nextProbe + 1) % videos.size();
            int sent = videos.get(nextProbe).probe();
            idle = sent == 0 ? idle + 1 : 0;
            missing -= sent;
            scope.counters().add(Counter.PROBE_BYTES, sent);
        }
    }

    private void remember(long nowNanos) {
        for (Subscription video : videos) {
            TrackDemand demand = video.demand();
            if (demand.hasChanged()) {
                if (decisions.size() == DECISIONS) {
                    decisions.remove();
                }
                decisions.add(
                        new Decision(
                                (nowNanos + scope.unixOffsetNanos()) / 1_000_000L,
                                video.track().id(),
                                demand.spatial(),
                                (long) estimator.bitsPerSecond(),
                                demand.reason()));
            }
        }
    }

    /**
     * @return the latest changes, oldest first
     */
    public List<Decision> decisions() {
        return List.copyOf(decisions);
    }

    private void tellPauses(long nowNanos) {
        for (int i = 0; i < videos.size(); i++) {
            Subscription video = videos.get(i);
            if (video.takePauseToTell(nowNanos, PAUSE_TOLD_NANOS)) {
                pauses.onPaused(video.track().id(), video.isPaused());
            }
        }
    }

    private void rememberLeast(long nowNanos) {
        double target = estimator.bitsPerSecond();
        if (nowNanos - generationNanos >= GENERATION_NANOS) {
            generationNanos = nowNanos;
            leastBefore = least;
            least = target;
        }
        least = Math.min(least, target);
    }

    /**
     * @return what the network takes, bits a second
     */
    public double bitsPerSecond() {
        return estimator.bitsPerSecond();
    }

    public SendSideEstimator estimator() {
        return estimator;
    }

    /**
     * @return bits a second of the video that is granted
     */
    public double allocatedBits() {
        return allocator.total();
    }

    /** Leaves the worker's timers. */
    public void close() {
        timer.cancel();
    }
}
