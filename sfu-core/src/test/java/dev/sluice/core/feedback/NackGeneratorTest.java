package dev.sluice.core.feedback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.core.loop.Timed;
import dev.sluice.rtp.rtcp.Nack;
import dev.sluice.rtp.rtcp.RtcpCompound;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NackGeneratorTest {
    private static final long MILLI = 1_000_000L;

    private final List<Integer> asked = new ArrayList<>();
    private int unrepairable;

    private final RtcpSink rtcp =
            new RtcpSink() {
                private final ByteBuf buffer = Unpooled.buffer(1500).writeZero(1500);

                @Override
                public ByteBuf buffer() {
                    return buffer;
                }

                @Override
                public void send(int length) {
                    RtcpCompound packet = new RtcpCompound();
                    packet.wrap(buffer, 0, length);
                    assertTrue(packet.next() && Nack.accepts(packet));
                    for (int i = 0; i < Nack.items(packet); i++) {
                        asked.add(Nack.packetId(packet, i));
                        for (int bit = 0; bit < 16; bit++) {
                            if ((Nack.lostMask(packet, i) >>> bit & 1) != 0) {
                                asked.add((Nack.packetId(packet, i) + bit + 1) & 0xFFFF);
                            }
                        }
                    }
                }
            };
    private final ReorderDelay reorder = new ReorderDelay();
    private final NackGenerator nack =
            new NackGenerator(
                    rtcp,
                    new NackGenerator.Sink() {
                        @Override
                        public void onNack(int count) {
                            assertTrue(count > 0);
                        }

                        @Override
                        public void onUnrepairable(long nowNanos) {
                            unrepairable++;
                        }
                    },
                    reorder,
                    1,
                    2);

    @Test
    void aGapOverTheWrapIsAskedForAtTheNextTick() {
        nack.onPacket(0, 131_070, false);

        assertTrue(nack.onPacket(0, 131_074, false));
        assertEquals(0, nack.nextTimeout());
        nack.onTimeout(5 * MILLI);

        assertEquals(List.of(65_535, 0, 1), asked);
    }

    @Test
    void whatComesIsNotAskedForAgain() {
        nack.onPacket(0, 100, false);
        nack.onPacket(0, 104, false);
        nack.onTimeout(0);
        asked.clear();

        assertFalse(nack.onPacket(10 * MILLI, 102, true));
        nack.onTimeout(500 * MILLI);

        assertEquals(List.of(101, 103), asked);
    }

    @Test
    void whatIsOvertakenIsWaitedForOnceThatIsKnown() {
        reorder.learn(0, 8 * MILLI); // on another stream
        nack.onPacket(0, 100, false);
        nack.onPacket(0, 102, false);
        assertEquals(10 * MILLI, nack.nextTimeout());
        assertFalse(nack.onPacket(9 * MILLI, 101, false));
        nack.onTimeout(10 * MILLI);
        assertEquals(List.of(), asked);

        reorder.learn(0, 21 * MILLI);
        nack.onPacket(20 * MILLI, 104, false);
        nack.onTimeout(31_300_000);
        assertEquals(List.of(103), asked, "so late is lost");
    }

    @Test
    void requestsEndAfterTenOrASecond() {
        nack.roundTrip(10 * MILLI);
        nack.onPacket(0, 100, false);
        nack.onPacket(0, 102, false);
        for (long now = 0; now < 3000; now += 5) {
            nack.onTimeout(now * MILLI);
        }

        assertEquals(10, asked.size());
        assertEquals(0, nack.missingCount());
        assertEquals(Timed.NEVER, nack.nextTimeout());
    }

    @Test
    void aWideGapNeedsAKeyFrame() {
        nack.onPacket(0, 100, false);

        nack.onPacket(0, 700, false);

        assertEquals(1, unrepairable);
        assertEquals(0, nack.missingCount());
    }

    @Test
    void aKeyFrameMakesOlderGapsVain() {
        nack.onPacket(0, 100, false);
        nack.onPacket(0, 103, false);
        nack.onPacket(0, 106, false);

        nack.onKeyFrame(105);

        nack.onTimeout(0);
        assertEquals(List.of(105), asked);
    }

    @Test
    void whatWasLeftUnreadIsNotAskedFor() {
        nack.onPacket(0, 100, false);
        nack.onPacket(0, 102, false);

        nack.skip();

        assertEquals(0, nack.missingCount(), "nor what was missing before");
        assertFalse(nack.onPacket(0, 110, false));
        nack.onTimeout(50 * MILLI);
        assertEquals(List.of(), asked);
        assertEquals(1, unrepairable, "a key frame makes it good");

        assertTrue(nack.onPacket(60 * MILLI, 112, false));
        nack.onTimeout(60 * MILLI);
        assertEquals(List.of(111), asked, "all is as before afterwards");
        assertEquals(1, unrepairable);
    }

    @Test
    void nothingIsMissingWhereNothingWasLeftUnread() {
        nack.onPacket(0, 100, false);
        nack.skip(); // of a retransmission, or a copy

        nack.onPacket(0, 101, false);

        assertEquals(0, unrepairable);
    }

    @Test
    void aRetransmissionAheadOfTheStreamOpensNoGap() {
        nack.onPacket(0, 100, false);

        assertFalse(nack.onPacket(0, 150, true));
        assertEquals(0, nack.missingCount());
    }
}
