package dev.sluice.core.media;

import dev.sluice.core.congestion.TrackDemand;
import dev.sluice.core.loop.Deadlines;
import dev.sluice.core.loop.Timed;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.transport.PeerTransport;
import dev.sluice.rtp.RtpPacket;
import dev.sluice.rtp.codec.FrameMark;
import org.jspecify.annotations.Nullable;

/** What one subscriber gets of one track: which layers, and when. */
public final class Subscription implements Timed {
    private static final long REVIEW_NANOS = 200_000_000L;

    /** With nothing to choose and nothing to wait for. */
    private static final long SETTLED_REVIEW_NANOS = 1_000_000_000L;

    /** A replay may take so long on the subscriber's network. */
    private static final double REPLAY_SECONDS = 1;

    /** A queue this old is let go at once: the estimate will see it. */
    private static final long MAX_WAIT_NANOS = 250_000_000L;

    private final MediaScope scope;
    private final PublishedTrack track;
    private final PeerTransport peer;
    private final LayerSelector selector;
    private final TrackSender sender;
    private final TrackDemand demand = new TrackDemand();
    private final Deadlines.Timer reviewTimer;
    private final PacedPackets queue = new PacedPackets();
    private @Nullable Downlink downlink;
    private boolean catchingUp;
    private long keyTimestamp = -1;
    private Wish wish = Wish.ALL;
    private long pausedSinceNanos = Long.MAX_VALUE;
    private boolean toldPaused;
    private boolean first = true;
    private boolean shed;
    private boolean reduced;
    private long nextReviewNanos;
    private boolean closed;

    /** Begins forwarding; a video track starts at its next key frame, which is asked for. */
    public Subscription(
            long nowNanos,
            MediaScope scope,
            PublishedTrack track,
            PeerTransport peer,
            SubscriptionParameters parameters) {
        this.scope = scope;
        this.track = track;
        this.peer = peer;
        selector = new LayerSelector(track.encodings());
        sender = new TrackSender(scope, track, peer, parameters);
        nextReviewNanos = nowNanos;
        reviewTimer = scope.deadlines().add(this);
        track.add(nowNanos, this);
    }

    /**
     * A packet of the track: forward it when it is of the layers that this subscriber gets.
     *
     * @param mark as {@link FrameMark} packs it
     */
    void onRtp(
            long nowNanos, Encoding encoding, int slot, long extended, RtpPacket packet, int mark) {
        if (!peer.isReceiving()) {
            return;
        }
        boolean keyFrame = FrameMark.isKeyFrame(mark);
        if (!selector.accepts(nowNanos, encoding, keyFrame || track.isAudio())) {
            return;
        }
        int marked = selector.hasSwitched() ? mark | TrackSender.SWITCHED : mark;
        if (selector.hasSwitched()) {
            countSwitch(encoding);
        }
        Downlink way = downlink;
        if (way != null && waits(way, keyFrame, packet)) {
            if (queue.isEmpty()) {
                way.wake(nowNanos);
            }
            int waiting = catchingUp ? marked | TrackSender.REPLAYED : marked;
            if (!queue.add(nowNanos, encoding.layer(), extended, waiting)) {
                drain(nowNanos, way, true);
                sender.send(nowNanos, encoding, slot, extended, packet, marked);
            }
            return;
        }
        sender.send(nowNanos, encoding, slot, extended, packet, marked);
    }

    /** Key frames wait for the pacer, and what follows waits behind them. */
    private boolean waits(Downlink way, boolean keyFrame, RtpPacket packet) {
        if (track.isAudio()) {
            return false;
        }
        keyTimestamp = keyFrame ? packet.timestamp() : keyTimestamp;
        boolean ofKeyFrame = packet.timestamp() == keyTimestamp;
        return !queue.isEmpty() || (ofKeyFrame && !way.pacer().allows());
    }

    /**
     * Sends what waited for the pacer.
     *
     * @param all whether it waited long enough, so that the pacer is not asked
     * @return whether something still waits
     */
    boolean drain(long nowNanos, @Nullable Downlink way, boolean all) {
        boolean late = all || (!queue.isEmpty() && nowNanos - queue.sinceNanos() > MAX_WAIT_NANOS);
        while (!queue.isEmpty() && (late || way == null || way.pacer().allows())) {
            Encoding encoding = track.encodings().get(queue.layer());
            int slot = encoding.cache().find(queue.number());
            RtpPacket packet = scope.paced();
            if (slot != PacketCache.MISSING
                    && packet.wrap(
                            encoding.buffer(),
                            encoding.cache().offset(slot),
                            encoding.cache().length(slot))) {
                sender.send(nowNanos, encoding, slot, queue.number(), packet, queue.mark());
            }
            queue.remove();
        }
        if (queue.isEmpty()) {
            catchingUp = false;
            sender.caughtUp();
        }
        return !queue.isEmpty();
    }

