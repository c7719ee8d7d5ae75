package dev.sluice.sctp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two associations over bad networks, in virtual time. */
class AssociationTest {
    private static final int SEEDS = 1_000;

    private static byte[] message(int number, int length) {
        byte[] bytes = new byte[Math.max(4, length)];
        new SplittableRandom(number).nextBytes(bytes);
        ByteBuffer.wrap(bytes).putInt(number);
        return bytes;
    }

    private static int number(Pair.Message message) {
        return ByteBuffer.wrap(message.bytes()).getInt();
    }

    @Test
    void bothBeginAtOnce() {
        Pair pair = new Pair(1).connect();
        pair.run(Pair.SECOND);
        assertTrue(pair.one.up && pair.two.up);
        assertTrue(pair.one.sent + pair.two.sent <= 8, "no more than the handshake");
        assertEquals(0, pair.close());
    }

    @Test
    void anyPacketOfTheHandshakeMayBeLost() {
        for (int lost = 0; lost < 16; lost++) {
            Pair pair = new Pair(lost);
            long number = lost / 2;
            boolean ofOne = lost % 2 == 0;
            pair.loses = (from, each) -> each == number && (from == pair.one) == ofOne;
            pair.connect().run(8 * Pair.SECOND);
            assertTrue(pair.one.up && pair.two.up, "lost " + lost);
            pair.one.send(1, message(1, 10), Reliability.RELIABLE);
            pair.two.send(1, message(2, 10), Reliability.RELIABLE);
            pair.run(4 * Pair.SECOND);
            assertEquals(1, pair.one.messages.size());
            assertEquals(1, pair.two.messages.size());
            assertEquals(0, pair.close());
        }
    }

