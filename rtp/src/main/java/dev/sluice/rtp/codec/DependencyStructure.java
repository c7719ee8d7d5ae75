package dev.sluice.rtp.codec;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How the frames of a stream depend on each other, as its sender describes it at key frames (AV1
 * RTP specification, appendix A.8.3): templates that frames refer to, and decode targets, which are
 * the subsets of layers that can be received. Immutable.
 */
public final class DependencyStructure {
    /** Decode targets and chains at most. */
    public static final int MAX_TARGETS = 32;

    static final int MAX_TEMPLATES = 64;
    private static final int MAX_LAYER = 7;
    private static final int MAX_DIFFS = 16;
    private static final int NEXT_TEMPORAL = 1;
    private static final int NEXT_SPATIAL = 2;

    private final int idOffset;
    private final int targets;
    private int templates;
    private final int[] spatial = new int[MAX_TEMPLATES];
    private final int[] temporal = new int[MAX_TEMPLATES];
    private final long[] indications = new long[MAX_TEMPLATES];
    private final int[][] frameDiffs = new int[MAX_TEMPLATES][];
    private final int[][] chainDiffs = new int[MAX_TEMPLATES][];
    private int chains;
    private final int[] chainOf = new int[MAX_TARGETS];
    private final int[] targetSpatial = new int[MAX_TARGETS];
    private final int[] targetTemporal = new int[MAX_TARGETS];

    private DependencyStructure(int idOffset, int targets) {
        this.idOffset = idOffset;
        this.targets = targets;
    }

    /**
     * @return the structure that begins at the reader's bit, null when it is malformed
     */
    static @Nullable DependencyStructure read(BitReader in) {
        int offset = in.bits(6);
        DependencyStructure structure = new DependencyStructure(offset, in.bits(5) + 1);
        boolean valid =
                structure.readLayers(in) && structure.readDiffs(in) && structure.readChains(in);
        if (!valid || in.isPastEnd()) {
            return null;
        }
        structure.findLayersOfTargets();
        if (in.flag()) { // resolutions: 16 bits of width and height for each spatial layer
            for (int i = 0; i <= structure.spatial[structure.templates - 1]; i++) {
                in.bits(16);
                in.bits(16);
            }
        }
        return in.isPastEnd() ? null : structure;
    }

    private boolean readLayers(BitReader in) {
        int s = 0;
        int t = 0;
        int next = 0;
        while (next != 3 && !in.isPastEnd()) {
            if (templates == MAX_TEMPLATES || s > MAX_LAYER || t > MAX_LAYER) {
                return false;
            }
            spatial[templates] = s;
            temporal[templates] = t;
            templates++;
            next = in.bits(2);
            t = next == NEXT_TEMPORAL ? t + 1 : next == NEXT_SPATIAL ? 0 : t;
            s = next == NEXT_SPATIAL ? s + 1 : s;
        }
        return true;
    }

    private boolean readDiffs(BitReader in) {
        for (int i = 0; i < templates; i++) {
            for (int target = 0; target < targets; target++) {
                indications[i] |= (long) in.bits(2) << (2 * target);
            }
        }
        int[] diffs = new int[MAX_DIFFS];
        for (int i = 0; i < templates; i++) {
            int count = 0;
            while (in.flag()) {
                if (count == MAX_DIFFS) {
                    return false;
                }
                diffs[count++] = in.bits(4) + 1;
            }
            frameDiffs[i] = Arrays.copyOf(diffs, count);
        }
        return true;
    }

    private boolean readChains(BitReader in) {
        chains = in.below(targets + 1);
        for (int target = 0; target < targets && chains > 0; target++) {
            chainOf[target] = in.below(chains);
        }
        for (int i = 0; i < templates; i++) {
            chainDiffs[i] = new int[chains];
            for (int chain = 0; chain < chains; chain++) {
                chainDiffs[i][chain] = in.bits(4);
            }
        }
        return true;
    }

    private void findLayersOfTargets() {
        for (int target = 0; target < targets; target++) {
            for (int i = 0; i < templates; i++) {
                if (DecodeTarget.indication(indications[i], target) != DecodeTarget.ABSENT) {
                    targetSpatial[target] = Math.max(targetSpatial[target], spatial[i]);
                    targetTemporal[target] = Math.max(targetTemporal[target], temporal[i]);
                }
            }
        }
    }

    /**
     * @param id of a frame's template, 6 bits
     * @return its index, −1 when there is no such template
     */
    int template(int id) {
        int index = (id - idOffset) & (MAX_TEMPLATES - 1);
        return index < templates ? index : -1;
    }

    int spatial(int template) {
        return spatial[template];
    }

    int temporal(int template) {
        return temporal[template];
    }

    long indications(int template) {
        return indications[template];
    }

    int[] frameDiffs(int template) {
        return frameDiffs[template];
    }

    int[] chainDiffs(int template) {
        return chainDiffs[template];
    }

    /**
     * @return how many decode targets there are, 1…{@value #MAX_TARGETS}
     */
    public int targets() {
        return targets;
    }

    /**
     * @return how many chains there are; 0 when nothing protects the decode targets
     */
    public int chains() {
        return chains;
    }

    /**
     * @return the chain that protects a decode target; only with {@link #chains} above 0
     */
    public int chainOf(int target) {
        return chainOf[target];
    }

    /**
     * @return the highest spatial layer of a decode target
     */
    public int spatialOf(int target) {
        return targetSpatial[target];
    }

    /**
     * @return the highest temporal layer of a decode target
     */
    public int temporalOf(int target) {
        return targetTemporal[target];
    }
}
