package dev.sluice.core.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.rtp.codec.Vp8Descriptor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RewriterTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 255, 256, 32767, 32768, 65534, 65535, 131071})
    void numbersRunOnFromAnyStart(long in) {
        Rewriter rewriter = new Rewriter(5000);
        rewriter.switchSource(in);

        for (int i = 0; i < 200; i++) {
            assertEquals(5000 + i, rewriter.rewrite(in + i));
        }
    }

    @Test
    void lostPacketsKeepTheirNumberForWhenTheyComeLate() {
        Rewriter rewriter = new Rewriter(10);
        rewriter.switchSource(100);
        assertEquals(10, rewriter.rewrite(100));

        assertEquals(13, rewriter.rewrite(103));

        assertEquals(11, rewriter.rewrite(101));
        assertEquals(12, rewriter.rewrite(102));
    }

    @Test
    void skippedPacketsLeaveNoGap() {
        Rewriter rewriter = new Rewriter(10);
        rewriter.switchSource(100);
        assertEquals(10, rewriter.rewrite(100));
        rewriter.skip(101);
        rewriter.skip(102);
        assertEquals(11, rewriter.rewrite(103));

        assertEquals(Rewriter.NONE, rewriter.rewrite(101));
        assertEquals(Rewriter.NONE, rewriter.rewrite(102));
    }

    @Test
    void lateOnesAroundASkipFindTheirRange() {
        Rewriter rewriter = new Rewriter(10);
        rewriter.switchSource(100);
        assertEquals(10, rewriter.rewrite(100));
        rewriter.skip(103); // 101 and 102 are missing
        assertEquals(13, rewriter.rewrite(104));

        assertEquals(12, rewriter.rewrite(102));
        assertEquals(11, rewriter.rewrite(101));
    }

    @Test
    void aSwitchGoesOnByOneAndForgetsTheOldSource() {
        Rewriter rewriter = new Rewriter(10);
        rewriter.switchSource(70_000);
        assertEquals(10, rewriter.rewrite(70_000));
        assertEquals(12, rewriter.rewrite(70_002));

        rewriter.switchSource(65_600);

        assertEquals(13, rewriter.rewrite(65_600));
        assertEquals(Rewriter.NONE, rewriter.rewrite(65_599));
        assertEquals(13, rewriter.highest());
    }

    @Test
    void noNumberIsEverGivenTwice() {
        for (int seed = 0; seed < 500; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Rewriter rewriter = new Rewriter(1000);
            Set<Long> out = new HashSet<>();
            Set<Long> in = new HashSet<>();
            long at = 65_536;
            rewriter.switchSource(at);
            for (int i = 0; i < 2000; i++) {
                int step = random.nextInt(20);
                if (step == 0) {
                    at = random.nextLong(65_536, 1L << 20);
                    in.clear();
                    rewriter.switchSource(at);
                } else {
                    at = Math.max(0, at + random.nextInt(-3, 6));
                }
                if (!in.add(at)) {
                    continue; // duplicates never get this far
                }
                if (random.nextInt(5) == 0) {
                    rewriter.skip(at);
                } else {
                    long number = rewriter.rewrite(at);
                    assertTrue(
                            number == Rewriter.NONE || out.add(number),
                            "seed " + seed + ": " + number + " given twice");
                }
            }
        }
    }

    private static Vp8Descriptor vp8(int pictureId, int tl0) {
        ByteBuf payload = Unpooled.buffer(8).writeZero(8);
        payload.setByte(0, 0x90).setByte(1, 0xE0).setShort(2, 0x8000 | pictureId).setByte(4, tl0);
        Vp8Descriptor descriptor = new Vp8Descriptor();
        assertTrue(descriptor.wrap(payload, 0, 8));
        return descriptor;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 255, 256, 32766, 32767})
    void vp8NumbersRunOnAtASwitch(int next) {
        Vp8Rewriter rewriter = new Vp8Rewriter();
        Vp8Descriptor first = vp8(32767, 255);
        rewriter.switchSource(first);
        assertEquals(32767, rewriter.pictureId(first));
        assertEquals(255, rewriter.tl0PictureIndex(first));

        Vp8Descriptor other = vp8(next, next & 0xFF);
        rewriter.switchSource(other);

        assertEquals(0, rewriter.pictureId(other));
        assertEquals(0, rewriter.tl0PictureIndex(other));
        assertEquals(1, rewriter.pictureId(vp8((next + 1) & 0x7FFF, 0)));
    }

    @Test
    void historyFindsWhatWasSentAndLimitsAnswers() {
        SentHistory history = new SentHistory();
        for (long out = 65_000; out < 67_000; out++) {
            int place = history.put(out, 2, 77, out * 2, out * 3);
            history.details(place, 96, out % 2 == 0, 32767, 255);
        }

        assertEquals(-1, history.find(65_100 & 0xFFFF));
        int place = history.find(66_500 & 0xFFFF);
        assertEquals(2, history.layer(place));
        assertEquals(77, history.epoch(place));
        assertEquals(133_000, history.incoming(place));
        assertEquals(199_500, history.timestamp(place));
        assertEquals(96, history.payloadType(place));
        assertTrue(history.marker(place));
        assertEquals(32767, history.pictureId(place));
        assertEquals(255, history.tl0PictureIndex(place));
        int answers = 0;
        for (int i = 0; i < 100; i++) {
            answers += history.answer(place, i * 10_000_000L, 20_000_000L) ? 1 : 0;
        }
        assertEquals(5, answers);
    }
}