    @Test
    void nobodyThereIsSaid() {
        Pair pair = new Pair(1);
        pair.dead = true;
        pair.connect().run(60 * Pair.SECOND);
        assertEquals(List.of("NEVER_CONNECTED"), pair.one.events);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0xFFFE, 0x7FFF_FFFE, 0xFFFF_FFFE, 0xFFFF_FFFF})
    void numbersWrap(int tsn) {
        RandomGenerator fixed =
                new RandomGenerator() {
                    private int calls;

                    @Override
                    public long nextLong() {
                        return 5;
                    }

                    @Override
                    public int nextInt() {
                        return calls++ == 0 ? 77 : tsn;
                    }
                };
        Pair pair = new Pair(1, fixed, new SplittableRandom(3));
        pair.loss = 0.1;
        pair.disorder = 0.2;
        pair.connect().run(5 * Pair.SECOND);
        assertTrue(pair.one.up && pair.two.up);
        for (int i = 0; i < 500; i++) {
            pair.one.send(0, message(i, 100), Reliability.RELIABLE);
        }
        pair.run(120 * Pair.SECOND);
        assertInOrder(pair.two.messages, 500);
        assertEquals(0, pair.close());
    }

    private static void assertInOrder(List<Pair.Message> messages, int count) {
        for (int i = 0; i < messages.size(); i++) {
            assertEquals(i, number(messages.get(i)));
            assertArrayEquals(message(i, messages.get(i).bytes().length), messages.get(i).bytes());
        }
        assertEquals(count, messages.size());
    }

    @Test
    void reliableMessagesComeOnceAndInOrderWhateverTheNetworkDoes() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Pair pair = new Pair(seed);
            SplittableRandom random = new SplittableRandom(seed);
            pair.loss = random.nextDouble(0.3);
            pair.disorder = random.nextDouble(0.5);
            pair.duplication = random.nextDouble(0.1);
            pair.delayNanos = random.nextLong(1, 100) * Pair.MILLISECOND;
            pair.connect().run(30 * Pair.SECOND);
            assertTrue(pair.one.up && pair.two.up, "seed " + seed);
            int count = 100;
            for (int i = 0; i < count; i++) {
                boolean large = random.nextInt(20) == 0;
                int length = random.nextInt(1, large ? 30_000 : 2_000);
                assertTrue(pair.one.send(3, message(i, length), Reliability.RELIABLE));
                assertTrue(pair.two.send(3, message(i, length / 2), Reliability.RELIABLE));
                pair.run(random.nextLong(30) * Pair.MILLISECOND);
            }
            long began = pair.nowNanos;
            while (pair.two.messages.size() < count || pair.one.messages.size() < count) {
                pair.run(100 * Pair.MILLISECOND);
                assertTrue(pair.nowNanos - began < 300 * Pair.SECOND, "stalls, seed " + seed);
            }
            pair.run(20 * Pair.SECOND);
            assertInOrder(pair.two.messages, count);
            assertInOrder(pair.one.messages, count);
            assertEquals(0, pair.one.association.bufferedAmount(3));
            assertEquals(List.of(), pair.one.events);
            assertEquals(0, pair.close(), "seed " + seed);
        }
    }

    @Test
    void lossyMessagesComeAtMostOnceWholeAndWithoutWaiting() {
        Reliability once = new Reliability(false, 0, 200); // as channels have it
        for (int seed = 0; seed < SEEDS; seed++) {
            Pair pair = new Pair(seed);
            pair.connect().run(5 * Pair.SECOND);
            boolean bad = seed % 3 == 0;
            pair.loss = bad ? 0.3 : 0.05;
            pair.disorder = 0.1;
            List<Long> sentAt = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                sentAt.add(pair.nowNanos);
                pair.one.send(5, message(i, i % 50 == 0 ? 5_000 : 100), once);
                pair.run(10 * Pair.MILLISECOND);
            }
            pair.run(20 * Pair.SECOND);
            Set<Integer> came = new HashSet<>();
            for (Pair.Message each : pair.two.messages) {
                int number = number(each);
                assertTrue(came.add(number), "twice: " + number);
                assertArrayEquals(message(number, each.bytes().length), each.bytes());
                long waited = each.atNanos() - sentAt.get(number);
                assertTrue(waited < 300 * Pair.MILLISECOND, number + " waited " + waited);
            }
            double least = bad ? 0.1 : 0.85; // timeouts and the window follow losses, too
            assertTrue(came.size() >= least * 300, came.size() + " of 300, seed " + seed);
            assertEquals(0, pair.close());
        }
    }

    @Test
    void messagesThatAreTooOldAreGivenUpAndTheRestIsInOrder() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Pair pair = new Pair(seed);
            pair.connect().run(5 * Pair.SECOND);
            pair.loss = 0.3;
            Reliability brief = new Reliability(true, Reliability.UNLIMITED, 200);
            for (int i = 0; i < 100; i++) {
                Reliability how = i % 3 == 0 ? Reliability.RELIABLE : brief;
                pair.one.send(i % 3 == 0 ? 1 : 2, message(i, 3_000), how);
                pair.run(20 * Pair.MILLISECOND);
            }
            pair.loss = 0;
            pair.run(60 * Pair.SECOND);
            int last = -1;
            int reliable = 0;
            for (Pair.Message each : pair.two.messages) {
                int number = number(each);
                assertArrayEquals(message(number, 3_000), each.bytes());
                if (each.stream() == 2) {
                    assertTrue(number > last, "in order, seed " + seed);
                    last = number;
                } else {
                    assertEquals(3 * reliable++, number);
                }
            }
            assertEquals(34, reliable, "seed " + seed);
            pair.one.send(2, message(1000, 10), Reliability.RELIABLE);
            pair.run(10 * Pair.SECOND);
            assertEquals(1000, number(pair.two.messages.getLast()), "it goes on");
            assertEquals(0, pair.close());
        }
    }

    @Test
    void whoDoesNotReadStopsTheSenderAndNothingIsLost() {
        Pair pair = new Pair(1);
        pair.connect().run(Pair.SECOND);
        pair.two.reads = false;
        for (int i = 0; i < 20; i++) {
            pair.one.send(1, message(i, 50_000), Reliability.RELIABLE);
        }
        pair.run(60 * Pair.SECOND);
        int bytes = pair.two.messages.stream().mapToInt(each -> each.bytes().length).sum();
        assertTrue(bytes <= 1.1 * Inbound.WINDOW, bytes + " bytes");
        assertEquals(List.of(), pair.one.events, "the peer is slow, not gone");

        pair.two.reads = true;
        pair.two.association.consumed(pair.nowNanos, bytes);
        pair.two.association.flush(pair.nowNanos);
        pair.run(60 * Pair.SECOND);
        assertInOrder(pair.two.messages, 20);
        assertEquals(0, pair.close());
    }

    @Test
    void theLongestMessagePassesAndALongerOneIsRefused() {
        Pair pair = new Pair(1);
        pair.connect().run(Pair.SECOND);
        assertTrue(pair.one.send(0, message(0, Association.MAX_MESSAGE), Reliability.RELIABLE));
        assertFalse(
                pair.one.send(0, message(1, Association.MAX_MESSAGE + 1), Reliability.RELIABLE));
        assertFalse(pair.one.send(1024, message(1, 10), Reliability.RELIABLE));
        pair.run(10 * Pair.SECOND);
        assertEquals(1, pair.two.messages.size());
        assertEquals(0, pair.close());
    }

    @Test
    void streamsCloseAfterWhatWasQueuedAndBeginAnew() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Pair pair = new Pair(seed);
            pair.connect().run(5 * Pair.SECOND);
            pair.loss = 0.2;
            pair.disorder = 0.3;
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 10; i++) {
                    pair.one.send(7, message(10 * round + i, 2_000), Reliability.RELIABLE);
                }
                pair.one.association.resetStreams(new int[] {7}, false);
                assertFalse(pair.one.send(7, message(99, 10), Reliability.RELIABLE));
                pair.one.association.flush(pair.nowNanos);
                pair.run(60 * Pair.SECOND);
                assertEquals("reset 7", pair.one.events.getLast(), "seed " + seed);
                assertEquals(round + 1, pair.two.events.size(), pair.two.events.toString());
                assertInOrder(pair.two.messages, 10 * (round + 1));
            }
            assertEquals(0, pair.close());
        }
    }

    @Test
    void aBrokenNetworkIsNoticedAndAShortBreakIsNot() {
        Pair pair = new Pair(1);
        pair.connect().run(Pair.SECOND);
        pair.dead = true;
        pair.one.send(1, message(0, 1_000), Reliability.RELIABLE);
        pair.run(8 * Pair.SECOND);
        pair.dead = false;
        pair.run(10 * Pair.SECOND);
        assertInOrder(pair.two.messages, 1);
        pair.dead = true;
        pair.one.send(1, message(1, 1_000), Reliability.RELIABLE);
        pair.run(120 * Pair.SECOND);
        assertEquals(List.of("TOO_MANY_RETRIES"), pair.one.events);
        assertEquals(0, pair.close());
    }

    @Test
    void anIdleOneSaysHardlyAnything() {
        Pair pair = new Pair(1);
        pair.connect().run(Pair.SECOND);
        long before = pair.one.sent + pair.two.sent;
        pair.run(600 * Pair.SECOND);
        long said = pair.one.sent + pair.two.sent - before;
        assertTrue(said <= 2 * 2 * 21, said + " packets in ten minutes");
        assertEquals(0, pair.close());
    }

    @Test
    void aFastNetworkIsUsed() {
        Pair pair = new Pair(1);
        pair.delayNanos = 25 * Pair.MILLISECOND;
        pair.connect().run(Pair.SECOND);
        long began = pair.nowNanos;
        for (int i = 0; i < 67; i++) {
            pair.one.send(0, message(i, 15_000), Reliability.RELIABLE); // a megabyte
        }
        while (pair.two.messages.size() < 67) {
            pair.run(10 * Pair.MILLISECOND);
        }
        long millis = (pair.nowNanos - began) / Pair.MILLISECOND;
        assertTrue(millis < 1000, millis + " ms for a megabyte");
        assertEquals(0, pair.close());
    }
}
