package dev.sluice.benchmarks.trust.hostile;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import livekit.LivekitRtc.Ping;
import livekit.LivekitRtc.SignalRequest;

/** Participants whose WebSockets send as many small messages as they are let. */
final class MessageFlood implements AutoCloseable {
    private static final int MASK_BIT = 0x80;
    private static final byte WHOLE_BINARY = (byte) 0x82;
    private static final int BATCH = 20;

    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong sockets = new AtomicLong();
    private volatile boolean ended;

    /**
     * @param perSecond messages of each
     */
    MessageFlood(String url, int count, int perSecond) {
        for (int i = 0; i < count; i++) {
            String name = "chatter-" + i;
            Thread.startVirtualThread(() -> run(url, name, perSecond));
        }
    }

    private void run(String url, String name, int perSecond) {
        byte[] batch = batch();
        while (!ended) {
            try (SilentSockets one = new SilentSockets(url)) {
                Socket socket = one.join("chat", name);
                sockets.incrementAndGet();
                OutputStream out = socket.getOutputStream();
                while (!ended) {
                    out.write(batch);
                    sent.addAndGet(BATCH);
                    LockSupport.parkNanos(BATCH * 1_000_000_000L / perSecond);
                    if (socket.getInputStream().available() > 0) {
                        socket.getInputStream().skip(socket.getInputStream().available());
                    }
                }
            } catch (IOException e) {
                LockSupport.parkNanos(100_000_000L); // it was closed: another one
            }
        }
    }

    /** Frames of RFC 6455 §5.2 under a mask of zeros, so small that one byte says their length. */
    private static byte[] batch() {
        byte[] message =
                SignalRequest.newBuilder()
                        .setPingReq(Ping.newBuilder().setTimestamp(1))
                        .build()
                        .toByteArray();
        int frame = 6 + message.length;
        byte[] batch = new byte[BATCH * frame];
        for (int i = 0; i < BATCH; i++) {
            batch[i * frame] = WHOLE_BINARY;
            batch[i * frame + 1] = (byte) (MASK_BIT | message.length);
            System.arraycopy(message, 0, batch, i * frame + 6, message.length);
        }
        return batch;
    }

    /**
     * @return what was sent, in words
     */
    String report() {
        return sent + " messages over " + sockets + " sockets";
    }

    @Override
    public void close() {
        ended = true; // each sees it within milliseconds
    }
}
