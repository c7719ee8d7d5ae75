package dev.sluice.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.Counters;
import dev.sluice.core.stats.DropReason;
import dev.sluice.core.transport.ffi.DatagramCalls;
import dev.sluice.core.transport.ffi.MessageBatch;
import dev.sluice.rtp.ExtensionIds;
import dev.sluice.srtp.SrtpCiphers;
import dev.sluice.srtp.SrtpProvider;
import dev.sluice.srtp.ffi.NativeMemory;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the queue makes of packets and of every answer the kernel may give. */
class BatchQueueTest {
    private static final long A_THOUSANDTH = 1_000_000L;
    private static final OutgoingStream VIDEO =
            new OutgoingStream(1, new byte[0], ExtensionIds.NONE, false);
    private static final OutgoingStream AUDIO =
            new OutgoingStream(2, new byte[0], ExtensionIds.NONE, true);

    /** Takes everything unless told otherwise; remembers "bytes/segment:first byte". */
    private final List<String> sent = new ArrayList<>();

    private final Deque<Integer> answers = new ArrayDeque<>();
    private final Counters counters = new Counters();
    private final BatchQueue queue =
            new BatchQueue(
                    this::send,
                    new SealGate(new SrtpCiphers(SrtpProvider.SUN_JCE)),
                    counters,
                    UnpooledByteBufAllocator.DEFAULT,
                    true);
    private final UdpEndpoint endpoint =
            new UdpEndpoint(
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                    SocketMode.NIO,
                    new SealGate(new SrtpCiphers(SrtpProvider.SUN_JCE)),
                    counters,
                    UnpooledByteBufAllocator.DEFAULT);
    private final SendPath one = path(1);
    private final SendPath other = path(2);

