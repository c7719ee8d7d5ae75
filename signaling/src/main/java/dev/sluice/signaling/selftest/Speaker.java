package dev.sluice.signaling.selftest;

import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.client.ClientPeer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Sends a second of numbered packets once it may; on the loop. */
final class Speaker extends ClientPeer {
    static final int PACKETS = 50;
    static final int OPUS = 111;
    static final long SSRC = 0x0051_7E57L;

    private static final int HEADER = 12;
    private static final int BYTES = 80;
    private static final long EVERY_NANOS = 20_000_000L;

    private final ByteBuf payload = Unpooled.directBuffer(BYTES).writeZero(BYTES);
    private long nextNanos = Long.MAX_VALUE;
    private int sent;

    Speaker(ClientLoop loop) {
        super(loop);
    }

    /** Both ends are there. */
    void begin(long nowNanos) {
        nextNanos = nowNanos;
    }

    @Override
    public void onTick(long nowNanos) {
        super.onTick(nowNanos);
        while (isUp() && sent < PACKETS && nowNanos - nextNanos >= 0) {
            nextNanos += EVERY_NANOS;
            ByteBuf header = outgoing();
            header.setByte(0, 0x80).setByte(1, OPUS).setShort(2, sent);
            header.setInt(4, 960 * sent).setInt(8, (int) SSRC);
            fill(payload, 0, sent);
            sendRtp(HEADER, payload, BYTES, SSRC, sent);
            sent++;
        }
    }

    private static void fill(ByteBuf buffer, int at, int number) {
        for (int i = 0; i < BYTES; i++) {
            buffer.setByte(at + i, 31 * number + i);
        }
    }

    /**
     * @return the number of the packet that this payload was sent in, −1 when it is of none
     */
    static int numberOf(ByteBuf buffer, int at, int length) {
        if (length != BYTES) {
            return -1;
        }
        for (int number = 0; number < PACKETS; number++) {
            int i = 0;
            while (i < BYTES && buffer.getByte(at + i) == (byte) (31 * number + i)) {
                i++;
            }
            if (i == BYTES) {
                return number;
            }
        }
        return -1;
    }

    @Override
    protected void onFreed() {
        payload.release();
    }

    @Override
    protected void onPacket(long nowNanos, ByteBuf packet, int length) {
        // nobody speaks to it
    }

    @Override
    protected void onReport(ByteBuf report, int length) {
        // of no interest
    }

    @Override
    protected void onUp(long nowNanos) {
        // waits for the other end
    }
}
