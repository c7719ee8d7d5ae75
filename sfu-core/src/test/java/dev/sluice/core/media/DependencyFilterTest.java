package dev.sluice.core.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.rtp.RtpPacket;
import dev.sluice.rtp.codec.FrameMark;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Selection by decode target (AV1 RTP specification, appendix A.2). */
class DependencyFilterTest {
    /** Templates: T0 key, T0, T1, T2 behind T1's first, T2; frame numbers wrap soon. */
    private static final String THREE_TEMPORAL = "800214eaa860414d1410208427027f0167";

    /** Two spatial and two temporal layers, tied at key frames only; templates from 60 on. */
    private static final String TWO_BY_TWO =
            "8783187aaa0100a0a014d1413451802190888a19409fc059c13fc0b3c0";

    private static final int ID = 3;
    private static final int ALL = 7;

    private final FrameDependencies frames = new FrameDependencies();
    private final LayerFilter filter = new LayerFilter();
    private int number = 0xFFF0;

    private static RtpPacket packet(String descriptor) {
        byte[] bytes = ByteBufUtil.decodeHexDump(descriptor);
        int words = (bytes.length + 2 + 3) / 4;
        ByteBuf buffer = Unpooled.buffer();
        buffer.writeByte(0x90).writeByte(96).writeShort(1).writeInt(1).writeInt(1);
        buffer.writeShort(0x1000).writeShort(words);
        buffer.writeByte(ID).writeByte(bytes.length).writeBytes(bytes);
        buffer.writeZero(4 * words - bytes.length - 2).writeZero(20);
        RtpPacket packet = new RtpPacket();
        assertTrue(packet.wrap(buffer, 0, buffer.readableBytes()));
        return packet;
    }

    /** A whole frame in one packet. */
    private int mark(int template, String structure) {
        int id = template & 0x3F;
        String head = String.format("%02x%04x", 0xC0 | id, number++ & 0xFFFF);
        return frames.read(packet(head + structure), ID);
    }

    private boolean passes(int template) {
        return filter.passes(mark(template, ""), frames);
    }

    private boolean key(int template, String structure) {
        int mark = mark(template, structure);
        assertTrue(FrameMark.isKeyFrame(mark));
        return filter.passes(mark, frames);
    }

    /** Four frames: T0, T2, T1, T2. @return templates of those that pass */
    private List<Integer> group() {
        return IntStream.of(1, 3, 2, 4).filter(this::passes).boxed().toList();
    }

    private void begin() {
        assertTrue(key(0, THREE_TEMPORAL));
        assertEquals(List.of(3, 2, 4), IntStream.of(3, 2, 4).filter(this::passes).boxed().toList());
    }

    @Test
    void temporalLayersGoAtOnceAndComeBackWhereTheStreamAllows() {
        filter.target(ALL, ALL);
        begin();
        assertEquals(List.of(1, 3, 2, 4), group());
        filter.target(0, 0);
        assertEquals(List.of(1), group());
        filter.target(0, 1);
        assertEquals(List.of(1, 2), group());
        filter.target(0, 2);
        for (int i = 0; i < 200; i++) {
            assertEquals(List.of(1, 3, 2, 4), group(), "also where frame numbers wrap");
        }
        assertEquals(2, filter.temporal());
    }

    @Test
    void nobodySwitchesUpAtAFrameThatOthersOfTheLayerDoNotDependOn() {
        filter.target(0, 0);
        assertTrue(key(0, THREE_TEMPORAL));
        assertFalse(passes(3));
        assertFalse(passes(2));
        filter.target(0, 2);
        assertFalse(passes(4), "it refers to the T1 frame that was left out");
        assertEquals(List.of(1, 3, 2, 4), group());
    }

    /** Frames S0 and S1 of a picture, template by template. */
    private List<Integer> pictures(int... templates) {
        List<Integer> passed = new ArrayList<>();
        for (int template : templates) {
            if (passes(60 + template)) {
                passed.add(template);
            }
        }
        return passed;
    }

