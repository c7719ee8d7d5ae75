package dev.sluice.rtp.codec;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * View over the dependency descriptors of one stream (AV1 RTP specification, appendix A.8). Keeps
 * the structure that later descriptors refer to; allocates only when a new one comes.
 *
 * <pre>
 *  start(1) end(1) template(6) frame number(16)
 *  | structure(1) active targets(1) own indications(1) own frame diffs(1) own chain diffs(1) …
 * </pre>
 */
public final class DependencyDescriptor {
    /** Frames that one frame may refer to. */
    public static final int MAX_DIFFS = 16;

    private static final int MANDATORY = 3;
    private static final int STRUCTURE = 1 << 4;
    private static final int ACTIVE_TARGETS = 1 << 3;
    private static final int OWN_INDICATIONS = 1 << 2;
    private static final int OWN_FRAME_DIFFS = 1 << 1;
    private static final int OWN_CHAIN_DIFFS = 1;

    private final BitReader in = new BitReader();
    private final int[] frameDiffs = new int[MAX_DIFFS];
    private final int[] chainDiffs = new int[DependencyStructure.MAX_TARGETS];
    private @Nullable DependencyStructure structure;
    private boolean start;
    private boolean end;
    private int number;
    private int spatial;
    private int temporal;
    private long indications;
    private int frameDiffCount;
    private int activeTargets = -1;
    private boolean bringsStructure;

    /**
     * Reads the descriptor of a packet.
     *
     * @return whether it is well formed and refers to a structure that is known
     */
    public boolean wrap(ByteBuf buffer, int offset, int length) {
        if (length < MANDATORY) {
            return false;
        }
        in.wrap(buffer, offset, length);
        start = in.flag();
        end = in.flag();
        int id = in.bits(6);
        number = in.bits(16);
        bringsStructure = false;
        int flags = length > MANDATORY ? in.bits(5) : 0;
        if ((flags & STRUCTURE) != 0 && !readStructure()) {
            return false;
        }
        DependencyStructure known = structure;
        int template = known == null ? -1 : known.template(id);
        if (known == null || template < 0) {
            return false;
        }
        if ((flags & ACTIVE_TARGETS) != 0) {
            activeTargets = in.bits(known.targets());
        }
        readFrame(known, template, flags);
        return !in.isPastEnd() && frameDiffCount <= MAX_DIFFS;
    }

    private void readFrame(DependencyStructure known, int template, int flags) {
        spatial = known.spatial(template);
        temporal = known.temporal(template);
        readIndications(known, template, (flags & OWN_INDICATIONS) != 0);
        readFrameDiffs(known.frameDiffs(template), (flags & OWN_FRAME_DIFFS) != 0);
        readChainDiffs(known, template, (flags & OWN_CHAIN_DIFFS) != 0);
    }

    private boolean readStructure() {
        DependencyStructure read = DependencyStructure.read(in);
        if (read == null) {
            return false;
        }
        structure = read;
        activeTargets = -1;
        bringsStructure = true;
        return true;
    }

    private void readIndications(DependencyStructure known, int template, boolean own) {
        indications = own ? 0 : known.indications(template);
        for (int target = 0; own && target < known.targets(); target++) {
            indications |= (long) in.bits(2) << (2 * target);
        }
    }

    private void readFrameDiffs(int[] ofTemplate, boolean own) {
        frameDiffCount = own ? 0 : ofTemplate.length;
        if (!own) {
            System.arraycopy(ofTemplate, 0, frameDiffs, 0, frameDiffCount);
            return;
        }
        for (int size = in.bits(2); size != 0 && frameDiffCount <= MAX_DIFFS; size = in.bits(2)) {
            int diff = in.bits(4 * size) + 1;
            if (frameDiffCount < MAX_DIFFS) {
                frameDiffs[frameDiffCount] = diff;
            }
            frameDiffCount++;
        }
    }

    private void readChainDiffs(DependencyStructure known, int template, boolean own) {
        for (int chain = 0; chain < known.chains(); chain++) {
            chainDiffs[chain] = own ? in.bits(8) : known.chainDiffs(template)[chain];
        }
    }

    /** Forgets the structure: the stream begins anew. */
    public void reset() {
        structure = null;
    }

    /**
     * @return the structure that descriptors refer to, null before the first
     */
    public @Nullable DependencyStructure structure() {
        return structure;
    }

    /**
     * @return whether this descriptor brought the structure, which marks a key frame
     */
    public boolean bringsStructure() {
        return bringsStructure;
    }

    /**
     * @return whether the packet is the first of its frame
     */
    public boolean isStart() {
        return start;
    }

    /**
     * @return whether the packet is the last of its frame
     */
    public boolean isEnd() {
        return end;
    }

    /**
     * @return 16 bits
     */
    public int frameNumber() {
        return number;
    }

    public int spatialId() {
        return spatial;
    }

    public int temporalId() {
        return temporal;
    }

    /**
     * @return what the frame means to each decode target, as {@link DecodeTarget} reads it
     */
    public long indications() {
        return indications;
    }

    public int frameDiffs() {
        return frameDiffCount;
    }

    /**
     * @return how many frames before this one a frame is that it refers to, 1…4096
     */
    public int frameDiff(int i) {
        return frameDiffs[i];
    }

    /**
     * @return how many frames before this one the previous frame of a chain is; 0 where the chain
     *     begins
     */
    public int chainDiff(int chain) {
        return chainDiffs[chain];
    }

    /**
     * @return bit i says whether decode target i is sent
     */
    public int activeTargets() {
        return activeTargets;
    }
}
