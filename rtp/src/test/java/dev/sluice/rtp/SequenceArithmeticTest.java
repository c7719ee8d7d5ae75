package dev.sluice.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SequenceArithmeticTest {
    @ParameterizedTest
    @CsvSource({
        "0,0,0",
        "0,1,1",
        "1,0,-1",
        "65535,0,1",
        "0,65535,-1",
        "0,32767,32767",
        "0,32768,-32768",
        "32768,0,-32768",
        "65534,1,3"
    })
    void distanceIsSignedModulo16Bits(int from, int to, int expected) {
        assertEquals(expected, SequenceNumbers.distance(from, to));
    }

    @Test
    void newerIsStrict() {
        assertTrue(SequenceNumbers.isNewer(0, 65535));
        assertFalse(SequenceNumbers.isNewer(65535, 0));
        assertFalse(SequenceNumbers.isNewer(7, 7));
        assertEquals(1, SequenceNumbers.add(65535, 2));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 32767, 32768, 65534, 65535})
    void unwrappingCountsOnFromAnyStart(int start) {
        SequenceUnwrapper unwrapper = new SequenceUnwrapper();
        long first = unwrapper.unwrap(start);

        for (int i = 1; i < 200_000; i++) {
            assertEquals(first + i, unwrapper.unwrap((start + i) & 0xFFFF));
        }
        assertEquals(first + 199_999 - 100, unwrapper.unwrap((start + 199_999 - 100) & 0xFFFF));
        assertEquals(first + 199_999, unwrapper.highest());
    }

    @Test
    void packetsBeforeTheFirstStayPositive() {
        SequenceUnwrapper unwrapper = new SequenceUnwrapper();
        long first = unwrapper.unwrap(3);

        assertEquals(first - 5, unwrapper.unwrap(65534));
        assertTrue(first - 5 > 0);
    }

    @Test
    void restartGoesOnAboveEverything() {
        SequenceUnwrapper unwrapper = new SequenceUnwrapper();
        long before = unwrapper.unwrap(60_000);

        long after = unwrapper.restart(5);

        assertTrue(after > before);
        assertEquals(5, after & 0xFFFF);
        assertEquals(after + 1, unwrapper.unwrap(6));
    }

    @Test
    void ntpTimeGoesThereAndBack() {
        long nanos = 1_795_000_000_123_456_789L;

        long ntp = NtpTime.ofUnixNanos(nanos);

        assertTrue(Math.abs(nanos - NtpTime.toUnixNanos(ntp)) <= 1);
        assertEquals(ntp >>> 16 & 0xFFFF_FFFFL, NtpTime.middle(ntp));
        assertEquals(500_000_000L, NtpTime.nanosOfShort(32_768));
        assertEquals(32_768, NtpTime.shortOfNanos(500_000_000L));
    }

    @Test
    void mediaClockConvertsLongSpans() {
        assertEquals(90_000L * 3600, MediaClock.ticks(3_600_000_000_000L, 90_000));
        assertEquals(3_600_000_000_000L, MediaClock.nanos(90_000L * 3600, 90_000));
        assertEquals(-48, MediaClock.ticks(-1_000_000, 48_000));
    }
}
