package dev.sluice.signaling.selftest;

import dev.sluice.rtp.RtpPacket;
import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.client.ClientPeer;
import io.netty.buffer.ByteBuf;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;

/** Compares what comes with what a {@link Speaker} sends; on the loop. */
final class Hearer extends ClientPeer {
    /** One lost on the way is no fault of the server: this is a network, too. */
    private static final int ENOUGH = Speaker.PACKETS * 9 / 10;

    private final RtpPacket packet = new RtpPacket();
    private final BitSet heard = new BitSet(Speaker.PACKETS);
    private final CompletableFuture<Void> enough = new CompletableFuture<>();
    private boolean wrong;

    Hearer(ClientLoop loop) {
        super(loop);
    }

    /**
     * @return completes when nearly everything has come; fails when something else did
     */
    CompletableFuture<Void> heard() {
        return enough;
    }

    /**
     * @return one word for what is missing
     */
    String complaint() {
        return wrong ? "content" : heard.isEmpty() ? "silence" : "loss";
    }

    @Override
    protected void onPacket(long nowNanos, ByteBuf plain, int length) {
        int number =
                packet.wrap(plain, 0, length)
                        ? Speaker.numberOf(plain, packet.payloadOffset(), packet.payloadLength())
                        : -1;
        if (number < 0) {
            wrong = true;
            enough.completeExceptionally(new IllegalStateException("content"));
            return;
        }
        heard.set(number);
        if (heard.cardinality() >= ENOUGH) {
            enough.complete(null);
        }
    }

    @Override
    protected void onReport(ByteBuf report, int length) {
        // of no interest
    }

    @Override
    protected void onUp(long nowNanos) {
        // waits
    }
}
