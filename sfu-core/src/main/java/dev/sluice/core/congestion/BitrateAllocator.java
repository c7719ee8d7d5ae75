package dev.sluice.core.congestion;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Shares a subscriber's bandwidth over its video tracks: first the lowest layer of each, then the
 * stage, then everybody in turns. Goes down at once and up only with head-room and proof. Depends
 * on nothing but what it is given, so that a decision can be repeated.
 */
public final class BitrateAllocator {
    /** What an allocation is made of. */
    public static final class Budget {
        private double down;
        private double up;
        private double proven;
        private LimitedBy limitedBy = LimitedBy.START;
        private boolean congested;
        private boolean shared;

        /**
         * @param down bits a second that the network takes now
         * @param up what it took steadily, for going up
         * @param proven what a probe proved lately, 0 for none
         * @param congested whether packets queue or are lost so much that nothing recent is spared
         */
        public Budget set(
                double down, double up, double proven, LimitedBy limitedBy, boolean congested) {
            this.down = down;
            this.up = up;
            this.proven = proven;
            this.limitedBy = limitedBy;
            this.congested = congested;
            return this;
        }

        /** Says whether somebody else fills the queue, so that failures say little. */
        public Budget shared(boolean filledByOthers) {
            shared = filledByOthers;
            return this;
        }
    }

    private static final double HEAD_ROOM = 1.15;
    private static final double PROVEN_HEAD_ROOM = 1.08;
    private static final double DOWN = 0.97;
    private static final double GROWN = 1.1;
    private static final double TIGHT_MS = 3_000;
    private static final double HOPED_FOR = 3_000_000;
    private static final double GRACE_MS = 1000;
    private static final double LAST_RESORT = 250_000;
    private static final double SCREEN_OVERSHOOT = 500_000;

    /** Nothing is paused for less than this where packets neither queue up nor are lost. */
    private static final double LENIENCE = 1.5;

    /** With so much room a pause ends, whatever failed before. */
    private static final double RESUMES = 1.5;

    /** Head-room of a probe over what it is to prove. */
    public static final double GOAL = 1.2;

    private static final Comparator<TrackDemand> BY_IMPORTANCE =
            Comparator.comparing(TrackDemand::isStage, Comparator.reverseOrder())
                    .thenComparing(TrackDemand::weight, Comparator.reverseOrder())
                    .thenComparingLong(TrackDemand::order);

    private final List<TrackDemand> tracks = new ArrayList<>();
    private final FailedTotals failures = new FailedTotals();
    private double tightTotal;
    private double tightSinceMs;
    private double goal;
    private double total;

    /** Begins with no tracks. */
    public void clear() {
        tracks.clear();
    }

    /** Adds a track, described. */
    public void add(TrackDemand track) {
        tracks.add(track);
    }

    /** Grants every track its rung. @return whether any grant differs from before */
    public boolean allocate(Budget budget, double nowMs) {
        tracks.sort(BY_IMPORTANCE);
        keep();
        if (total * DOWN > budget.down && (budget.congested || !inGrace(nowMs))) {
            double before = total;
            shrink(budget);
            failures.onDown(before, nowMs);
        }
        start(budget);
        raise(budget, nowMs);
        outbid(budget, nowMs);
        goal = nextGoal(budget, nowMs);
        return commit(nowMs);
    }

    private void keep() {
        total = 0;
        for (TrackDemand track : tracks) {
            track.grant(track.current(), LayerReason.NONE);
            total += track.bits(track.current());
        }
    }

    private boolean commit(double nowMs) {
        boolean changed = false;
        for (TrackDemand track : tracks) {
            changed |= track.granted() != track.current();
            track.remember(nowMs);
        }
        return changed;
    }

    private boolean inGrace(double nowMs) {
        for (TrackDemand track : tracks) {
            if (track.hasRisenWithin(GRACE_MS, nowMs)) {
                return true;
            }
        }
        return false;
    }

