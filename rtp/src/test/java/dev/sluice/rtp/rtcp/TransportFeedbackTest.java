package dev.sluice.rtp.rtcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class TransportFeedbackTest {
    private final ByteBuf buffer = Unpooled.buffer(8192).writeZero(8192);
    private final RtcpCompound packet = new RtcpCompound();

    private long[] roundTrip(long[] arrivals) {
        int length = TransportFeedback.write(buffer, 0, 65530, 9, arrivals, arrivals.length);
        TransportFeedback.writeSsrcs(buffer, 0, 1, 2);
        assertTrue(length <= TransportFeedback.maxLength(arrivals.length));
        packet.wrap(buffer, 0, length);
        assertTrue(packet.next());
        assertTrue(TransportFeedback.accepts(packet));
        assertEquals(65530, TransportFeedback.baseSequence(packet));
        assertEquals(9, TransportFeedback.feedbackCount(packet));
        long[] read = new long[arrivals.length];
        assertEquals(arrivals.length, TransportFeedback.parse(packet, read));
        return read;
    }

    @RepeatedTest(200)
    void whatIsWrittenIsReadBack(RepetitionInfo repetition) {
        SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
        long[] arrivals = new long[random.nextInt(1, 400)];
        long at = random.nextLong(0, 1L << 40) * TransportFeedback.DELTA_NANOS;
        for (int i = 0; i < arrivals.length; i++) {
            at += TransportFeedback.DELTA_NANOS * random.nextInt(-300, 600);
            arrivals[i] = i > 0 && random.nextInt(4) == 0 ? TransportFeedback.LOST : at;
        }
        int fitting = TransportFeedback.fitting(arrivals, arrivals.length);
        assertEquals(arrivals.length, fitting, "seed " + repetition.getCurrentRepetition());

        long[] read = roundTrip(arrivals);

        long cycle = TransportFeedback.REFERENCE_NANOS << 24;
        for (int i = 0; i < arrivals.length; i++) {
            if (arrivals[i] == TransportFeedback.LOST) {
                assertEquals(TransportFeedback.LOST, read[i]);
            } else {
                assertEquals(
                        Math.floorMod(arrivals[i], cycle),
                        Math.floorMod(read[i], cycle),
                        "seed " + repetition.getCurrentRepetition() + " packet " + i);
            }
        }
    }

    @Test
    void aDeltaThatDoesNotFitEndsTheReport() {
        long[] arrivals = {
            0, TransportFeedback.DELTA_NANOS, 40_000 * TransportFeedback.DELTA_NANOS
        };

        assertEquals(2, TransportFeedback.fitting(arrivals, 3));
    }

    @Test
    void countsBeyondTheBytesAreMalformed() {
        long[] arrivals = {0, 1_000_000, 2_000_000};
        int length = TransportFeedback.write(buffer, 0, 0, 0, arrivals, 3);
        buffer.setShort(14, 3000); // more packets than chunks
        packet.wrap(buffer, 0, length);
        assertTrue(packet.next());

        assertEquals(-1, TransportFeedback.parse(packet, new long[4000]));
        assertEquals(-1, TransportFeedback.parse(packet, new long[10]));
    }
}