    private void countSwitch(Encoding to) {
        int before = selector.layerBefore();
        if (before >= 0 && before != to.layer()) {
            scope.counters().add(to.layer() > before ? Counter.LAYER_UP : Counter.LAYER_DOWN);
        }
    }

    /** The subscriber misses packets (RFC 4585 §6.2.1). */
    public void onNack(long nowNanos, int packetId, int lostMask) {
        sender.onNack(nowNanos, packetId, lostMask);
    }

    /**
     * @return whether there is something to send for a probe
     */
    boolean canProbe() {
        return sender.canProbe();
    }

    /**
     * Sends something again for the sake of a probe.
     *
     * @return its bytes, 0 when there is nothing to send
     */
    int probe() {
        return sender.probe();
    }

    /** The subscriber's decoder needs a key frame. */
    public void onKeyFrameRequest(long nowNanos) {
        Encoding encoding = selector.current();
        if (encoding != null) {
            track.requestKeyFrame(nowNanos, encoding, true);
        }
    }

    /** The subscriber measured the round trip. */
    public void onRoundTrip(long nanos) {
        sender.onRoundTrip(Math.clamp(nanos, 5_000_000L, 1_000_000_000L));
    }

    /** The subscriber can receive from now on: its first key frame is asked for at once. */
    public void onConnected(long nowNanos) {
        review(nowNanos);
    }

    /** Sets what the subscriber wants. */
    public void wish(long nowNanos, Wish wanted) {
        wish = wanted;
        selector.wish(wanted.layer());
        if (wanted.disabled() != selector.isDisabled()) {
            selector.disabled(wanted.disabled());
            queue.clear();
        }
        track.wishesChanged(nowNanos);
        review(nowNanos);
    }

    /**
     * @return highest layer wanted, −1 for none
     */
    int wantedLayer() {
        return selector.isDisabled() ? -1 : selector.wish();
    }

    /** What is sent here is part of this way down. */
    void downlink(Downlink way) {
        downlink = way;
        sender.pacer(way.pacer());
    }

    /**
     * Describes the track's layers and what is wanted of them to the allocator.
     *
     * @param mostImportant whether the subscriber has no video that matters more
     */
    TrackDemand describe(long nowNanos, long order, boolean mostImportant) {
        first = mostImportant;
        boolean screen = track.parameters().screen();
        demand.begin(wish.weight(screen), screen, order);
        shed = scope.shedding().isOn() && scope.shedding().pauses(isStage());
        if (!selector.isDisabled() && !shed) {
            track.ladder().describe(nowNanos, demand, affordable());
        }
        return demand;
    }

    private boolean isStage() {
        return first || track.parameters().screen() || weight() >= TrackDemand.STAGE_WEIGHT;
    }

    /** What the worker can do of the wish. */
    private Wish affordable() {
        return scope.shedding().shed(wish, isStage(), track.fullLayer());
    }

    /**
     * @return whether the worker has too much to do for a better picture than that layer, −1 for
     *     none
     */
    boolean isShedAbove(int layer) {
        return scope.shedding().isOn() && (shed || affordable().layer() <= Math.max(0, layer));
    }

    /**
     * @return whether the worker has too much to do for all frames
     */
    boolean lacksFrames() {
        return scope.shedding().isOn() && affordable().framesPerSecond() == 1;
    }

    int weight() {
        return wish.weight(track.parameters().screen());
    }

    /** Takes what the allocator granted. */
    void granted(long nowNanos) {
        if (!demand.isOffered() && !shed) { // nothing is sent: what begins first may be taken
            unlimited(nowNanos);
            return;
        }
        boolean paused = (shed || demand.isPaused()) && !selector.isDisabled();
        pause(paused);
        if (paused) {
            queue.clear();
        } else {
            boolean simulcast = track.encodings().size() > 1;
            selector.limit(simulcast ? demand.spatial() : LayerSelector.HIGHEST);
            sender.filter().target(simulcast ? 0 : demand.spatial(), demand.temporal());
        }
        review(nowNanos);
    }

    private void pause(boolean paused) {
        if (paused && !selector.isPaused()) {
            scope.counters().add(shed ? Counter.TRACKS_SHED : Counter.TRACKS_PAUSED);
        }
        selector.paused(paused);
    }