    /** From nothing, up to what each has now: the lowest rung for all, the stage, then in turns. */
    private void shrink(Budget budget) {
        total = 0;
        for (TrackDemand track : tracks) {
            boolean granted = track.current() >= 0 && keepsLowest(track, budget);
            track.grant(granted ? 0 : TrackDemand.PAUSED, LayerReason.NONE);
            total += granted ? track.bits(0) : 0;
        }
        boolean grew = true;
        while (grew) {
            grew = false;
            for (int stage = 1; stage >= 0; stage--) {
                for (TrackDemand track : tracks) {
                    if (track.isStage() == (stage == 1) && !track.isPaused()) {
                        grew |= grow(track, budget.down);
                    }
                }
            }
        }
    }

    /**
     * The lowest layer of the most important track stays where packets neither queue up nor are
     * lost: the estimate yields to every download, and a little video does not harm it.
     */
    private boolean isLastResort(TrackDemand track, Budget budget) {
        return total == 0 && !budget.congested && track.bits(0) <= LAST_RESORT;
    }

    private boolean keepsLowest(TrackDemand track, Budget budget) {
        boolean spared = track.isScreen() && total == 0;
        boolean lenient = !budget.congested && track.bits(0) <= LAST_RESORT;
        double most = lenient ? LENIENCE * budget.down : budget.down;
        double room = spared ? budget.down + SCREEN_OVERSHOOT : most - total;
        return track.bits(0) <= room || isLastResort(track, budget);
    }

    private boolean grow(TrackDemand track, double down) {
        int next = track.granted() + 1;
        double after = total - track.bits(track.granted()) + track.bits(next);
        if (next > track.current() || after > down) {
            return false;
        }
        total = after;
        track.grant(next, LayerReason.NONE);
        return true;
    }

    /**
     * What was never forwarded begins with its lowest rung, without head-room. Of a network that is
     * not known yet, the most important track is hoped to fit.
     */
    private void start(Budget budget) {
        for (TrackDemand track : tracks) {
            boolean waits = track.isPaused() && track.current() < 0 && track.rungs() > 0;
            boolean unknown = budget.limitedBy == LimitedBy.START && total == 0;
            double room = unknown ? Math.max(budget.down, HOPED_FOR) : budget.down - total;
            if (waits && !track.wasPaused() && track.bits(0) <= room) {
                total += track.bits(0);
                track.grant(0, LayerReason.NONE);
            }
        }
    }

    /** Lifts tracks rung by rung, the stage first, as long as what comes out fits with room. */
    private void raise(Budget budget, double nowMs) {
        for (int stage = 1; stage >= 0; stage--) {
            boolean rose = true;
            while (rose) {
                rose = false;
                for (TrackDemand track : tracks) {
                    if (track.isStage() == (stage == 1)) {
                        rose |= lift(track, budget, nowMs);
                    }
                }
            }
        }
    }

    private boolean lift(TrackDemand track, Budget budget, double nowMs) {
        int next = track.granted() + 1;
        if (next >= track.rungs()) {
            track.grant(track.granted(), LayerReason.NONE);
            return false;
        }
        double after = total - track.bits(track.granted()) + track.bits(next);
        LayerReason refusal = refusal(track, after, budget, nowMs);
        if (refusal != LayerReason.NONE) {
            track.grant(track.granted(), refusal);
            return false;
        }
        total = after;
        track.grant(next, LayerReason.NONE);
        failures.onUp(nowMs);
        return true;
    }

    /** Who is more important takes from who is less, whoever was there first. */
    private void outbid(Budget budget, double nowMs) {
        double most = Math.min(budget.down, total); // so much runs already
        for (int i = 0; i < tracks.size() - 1; i++) {
            boolean took = !tracks.get(i).isQuiet(budget.shared, nowMs);
            while (took) {
                took = takeFromOthers(i, most);
            }
        }
    }

