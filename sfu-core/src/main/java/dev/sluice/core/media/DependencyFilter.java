package dev.sluice.core.media;

import dev.sluice.rtp.codec.DecodeTarget;
import dev.sluice.rtp.codec.DependencyStructure;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which frames of a described stream one subscriber gets: those that its decode target has, as long
 * as all they refer to went out (AV1 RTP specification, appendix A). Decided once a frame.
 *
 * <p>Chains say whether a target can still be decoded: one is whole from a frame that begins it
 * until one of its frames is left out. What never came here may still come, so it breaks nothing.
 */
final class DependencyFilter {
    private static final int UNTARGETED = -1;

    private final long[] decided = new long[FrameDependencies.FRAMES];
    private final boolean[] sent = new boolean[FrameDependencies.FRAMES];
    private @Nullable DependencyStructure structure;
    private int whole; // bit i: chain i is
    private int target = UNTARGETED;
    private int pictureSpatial = -1;
    private boolean stuck;

    DependencyFilter() {
        restart();
    }

    /** The frames that follow are of another stream. */
    void restart() {
        Arrays.fill(decided, FrameDependencies.NONE);
        structure = null;
        target = UNTARGETED;
        whole = 0;
        pictureSpatial = -1;
        stuck = false;
    }

    /**
     * @param place of the packet's frame
     * @param spatial highest layer wanted
     * @param temporal highest layer wanted
     * @return whether the packet is to be forwarded
     */
    boolean passes(FrameDependencies frames, int place, int spatial, int temporal) {
        long number = frames.number(place);
        if (decided[place] == number) {
            return sent[place];
        }
        DependencyStructure known = frames.structure();
        if (known == null) {
            return false;
        }
        if (known != structure) {
            structure = known;
            target = target < known.targets() ? target : UNTARGETED;
        }
        follow(frames, place, known);
        choose(frames, place, known, spatial, temporal);
        pictureSpatial = frames.spatial(place);
        boolean passes = target != UNTARGETED && isWanted(frames, place) && refers(frames, place);
        decided[place] = number;
        sent[place] = passes;
        if (passes) {
            begin(frames, place, known);
        }
        return passes;
    }

    /** Breaks the chains whose previous frame was left out. */
    private void follow(FrameDependencies frames, int place, DependencyStructure known) {
        for (int chain = 0; chain < known.chains(); chain++) {
            int diff = frames.chainDiff(place, chain);
            if (diff > 0 && wasLeftOut(frames.number(place) - diff)) {
                whole &= ~(1 << chain);
            }
        }
    }

    /** A frame that a chain begins with makes it whole. */
    private void begin(FrameDependencies frames, int place, DependencyStructure known) {
        for (int chain = 0; chain < known.chains(); chain++) {
            if (frames.chainDiff(place, chain) == 0) {
                whole |= 1 << chain;
            }
        }
    }

    private void choose(
            FrameDependencies frames,
            int place,
            DependencyStructure known,
            int spatial,
            int temporal) {
        // a picture's spatial layers are let go together: when its lowest begins
        boolean within = frames.spatial(place) > pictureSpatial && target != UNTARGETED;
        int best = best(frames, place, known, spatial, temporal);
        if (within && (best == UNTARGETED || !isHigher(known, best, target))) {
            return;
        }
        stuck = best == UNTARGETED;
        if (best != UNTARGETED) {
            target = best;
        } else if (target != UNTARGETED && known.spatialOf(target) > spatial) {
            thin(known);
        }
    }

    /** The highest target that is wanted, sent, and can be decoded from this frame on. */
    private int best(
            FrameDependencies frames,
            int place,
            DependencyStructure known,
            int spatial,
            int temporal) {
        boolean begins = frames.isKey(place) && frames.diffs(place) == 0;
        int best = UNTARGETED;
        for (int each = 0; each < known.targets(); each++) {
            boolean wanted = known.spatialOf(each) <= spatial && known.temporalOf(each) <= temporal;
            boolean active = (frames.activeTargets(place) >>> each & 1) != 0;
            if (!active || !(wanted || isLowest(known, each))) {
                continue;
            }
            boolean higher = best == UNTARGETED || isHigher(known, each, best);
            if (higher && (begins || mayTake(frames, place, known, each))) {
                best = each;
            }
        }
        return best;
    }

    /** Nothing lower can be decoded before a key frame: at least fewer frames. */
    private void thin(DependencyStructure known) {
        int same = known.spatialOf(target);
        for (int each = 0; each < known.targets(); each++) {
            if (known.spatialOf(each) == same
                    && known.temporalOf(each) < known.temporalOf(target)
                    && isWhole(known, each)) {
                target = each;
            }
        }
    }

    private boolean mayTake(
            FrameDependencies frames, int place, DependencyStructure known, int wanted) {
        boolean same = wanted == target;
        boolean lower = target != UNTARGETED && isHigher(known, target, wanted);
        boolean switches =
                DecodeTarget.indication(frames.indications(place), wanted) == DecodeTarget.SWITCH
                        && refers(frames, place);
        return isWhole(known, wanted) && (same || lower || switches);
    }

    private boolean isWhole(DependencyStructure known, int wanted) {
        return known.chains() == 0 || (whole >>> known.chainOf(wanted) & 1) != 0;
    }

    private static boolean isHigher(DependencyStructure known, int one, int other) {
        int bySpatial = Integer.compare(known.spatialOf(one), known.spatialOf(other));
        int byTemporal = Integer.compare(known.temporalOf(one), known.temporalOf(other));
        return bySpatial > 0 || (bySpatial == 0 && byTemporal > 0);
    }

    private static boolean isLowest(DependencyStructure known, int each) {
        return known.spatialOf(each) == 0 && known.temporalOf(each) == 0;
    }

    private boolean isWanted(FrameDependencies frames, int place) {
        return DecodeTarget.indication(frames.indications(place), target) != DecodeTarget.ABSENT;
    }

    /** Whether all that the frame refers to went out, or may still. */
    private boolean refers(FrameDependencies frames, int place) {
        for (int i = 0; i < frames.diffs(place); i++) {
            if (wasLeftOut(frames.number(place) - frames.diff(place, i))) {
                return false;
            }
        }
        return true;
    }

    private boolean wasLeftOut(long number) {
        int place = (int) number & (FrameDependencies.FRAMES - 1);
        return decided[place] == number && !sent[place];
    }

    /**
     * @return whether only a key frame leads to what is wanted, or to anything
     */
    boolean isStuck() {
        return stuck;
    }

    /**
     * @return highest spatial layer that passes now
     */
    int spatial() {
        DependencyStructure known = structure;
        return known == null || target == UNTARGETED ? 0 : known.spatialOf(target);
    }

    /**
     * @return highest temporal layer that passes now
     */
    int temporal() {
        DependencyStructure known = structure;
        return known == null || target == UNTARGETED ? 0 : known.temporalOf(target);
    }
}
