package dev.sluice.core.media;

import dev.sluice.rtp.RtpPacket;
import dev.sluice.rtp.SequenceUnwrapper;
import dev.sluice.rtp.codec.DecodeTarget;
import dev.sluice.rtp.codec.DependencyDescriptor;
import dev.sluice.rtp.codec.DependencyStructure;
import dev.sluice.rtp.codec.FrameMark;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the latest frames of an encoding depend on, as their dependency descriptors say (AV1 RTP
 * specification, appendix A). Read once a packet for all subscribers.
 */
final class FrameDependencies {
    /** Frames that are remembered; one that is further back counts as never seen. */
    static final int FRAMES = 256;

    /** No such frame. */
    static final long NONE = -1;

    private static final int DIFFS = DependencyDescriptor.MAX_DIFFS;

    private final DependencyDescriptor descriptor = new DependencyDescriptor();
    private final long[] numbers = new long[FRAMES];
    private final long[] indications = new long[FRAMES];
    private final boolean[] keys = new boolean[FRAMES];
    private final byte[] spatials = new byte[FRAMES];
    private final int[] active = new int[FRAMES];
    private final byte[] diffCounts = new byte[FRAMES];
    private final short[] diffs = new short[FRAMES * DIFFS];
    private short[] chainDiffs = new short[0];
    private @Nullable DependencyStructure structure;
    private SequenceUnwrapper unwrapper = new SequenceUnwrapper();
    private long keyFrame = NONE;

    FrameDependencies() {
        Arrays.fill(numbers, NONE);
    }

    /** Numbers begin anew. */
    void reset() {
        descriptor.reset();
        structure = null;
        unwrapper = new SequenceUnwrapper();
        keyFrame = NONE;
        Arrays.fill(numbers, NONE);
    }

    /**
     * Reads a packet's descriptor.
     *
     * @param id of the header extension; the packet has it
     * @return the packet's mark, {@link FrameMark#PLAIN} when it cannot be told yet
     */
    int read(RtpPacket packet, int id) {
        int offset = packet.extensions().offset(id);
        if (isBeforeKeyFrame(packet, id)) {
            return FrameMark.PLAIN; // what it refers to is described no more
        }
        if (!descriptor.wrap(packet.buffer(), offset, packet.extensions().length(id))) {
            return FrameMark.PLAIN;
        }
        DependencyStructure known = descriptor.structure();
        if (known == null) {
            return FrameMark.PLAIN;
        }
        if (structure != known) {
            structure = known;
            chainDiffs =
                    known.chains() * FRAMES == chainDiffs.length
                            ? chainDiffs
                            : new short[known.chains() * FRAMES];
        }
        int place = remember(known);
        keyFrame = descriptor.bringsStructure() ? numbers[place] : keyFrame;
        int mark = FrameMark.of(descriptor.spatialId(), descriptor.temporalId());
        mark |= descriptor.isStart() ? FrameMark.START : 0;
        mark |= descriptor.isEnd() ? FrameMark.END : 0;
        boolean key = descriptor.bringsStructure() && descriptor.isStart();
        mark |= key ? FrameMark.KEY_FRAME : 0;
        mark |= isLeaf(known) ? FrameMark.SPATIAL_LEAF : 0;
        return FrameMark.described(mark, place);
    }

    private boolean isBeforeKeyFrame(RtpPacket packet, int id) {
        if (unwrapper.highest() < 0 || packet.extensions().length(id) < 3) {
            return false;
        }
        int number = packet.buffer().getUnsignedShort(packet.extensions().offset(id) + 1);
        return unwrapper.peek(number) < keyFrame;
    }

    private int remember(DependencyStructure known) {
        long number = unwrapper.unwrap(descriptor.frameNumber());
        int place = (int) number & (FRAMES - 1);
        if (numbers[place] == number) {
            return place; // another packet of the frame was here before
        }
        numbers[place] = number;
        indications[place] = descriptor.indications();
        keys[place] = descriptor.bringsStructure();
        spatials[place] = (byte) descriptor.spatialId();
        active[place] = descriptor.activeTargets();
        diffCounts[place] = (byte) descriptor.frameDiffs();
        for (int i = 0; i < descriptor.frameDiffs(); i++) {
            diffs[place * DIFFS + i] = (short) descriptor.frameDiff(i);
        }
        for (int chain = 0; chain < known.chains(); chain++) {
            chainDiffs[place * known.chains() + chain] = (short) descriptor.chainDiff(chain);
        }
        return place;
    }

    private boolean isLeaf(DependencyStructure known) {
        for (int target = 0; target < known.targets(); target++) {
            if (known.spatialOf(target) > descriptor.spatialId()
                    && DecodeTarget.indication(descriptor.indications(), target)
                            != DecodeTarget.ABSENT) {
                return false;
            }
        }
        return true;
    }

    /**
     * @return the stream's structure, null before its first key frame
     */
    @Nullable DependencyStructure structure() {
        return structure;
    }

    /**
     * @return the extended number of the frame kept at {@code place}
     */
    long number(int place) {
        return numbers[place];
    }

    long indications(int place) {
        return indications[place];
    }

    int spatial(int place) {
        return spatials[place];
    }

    /**
     * @return whether the frame begins the stream anew
     */
    boolean isKey(int place) {
        return keys[place];
    }

    /**
     * @return bit i says whether decode target i is sent
     */
    int activeTargets(int place) {
        return active[place];
    }

    int diffs(int place) {
        return diffCounts[place];
    }

    int diff(int place, int i) {
        return diffs[place * DIFFS + i];
    }

    /**
     * @return how many frames before this one the previous frame of a chain is, 0 for none
     */
    int chainDiff(int place, int chain) {
        DependencyStructure known = structure;
        int chains = known == null ? 0 : known.chains();
        return chain >= chains ? 0 : chainDiffs[place * chains + chain];
    }
}