    private boolean takeFromOthers(int taker, double most) {
        TrackDemand track = tracks.get(taker);
        int next = track.granted() + 1;
        if (next >= track.rungs()) {
            return false;
        }
        double after = total - track.bits(track.granted()) + track.bits(next);
        double spare = 0;
        for (int i = taker + 1; i < tracks.size(); i++) {
            TrackDemand other = tracks.get(i);
            boolean gives = isAbove(track, other) && other.granted() > 0;
            spare += gives ? other.bits(other.granted()) - other.bits(0) : 0;
        }
        if (after - spare > most) {
            return false;
        }
        for (int i = tracks.size() - 1; i > taker && after > most; i--) {
            TrackDemand other = tracks.get(i);
            while (isAbove(track, other) && other.granted() > 0 && after > most) {
                int lower = other.granted() - 1;
                after -= other.bits(other.granted()) - other.bits(lower);
                other.grant(lower, LayerReason.PRIORITY);
            }
        }
        track.grant(next, next + 1 < track.rungs() ? track.reason() : LayerReason.NONE);
        total = after;
        return true;
    }

    private static boolean isAbove(TrackDemand one, TrackDemand other) {
        return one.isStage() != other.isStage() ? one.isStage() : one.weight() > other.weight();
    }

    private LayerReason refusal(TrackDemand track, double after, Budget budget, double nowMs) {
        if (!fits(track, after, budget)) {
            double alone = track.bits(track.granted() + 1) * HEAD_ROOM;
            boolean first = tracks.indexOf(track) == 0;
            return !first && budget.down >= alone && isOutranked(track)
                    ? LayerReason.PRIORITY
                    : bandwidth(budget.limitedBy);
        }
        boolean resumes = track.isPaused() && budget.down >= RESUMES * after;
        boolean held =
                track.isQuiet(budget.shared, nowMs)
                        || failures.forbids(after, budget.shared, nowMs);
        return held && !resumes ? LayerReason.HOLD_DOWN : LayerReason.NONE;
    }

    private boolean fits(TrackDemand track, double after, Budget budget) {
        // what layers cost moves by some percent between a probe and its result
        boolean proven = Math.min(budget.proven, budget.down) >= after * PROVEN_HEAD_ROOM;
        boolean steady = budget.down >= after * HEAD_ROOM && budget.up >= after;
        return proven || steady || (track.isPaused() && isLastResort(track, budget));
    }

    /** Whether somebody more important has more than its lowest rung. */
    private boolean isOutranked(TrackDemand track) {
        for (TrackDemand other : tracks) {
            if (other == track) {
                return false;
            }
            if (isAbove(other, track) && other.granted() >= 0) {
                return true;
            }
        }
        return false;
    }

    private static LayerReason bandwidth(LimitedBy limitedBy) {
        return switch (limitedBy) {
            case START -> LayerReason.STARTING;
            case DELAY -> LayerReason.BANDWIDTH_DELAY;
            case LOSS -> LayerReason.BANDWIDTH_LOSS;
            case REMB -> LayerReason.BANDWIDTH_REMB;
            case ROUND_TRIP -> LayerReason.BANDWIDTH_RTT;
        };
    }

    /**
     * Whether what is granted has too little room to grow, and did not have so little for long:
     * encoders begin small and become larger, and the estimate is to go ahead of them.
     */
    private boolean isTight(double down, double nowMs) {
        if (total * HEAD_ROOM <= down) {
            tightTotal = 0;
            return false;
        }
        if (total > GROWN * tightTotal) {
            tightTotal = total;
            tightSinceMs = nowMs;
        }
        return nowMs - tightSinceMs < TIGHT_MS;
    }

    /** What is granted without proof, or else the cheapest improvement that is not made yet. */
    private double nextGoal(Budget budget, double nowMs) {
        boolean tight = isTight(budget.down, nowMs) && budget.limitedBy != LimitedBy.LOSS;
        double least = total > budget.down ? total : 0;
        for (TrackDemand track : tracks) {
            boolean more = track.granted() + 1 < track.rungs();
            if (more && track.reason() != LayerReason.HOLD_DOWN) {
                double after = total - track.bits(track.granted()) + track.nextBits();
                least = least == 0 ? after : Math.min(least, after);
            }
        }
        return GOAL * (least == 0 && tight ? total : least);
    }

    /**
     * @return bits a second with which the next improvement would be safe, 0 when nothing is wanted
     */
    public double goal() {
        return goal;
    }

    /**
     * @return bits a second of all that was granted
     */
    public double total() {
        return total;
    }
}