    @Test
    void layersTiedAtKeyFramesOnlyAreSentAlone() {
        filter.target(1, 1);
        assertTrue(key(60, TWO_BY_TWO));
        assertEquals(List.of(3), pictures(3), "the key picture has both");
        assertEquals(List.of(5), pictures(2, 5));
        assertEquals(List.of(4, 5), pictures(1, 4, 2, 5));
        assertEquals(1, filter.spatial());
        assertFalse(filter.waitsForKeyFrame(1));
    }

    @Test
    void downToALayerThatWasNotSentTakesAKeyFrameAndFewerFramesMeanwhile() {
        filter.target(1, 1);
        assertTrue(key(60, TWO_BY_TWO));
        pictures(3, 2, 5, 1, 4, 2, 5);
        filter.target(0, 1);
        assertEquals(List.of(4), pictures(1, 4, 2, 5), "at least half the frames");
        assertTrue(filter.waitsForKeyFrame(1));
        assertTrue(key(60, TWO_BY_TWO));
        assertEquals(List.of(2), pictures(3, 2, 5));
        assertFalse(filter.waitsForKeyFrame(0));
        assertEquals(0, filter.spatial());
    }

    @Test
    void upToAHigherSpatialLayerTakesAKeyFrame() {
        filter.target(0, 1);
        assertTrue(key(60, TWO_BY_TWO));
        assertEquals(List.of(2, 1, 2), pictures(3, 2, 5, 1, 4, 2, 5));
        filter.target(1, 1);
        assertEquals(List.of(1, 2), pictures(1, 4, 2, 5));
        assertTrue(filter.waitsForKeyFrame(1));
        assertTrue(key(60, TWO_BY_TWO));
        assertEquals(List.of(3, 5), pictures(3, 2, 5));
    }

    @Test
    void packetsOfOneFrameShareItsFate() {
        filter.target(0, 0);
        assertTrue(key(0, THREE_TEMPORAL));
        number++; // a frame that came late or never: it may still come, so nothing is broken
        String t2 = String.format("%02x%04x", 3, number & 0xFFFF);
        int first = frames.read(packet(t2), ID);
        assertFalse(filter.passes(first, frames));
        filter.target(0, 2);
        assertFalse(filter.passes(frames.read(packet(t2), ID), frames));
        number += 2;
        assertEquals(List.of(1, 3, 2, 4), group());
    }

    @Test
    void beforeTheFirstKeyFrameNothingIsMarked() {
        assertEquals(FrameMark.PLAIN, mark(1, ""));
        assertTrue(FrameMark.isKeyFrame(mark(0, THREE_TEMPORAL)));
        frames.reset();
        assertEquals(FrameMark.PLAIN, mark(1, ""));
    }

    @Test
    void leavesAreCountedForTheirOwnLayerOnly() {
        LayerRates rates = new LayerRates();
        int key = mark(60, TWO_BY_TWO);
        assertFalse(FrameMark.has(key, FrameMark.SPATIAL_LEAF));
        int small = mark(61, "");
        assertTrue(FrameMark.has(small, FrameMark.SPATIAL_LEAF));
        number += 2;
        int large = mark(64, "");
        for (int i = 0; i < 100; i++) {
            rates.add(i * 10_000_000L, small, false, 1000);
            rates.add(i * 10_000_000L, large, true, 2000);
        }
        double one = rates.bits(1_000_000_000L, 0, 3);
        assertEquals(100 * 1044 * 8, one, one / 10);
        double two = rates.bits(1_000_000_000L, 1, 3);
        assertEquals(100 * 2044 * 8, two, two / 10);
        assertEquals(100, rates.framesPerSecond(1_000_000_000L, 0), 10);
        assertEquals(1, rates.highestSpatial());
        assertTrue(rates.isSent(1, 0));
        assertFalse(rates.isSent(1, 1));
    }
}
