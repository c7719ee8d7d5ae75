package dev.sluice.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.core.stats.Counters;
import dev.sluice.srtp.SrtpCiphers;
import dev.sluice.srtp.SrtpProvider;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a connection that does not keep up may hold, and who goes without first. */
class TcpQueueTest {
    private static final int PACKET = 1200;

    private record Written(ByteBuf bytes, ChannelPromise promise) {}

    /** A socket that takes nothing before it is told to. */
    private static final class Stalled extends ChannelOutboundHandlerAdapter {
        final Deque<Written> waiting = new ArrayDeque<>();

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            waiting.add(new Written((ByteBuf) message, promise));
        }

        int takeOne() {
            Written first = waiting.remove();
            int bytes = first.bytes.readableBytes();
            first.bytes.release();
            first.promise.setSuccess();
            return bytes;
        }
    }

    private final PooledByteBufAllocator allocator =
            new PooledByteBufAllocator(true, 1, 1, 8192, 8, 0, 0, false);
    private final Stalled socket = new Stalled();
    private final EmbeddedChannel channel = new EmbeddedChannel(socket);
    private final Counters counters = new Counters();
    private final SealGate gate = new SealGate(new SrtpCiphers(SrtpProvider.SUN_JCE));
    private int again;
    private final TcpQueue queue = new TcpQueue(channel, gate, counters, allocator, () -> again++);
    private final SendPath path =
            new SendPath(
                    CapturedSocket.endpoint(
                            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 1),
                            counters,
                            (_, _) -> {}),
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 2));

    @AfterEach
    void nothingIsLeft() {
        queue.close();
        while (!socket.waiting.isEmpty()) {
            socket.takeOne();
        }
        channel.close();
        assertEquals(0, allocator.metric().directArenas().get(0).numActiveAllocations());
    }

    private boolean send(int length, boolean video) {
        int at = queue.claim(0, video);
        if (at < 0) {
            return false;
        }
        queue.buffer().setByte(at, length);
        queue.push(length, path, null);
        queue.flush(0);
        return true;
    }

    /** Sends until there is no room. @return the bytes there was room for */
    private int fill(boolean video) {
        int packets = 0;
        while (send(PACKET, video)) {
            packets++;
            assertTrue(packets < 1000, "there is an end to it");
        }
        return packets * (PACKET + TcpFrames.HEADER);
    }

    @Test
    void eachPacketHasItsLengthBefore() {
        send(3, false);
        int at = queue.claim(0, true);
        queue.push(5, path, null);
        queue.claim(0, true); // sealing it failed: it is not there
        queue.flush(0);

        assertEquals(3, socket.waiting.getFirst().bytes.readUnsignedShort());
        ByteBuf second = socket.waiting.getLast().bytes;
        assertEquals(TcpFrames.HEADER, at);
        assertEquals(7, second.readableBytes());
        assertEquals(5, second.readUnsignedShort());
    }

    @Test
    void videoGoesWithoutFirstThenAllTheRest() {
        int video = fill(true);
        int rest = fill(false);

        assertTrue(video >= TcpQueue.VIDEO_LIMIT && video < TcpQueue.VIDEO_LIMIT + 2 * PACKET);
        assertTrue(video + rest >= TcpQueue.LIMIT && video + rest < TcpQueue.LIMIT + 2 * PACKET);
    }

    @Test
    void videoComesBackWhenNearlyAllHasLeftAndIsTold() {
        fill(true);
        while (socket.waiting.size() > 20) {
            socket.takeOne();
        }
        assertFalse(send(PACKET, true), "too much waits still");
        assertTrue(send(PACKET, false), "sound passes");
        assertEquals(0, again);

        while (socket.waiting.size() > 3) {
            socket.takeOne();
        }
        assertTrue(send(PACKET, true));
        assertEquals(1, again);
        assertTrue(send(PACKET, true));
        assertEquals(1, again, "told once");
    }

    @Test
    void aClosedOneTakesNothing() {
        queue.claim(0, false);
        queue.close();
        assertFalse(send(PACKET, false));
    }
}
