package dev.sluice.dtls;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bouncycastle.tls.DatagramTransport;
import org.jspecify.annotations.Nullable;

/**
 * BouncyCastle's view of the network: datagrams come from a bounded queue, records go out coalesced
 * into datagrams. During the handshake {@link #receive} blocks the virtual thread and gives its
 * computing permit back meanwhile; afterwards, in pump mode, it never blocks.
 */
final class QueueTransport implements DatagramTransport {
    static final int RECEIVE_LIMIT = 1472;
    static final int SEND_LIMIT = 1200;

    /** After the handshake: a packet of SCTP in its record. */
    private static final int PUMP_SEND_LIMIT = 1252;

    /** Datagrams that may wait for the handshake; the newest is dropped beyond. */
    private static final int QUEUE = 32;

    /**
     * Own resends without an answer after which nothing is sent: as many as the deadline has room
     * for. What a forged source could gain by them is bounded by who knows how much came from
     * there.
     */
    private static final int MAX_SILENT_ROUNDS = 7;

    private static final byte[] WAKE_UP = new byte[0];

    private final ArrayBlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(QUEUE);
    private final byte[] pending = new byte[SEND_LIMIT];
    private final Semaphore permits;
    private volatile Consumer<byte[]> output;
    private volatile boolean aborted;
    private int pendingLength;
    private int silentRounds;
    private boolean pump;
    private volatile boolean closed;

    QueueTransport(Semaphore permits, Consumer<byte[]> output) {
        this.permits = permits;
        this.output = output;
    }

    /** Queues a datagram that the filter let pass; from any thread. @return false when full */
    boolean offer(byte[] datagram) {
        return queue.offer(datagram);
    }

    /** Makes a blocked {@link #receive} throw; from any thread. */
    void abort() {
        aborted = true;
        queue.clear();
        queue.offer(WAKE_UP);
    }

    /** From now on {@link #receive} does not block and output goes to {@code output}. */
    void pump(Consumer<byte[]> output) {
        this.pump = true;
        this.output = output;
    }

    @Override
    public int getReceiveLimit() {
        return RECEIVE_LIMIT;
    }

    @Override
    public int getSendLimit() {
        return pump ? PUMP_SEND_LIMIT : SEND_LIMIT;
    }

    @Override
    public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
        flush();
        byte[] datagram = pump ? queue.poll() : take(waitMillis);
        if (aborted) {
            throw new IOException("handshake given up");
        }
        if (datagram == null) {
            if (pump) {
                throw new InterruptedIOException("nothing queued");
            }
            silentRounds++;
            return -1; // only when the wait has expired: BouncyCastle resends its flight then
        }
        silentRounds = 0;
        int taken = Math.min(length, datagram.length);
        System.arraycopy(datagram, 0, buffer, offset, taken);
        return taken;
    }

    private byte @Nullable [] take(int waitMillis) throws IOException {
        permits.release();
        try {
            return queue.poll(Math.max(1, waitMillis), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("handshake interrupted");
        } finally {
            permits.acquireUninterruptibly();
        }
    }

    @Override
    public void send(byte[] buffer, int offset, int length) {
        if (silentRounds > MAX_SILENT_ROUNDS) {
            return;
        }
        if (pendingLength + length > SEND_LIMIT) {
            flush();
        }
        if (length > SEND_LIMIT) {
            output.accept(Arrays.copyOfRange(buffer, offset, offset + length));
            return;
        }
        System.arraycopy(buffer, offset, pending, pendingLength, length);
        pendingLength += length;
    }

    /** Sends what is pending as one datagram. */
    void flush() {
        if (pendingLength > 0) {
            output.accept(Arrays.copyOf(pending, pendingLength));
            pendingLength = 0;
        }
    }

    /** Forgets what is pending: an alert that BouncyCastle wrote about a forged record. */
    void discard() {
        pendingLength = 0;
    }

    /**
     * BouncyCastle's word that the association is over: so it reports an authenticated
     * close_notify.
     */
    @Override
    public void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }
}