    /** Without an estimate of the network, everything wished for is granted that can be done. */
    void unlimited(long nowNanos) {
        shed = scope.shedding().isOn() && scope.shedding().pauses(isStage());
        pause(shed);
        Wish rest = affordable();
        boolean simulcast = track.encodings().size() > 1;
        selector.limit(scope.shedding().isOn() ? rest.layer() : LayerSelector.HIGHEST);
        int spatial = simulcast || !scope.shedding().isOn() ? Integer.MAX_VALUE : rest.layer();
        sender.filter().target(spatial, track.ladder().temporal(nowNanos, rest));
        review(nowNanos);
    }

    TrackDemand demand() {
        return demand;
    }

    /**
     * @return spatial layers that are wanted, sent, and not taken by the network
     */
    public int missingLayers() {
        return downlink == null || selector.isDisabled() ? 0 : demand.missingLayers();
    }

    LayerSelector selector() {
        return selector;
    }

    LayerFilter filter() {
        return sender.filter();
    }

    @Nullable Downlink downlink() {
        return downlink;
    }

    Wish wish() {
        return wish;
    }

    /**
     * @return whether the subscriber is to be told that the track pauses, or no longer does
     */
    boolean takePauseToTell(long nowNanos, long patienceNanos) {
        boolean paused = selector.isPaused();
        pausedSinceNanos = paused ? Math.min(pausedSinceNanos, nowNanos) : Long.MAX_VALUE;
        boolean tell = paused && nowNanos - pausedSinceNanos >= patienceNanos;
        if (tell == toldPaused || (paused && !tell)) {
            return false;
        }
        toldPaused = tell;
        return true;
    }

    boolean isPaused() {
        return selector.isPaused();
    }

    /**
     * @return whether the subscriber gets what it should
     */
    private boolean review(long nowNanos) {
        Encoding needed = selector.review(nowNanos);
        if (needed != null && peer.isReceiving() && !track.isAudio()) {
            Encoding current = selector.current();
            if (current != null || !replay(nowNanos, needed)) {
                boolean rises = current != null && needed.layer() > current.layer();
                track.requestKeyFrame(nowNanos, needed, !rises);
                return false;
            }
        }
        Encoding only = selector.current();
        if (needed == null
                && only != null
                && track.encodings().size() == 1
                && sender.filter().waitsForKeyFrame(track.fullLayer())) {
            track.requestKeyFrame(nowNanos, only, false);
        }
        return needed == null && selector.current() != null;
    }

    /**
     * Begins with the newest key frame of an encoding and what came behind it, when all of that is
     * still there.
     */
    private boolean replay(long nowNanos, Encoding encoding) {
        KeyFrameCache head = encoding.keyFrameCache();
        double most =
                downlink == null
                        ? Double.POSITIVE_INFINITY
                        : downlink.bitsPerSecond() / 8 * REPLAY_SECONDS;
        if (!head.isUsable(nowNanos, most)) {
            return false;
        }
        track.release(nowNanos, encoding); // what waits for its frame would come twice
        selector.take(encoding);
        countSwitch(encoding);
        scope.counters().add(Counter.KEY_FRAMES_REPLAYED);
        queue.clear();
        catchingUp = true;
        PacketCache cache = encoding.cache();
        for (long number = head.first(); number <= head.last(); number++) {
            int slot = cache.find(number);
            if (scope.paced().wrap(cache.buffer(), cache.offset(slot), cache.length(slot))) {
                int mark = track.mark(encoding, scope.paced()) | TrackSender.REPLAYED;
                mark |= number == head.first() ? TrackSender.SWITCHED : 0;
                queue.add(nowNanos, encoding.layer(), number, mark);
            }
        }
        Downlink way = downlink;
        if (drain(nowNanos, way, way == null) && way != null) {
            way.wake(nowNanos);
        }
        return true;
    }

    @Override
    public long nextTimeout() {
        return nextReviewNanos;
    }

    @Override
    public void onTimeout(long nowNanos) {
        reviewLoad(nowNanos);
        boolean settled = review(nowNanos) && track.encodings().size() == 1;
        nextReviewNanos = Timed.coarse(nowNanos + (settled ? SETTLED_REVIEW_NANOS : REVIEW_NANOS));
    }

    /** Who has no way down is asked by nobody else whether the worker can still do everything. */
    private void reviewLoad(long nowNanos) {
        boolean reduce = scope.shedding().isOn();
        if (downlink == null && !track.isAudio() && (reduce || reduced)) {
            reduced = reduce;
            unlimited(nowNanos);
        }
    }

    public PublishedTrack track() {
        return track;
    }

    public long ssrc() {
        return sender.ssrc();
    }

    /** Stops forwarding; idempotent. */
    public void close(long nowNanos) {
        if (!closed) {
            closed = true;
            sender.close();
            reviewTimer.cancel();
            track.remove(nowNanos, this);
        }
    }
}
