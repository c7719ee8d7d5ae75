package dev.sluice.core.transport;

import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.Counters;
import dev.sluice.core.stats.DropReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.socket.DatagramPacket;
import org.jspecify.annotations.Nullable;

/**
 * Sends through Netty's channel, where system calls of our own are not to be had: one object a
 * packet, no runs. A slot of the ring is given to the channel as it is and is free again when the
 * channel has let it go.
 */
final class ChannelQueue implements SendQueue {
    private final SealGate gate;
    private final Counters counters;
    private final SendRing ring;
    private final DatagramPacket[] waiting = new DatagramPacket[SendRing.SLOTS];
    private @Nullable Channel channel;
    private ByteBuf slot;
    private int size;
    private long gateFailures;

    ChannelQueue(SealGate gate, Counters counters, ByteBufAllocator allocator) {
        this.gate = gate;
        this.counters = counters;
        ring = new SendRing(allocator.directBuffer(SendRing.capacityBytes()));
        slot = ring.first();
    }

    /** The channel is bound, or gone. */
    void channel(@Nullable Channel channel) {
        this.channel = channel;
    }

    @Override
    public int claim(long nowNanos, boolean video) {
        ByteBuf free = size == waiting.length ? null : ring.peek();
        if (free == null) {
            flush(nowNanos);
            free = ring.peek();
        }
        if (free == null) {
            return -1;
        }
        if (size == 0) {
            gateFailures = gate.failures();
        }
        slot = free;
        return 0;
    }

    @Override
    public ByteBuf buffer() {
        return slot;
    }

    @Override
    public void push(int length, SendPath to, @Nullable OutgoingStream stream) {
        waiting[size++] = new DatagramPacket(ring.take(length), to.to());
    }

    @Override
    @SuppressWarnings(
            "FutureReturnValueIgnored") // a void promise: failures come as exceptionCaught
    public boolean flush(long nowNanos) {
        Channel open = channel;
        boolean sealed = size == 0 || gate.complete() == gateFailures;
        for (int i = 0; i < size; i++) {
            if (open != null && sealed) {
                open.write(waiting[i], open.voidPromise());
            } else {
                waiting[i].release();
                if (!sealed) {
                    counters.drop(DropReason.SEAL_FAILED);
                }
            }
        }
        if (size > 0 && open != null) {
            counters.add(Counter.SEND_CALLS);
            open.flush();
        }
        size = 0;
        return false; // what the socket does not take waits in the channel, slots and all
    }

    @Override
    public void close() {
        ring.close();
    }
}