    private SendPath path(int port) {
        return new SendPath(
                endpoint, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
    }

    private int send(MessageBatch batch, int from) {
        int answer = answers.isEmpty() ? batch.size() - from : answers.poll();
        for (int i = from; i < from + answer; i++) {
            int mark = NativeMemory.getByte(batch.address(i));
            sent.add(batch.length(i) + "/" + batch.segment(i) + ":" + mark);
        }
        return answer;
    }

    @AfterEach
    void close() {
        queue.close();
        endpoint.close();
    }

    private boolean push(long nowNanos, int length, SendPath to, OutgoingStream stream, int mark) {
        int at = queue.claim(nowNanos, false);
        if (at >= 0) {
            queue.buffer().setByte(at, mark);
            queue.push(length, to, stream);
        }
        return at >= 0;
    }

    @Test
    void equalNeighboursOfOneStreamAndPeerBecomeOneRun() {
        for (int i = 0; i < 3; i++) {
            push(0, 1200, one, VIDEO, i);
        }
        push(0, 700, one, VIDEO, 3); // the last may be shorter
        push(0, 700, one, VIDEO, 4); // but then the run is over
        push(0, 701, one, VIDEO, 5); // and none may be longer
        push(0, 701, other, VIDEO, 6);
        push(0, 701, other, AUDIO, 7);
        queue.flush(0);

        assertEquals(List.of("4300/1200:0", "700/0:4", "701/0:5", "701/0:6", "701/0:7"), sent);
        assertEquals(1, counters.get(Counter.RUNS_OUT));
        assertEquals(2, counters.get(Counter.RUN_PACKETS_OUT));
    }

    @Test
    void aRunHasNoMoreThanEightPackets() {
        for (int i = 0; i < 17; i++) {
            push(0, 100, one, VIDEO, i);
        }
        queue.flush(0);

        assertEquals(List.of("800/100:0", "800/100:8", "100/0:16"), sent);
    }

    @Test
    void whatIsNoMediaIsNeverJoined() {
        for (int i = 0; i < 2; i++) {
            int at = queue.claim(0, false);
            queue.buffer().setByte(at, i);
            queue.push(60, one, null);
        }
        queue.flush(0);

        assertEquals(List.of("60/0:0", "60/0:1"), sent);
    }

    @Test
    void aPartialSendGoesOnWhereItStopped() {
        for (int i = 0; i < 5; i++) {
            push(0, 100 + i, one, AUDIO, i);
        }
        answers.add(2);
        answers.add(-DatagramCalls.EINTR);
        assertFalse(queue.flush(0));

        assertEquals(5, sent.size());
        assertEquals("104/0:4", sent.get(4));
    }

    @Test
    void whatIsWrongWithOneMessageHarmsNoOther() {
        push(0, 100, one, AUDIO, 0);
        push(0, 100, other, AUDIO, 1);
        push(0, 100, one, AUDIO, 2);
        answers.add(1);
        answers.add(-101); // ENETUNREACH
        assertFalse(queue.flush(0));

        assertEquals(List.of("100/0:0", "100/0:2"), sent);
        assertEquals(1, counters.get(DropReason.SEND_FAILED));
    }

    @Test
    void fullDeviceQueuesDropAndCountEveryDatagramOfARun() {
        for (int i = 0; i < 4; i++) {
            push(0, 100, one, VIDEO, i);
        }
        answers.add(-DatagramCalls.ENOBUFS);
        assertFalse(queue.flush(0));

        assertEquals(4, counters.get(DropReason.SEND_NO_BUFFERS));
    }

    @Test
    void aRunThatCannotBeCutLeavesPacketByPacketAndNoneIsTriedForAMinute() {
        for (int i = 0; i < 3; i++) {
            push(0, 100, one, VIDEO, i);
        }
        push(0, 100, other, VIDEO, 9);
        push(0, 100, other, VIDEO, 9);
        answers.add(-DatagramCalls.EINVAL);
        assertFalse(queue.flush(0));
        assertEquals(4, sent.size());
        assertEquals(List.of("100/0:0"), sent.subList(0, 1));
        assertEquals("200/100:9", sent.get(3), "another path still has its runs");
        sent.clear();

        push(59_000 * A_THOUSANDTH, 100, one, VIDEO, 1);
        push(59_000 * A_THOUSANDTH, 100, one, VIDEO, 2);
        queue.flush(59_000 * A_THOUSANDTH);
        assertEquals(List.of("100/0:1", "100/0:2"), sent);
        sent.clear();
        push(61_000 * A_THOUSANDTH, 100, one, VIDEO, 1);
        push(61_000 * A_THOUSANDTH, 100, one, VIDEO, 2);
        queue.flush(61_000 * A_THOUSANDTH);

        assertEquals(List.of("200/100:1"), sent);
        assertEquals(0, counters.get(DropReason.SEND_FAILED));
        assertEquals(1, counters.get(Counter.RUNS_REFUSED));
    }

    @Test
    void aDeviceThatCannotCutAtAllGetsNoMoreRuns() {
        push(0, 100, one, VIDEO, 0);
        push(0, 100, one, VIDEO, 0);
        answers.add(-DatagramCalls.EIO);
        queue.flush(0);
        sent.clear();
        push(0, 100, other, VIDEO, 1);
        push(0, 100, other, VIDEO, 2);
        queue.flush(0);

        assertEquals(List.of("100/0:1", "100/0:2"), sent);
    }

    @Test
    void aFullSocketKeepsEverythingForTwoMillisecondsThenAudioOnly() {
        push(0, 1000, one, VIDEO, 1);
        push(0, 100, one, AUDIO, 2);
        push(0, 1000, other, VIDEO, 3);
        answers.add(-DatagramCalls.EAGAIN);
        assertTrue(queue.flush(0), "something is left");
        answers.add(-DatagramCalls.EAGAIN);
        assertTrue(queue.flush(A_THOUSANDTH));
        assertEquals(0, counters.get(DropReason.SEND_BLOCKED));
        answers.add(-DatagramCalls.EAGAIN);
        assertTrue(queue.flush(3 * A_THOUSANDTH));
        assertEquals(2, counters.get(DropReason.SEND_BLOCKED));

        assertFalse(queue.flush(4 * A_THOUSANDTH));

        assertEquals(List.of("100/0:2"), sent);
    }

    @Test
    void audioThatWaitedTooLongIsDroppedToo() {
        push(0, 100, one, AUDIO, 2);
        answers.add(-DatagramCalls.EAGAIN);
        assertTrue(queue.flush(0));
        answers.add(-DatagramCalls.EAGAIN);

        assertFalse(queue.flush(21 * A_THOUSANDTH));

        assertEquals(1, counters.get(DropReason.SEND_BLOCKED));
        assertEquals(List.of(), sent);
    }

    @Test
    void aSocketThatStaysFullNeverHoldsMoreThanItsSlab() {
        int taken = 0;
        for (int i = 0; i < 2000; i++) {
            answers.clear();
            answers.add(-DatagramCalls.EAGAIN);
            answers.add(-DatagramCalls.EAGAIN);
            taken += push(0, 1200, one, i % 10 == 0 ? AUDIO : VIDEO, i) ? 1 : 0;
        }
        answers.clear();
        assertFalse(queue.flush(0));

        long dropped = counters.get(DropReason.SEND_BLOCKED);
        int left = sent.stream().mapToInt(each -> each.startsWith("1200/0") ? 1 : 0).sum();
        assertTrue(left > 0 && left <= MessageBatch.SIZE, sent.toString());
        assertTrue(taken - dropped >= left, taken + " taken, " + dropped + " dropped");
    }

    @Test
    void aClosedSocketDropsEverything() {
        push(0, 100, one, VIDEO, 1);
        answers.add(-DatagramCalls.EBADF);

        assertFalse(queue.flush(0));

        assertEquals(1, counters.get(DropReason.SEND_FAILED));
        push(0, 100, one, VIDEO, 7);
        queue.flush(0);
        assertEquals(List.of("100/0:7"), sent, "and is ready for the next packet");
    }

    @Test
    void aFullBatchFlushesItself() {
        for (int i = 0; i < 3 * MessageBatch.SIZE; i++) {
            assertTrue(push(0, 1200, i % 2 == 0 ? one : other, VIDEO, i));
        }
        queue.flush(0);

        assertEquals(3 * MessageBatch.SIZE, sent.size());
        assertEquals(3, counters.get(Counter.SEND_CALLS));
    }
}
