package dev.sluice.rtp.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** AV1 RTP specification, appendix A.8; the bytes were written by another encoder. */
class DependencyDescriptorTest {
    /** One spatial and three temporal layers, 640 × 360, frame 7. */
    private static final String THREE_TEMPORAL = "c00007800214eaa860414d1410208427027f0167";

    /** Two layers of each kind, tied at key frames only; templates from 60 on, frame 0xFFFE. */
    private static final String TWO_BY_TWO =
            "fcfffec783187aaa0100a0a014d1413451802190888a19409fc059c13fc0b3dc";

    private final DependencyDescriptor descriptor = new DependencyDescriptor();

    private boolean read(String hex) {
        byte[] bytes = ByteBufUtil.decodeHexDump(hex);
        ByteBuf buffer = Unpooled.buffer().writeZero(5).writeBytes(bytes);
        return descriptor.wrap(buffer, 5, bytes.length);
    }

    @Test
    void theStructureTellsLayersTargetsAndChains() {
        assertTrue(read(TWO_BY_TWO));
        DependencyStructure structure = Objects.requireNonNull(descriptor.structure());
        assertEquals(4, structure.targets());
        assertEquals(2, structure.chains());
        int[][] layers = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
        for (int target = 0; target < 4; target++) {
            assertEquals(layers[target][0], structure.spatialOf(target));
            assertEquals(layers[target][1], structure.temporalOf(target));
            assertEquals(target / 2, structure.chainOf(target));
            assertEquals(
                    DecodeTarget.SWITCH, DecodeTarget.indication(descriptor.indications(), target));
        }
        assertTrue(descriptor.bringsStructure());
        assertTrue(descriptor.isStart());
        assertTrue(descriptor.isEnd());
        assertEquals(0xFFFE, descriptor.frameNumber());
        assertEquals(0b0111, descriptor.activeTargets());
        assertEquals(0, descriptor.frameDiffs());
        assertEquals(0, descriptor.chainDiff(1));
    }

    @Test
    void framesReferToTemplates() {
        assertTrue(read(TWO_BY_TWO));
        assertTrue(read("010001"), "template 61 + 4 of 64: the fifth"); // (60 + 5) % 64 = 1
        assertEquals(1, descriptor.spatialId());
        assertEquals(1, descriptor.temporalId());
        assertEquals(1, descriptor.frameDiffs());
        assertEquals(2, descriptor.frameDiff(0));
        assertEquals(3, descriptor.chainDiff(0));
        assertEquals(2, descriptor.chainDiff(1));
        assertEquals(DecodeTarget.ABSENT, DecodeTarget.indication(descriptor.indications(), 2));
        assertEquals(
                DecodeTarget.DISCARDABLE, DecodeTarget.indication(descriptor.indications(), 3));
        assertFalse(descriptor.isStart());
        assertFalse(descriptor.isEnd());
        assertFalse(read("020001"), "there are six templates");
    }

    @Test
    void aFrameMayDifferFromItsTemplate() {
        assertTrue(read(THREE_TEMPORAL));
        assertTrue(read(THREE_TEMPORAL));
        assertTrue(read("81000b3c3895a20480"));
        assertEquals(11, descriptor.frameNumber());
        assertEquals(DecodeTarget.SWITCH, DecodeTarget.indication(descriptor.indications(), 0));
        assertEquals(DecodeTarget.ABSENT, DecodeTarget.indication(descriptor.indications(), 1));
        assertEquals(
                DecodeTarget.DISCARDABLE, DecodeTarget.indication(descriptor.indications(), 2));
        assertEquals(2, descriptor.frameDiffs());
        assertEquals(300, descriptor.frameDiff(0));
        assertEquals(2, descriptor.frameDiff(1));
        assertEquals(9, descriptor.chainDiff(0));
    }

    @Test
    void nothingIsKnownBeforeAStructureCame() {
        assertFalse(read("c00007"));
        assertFalse(read("c000"));
        assertTrue(read(THREE_TEMPORAL));
        assertTrue(read("c10008"));
        descriptor.reset();
        assertFalse(read("c10008"));
    }

    @Test
    void whatIsCutShortIsRefused() {
        for (int length = 4; length < THREE_TEMPORAL.length() / 2 - 4; length++) {
            assertFalse(read(THREE_TEMPORAL.substring(0, 2 * length)), "cut at " + length);
        }
    }

    @Test
    void anyBytesAreReadWithoutHarm() {
        SplittableRandom random = new SplittableRandom(4);
        byte[] valid = ByteBufUtil.decodeHexDump(TWO_BY_TWO);
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = valid.clone();
            for (int flips = random.nextInt(6); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
            if (descriptor.wrap(buffer, 0, random.nextInt(bytes.length + 1))) {
                assertTrue(descriptor.frameDiffs() <= DependencyDescriptor.MAX_DIFFS);
                DependencyStructure read = Objects.requireNonNull(descriptor.structure());
                assertTrue(read.chains() <= read.targets());
            }
        }
    }
}
