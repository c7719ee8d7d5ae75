package dev.sluice.signaling.client;

import dev.sluice.core.data.DataTransport;
import dev.sluice.core.data.Dcep;
import dev.sluice.dtls.DtlsResult;
import dev.sluice.dtls.DtlsTransport;
import dev.sluice.sctp.Association;
import dev.sluice.sctp.Reliability;
import dev.sluice.sctp.SctpCloseReason;
import dev.sluice.sctp.SctpSink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A client with one data channel of its own, and nothing else. */
public final class DataPeer extends ClientPeer implements SctpSink {
    /** Who hears what comes; on the loop. */
    public interface Ear {
        /** A message came; borrowed. */
        void onMessage(long nowNanos, ByteBuf message);
    }

    /** How the client takes what comes. */
    public enum Reading {
        EVERYTHING,
        /** Its window closes. */
        NOTHING,
        /** It does not even say that anything came. */
        DEAF
    }

    private static final ByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int STREAM = 0;
    private static final int SCRATCH = 2048;

    private final String label;
    private final Reliability reliability;
    private final Ear ear;
    private final byte[] record = new byte[SCRATCH];
    private final CompletableFuture<Void> open = new CompletableFuture<>();
    private final ByteBuf scratch = Unpooled.directBuffer(SCRATCH);
    private final Association association =
            new Association(
                    new Association.Scope(ALLOCATOR, scratch, new byte[32], RANDOM),
                    this,
                    DataTransport.PORT);
    private Reading reading = Reading.EVERYTHING;
    private @Nullable DtlsTransport dtls;
    private boolean dirty;
    private int unread;
    private final AtomicInteger theirs = new AtomicInteger();

    /**
     * @param label of its channel
     */
    public DataPeer(ClientLoop loop, String label, Reliability reliability, Ear ear) {
        super(loop);
        this.label = label;
        this.reliability = reliability;
        this.ear = ear;
    }

    /** An offer with a section for data alone. */
    public String offer() {
        return "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
                + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"
                + "c=IN IP4 0.0.0.0\r\na=mid:0\r\n"
                + transportSdp()
                + "a=sctp-port:"
                + DataTransport.PORT
                + "\r\na=max-message-size:"
                + Association.MAX_MESSAGE
                + "\r\n";
    }

    /**
     * @return completes when the channel may be used
     */
    public CompletableFuture<Void> opened() {
        return open;
    }

    /** Reads on in another way, first what came meanwhile; on the loop. */
    public void read(Reading how) {
        reading = how;
        if (how == Reading.EVERYTHING) {
            association.consumed(System.nanoTime(), unread);
            unread = 0;
            dirty = true;
        }
    }

    /**
     * Sends a message; on the loop.
     *
     * @param message released here
     * @return bytes that wait to be sent for the first time
     */
    public int say(long nowNanos, ByteBuf message) {
        association.send(nowNanos, STREAM, Dcep.BINARY, message, reliability);
        dirty = true;
        return association.bufferedAmount(STREAM);
    }

    /**
     * @return bytes that wait to be sent for the first time
     */
    public int waiting() {
        return association.bufferedAmount(STREAM);
    }

    /** Lets what was said leave. */
    public void flush(long nowNanos) {
        dirty = false;
        association.flush(nowNanos);
    }

    @Override
    protected void onKeys(DtlsResult result) {
        dtls = new DtlsTransport(result, this::sendRecord, this::onPlain);
    }

    @Override
    protected void onFreed() {
        association.close();
        scratch.release();
    }

    private void sendRecord(byte[] datagram) {
        send(ByteBuffer.wrap(datagram));
    }

    private void onPlain(byte[] bytes, int length) {
        if (reading != Reading.DEAF) {
            association.onPacket(System.nanoTime(), Unpooled.wrappedBuffer(bytes, 0, length));
        }
    }

    @Override
    protected void onUp(long nowNanos) {
        association.connect(nowNanos);
        flush(nowNanos);
    }

    @Override
    protected void onRecord(long nowNanos, byte[] datagram) {
        DtlsTransport transport = dtls;
        if (transport != null) {
            transport.onDatagram(datagram);
            flush(nowNanos);
        }
    }

    @Override
    public void onTick(long nowNanos) {
        super.onTick(nowNanos);
        if (isUp() && (dirty || association.nextDeadline() <= nowNanos)) {
            association.onTime(nowNanos);
            flush(nowNanos);
        }
    }

    @Override
    protected void onPacket(long nowNanos, ByteBuf packet, int length) {}

    @Override
    protected void onReport(ByteBuf report, int length) {}

    // --- SctpSink

    @Override
    public void packet(ByteBuf packet) {
        int length = packet.readableBytes();
        packet.getBytes(packet.readerIndex(), record, 0, length);
        DtlsTransport transport = dtls;
        if (transport != null) {
            transport.send(record, length);
        }
    }

    @Override
    public void message(int stream, int ppid, boolean unordered, ByteBuf message) {
        long nowNanos = System.nanoTime();
        if (ppid == Dcep.CONTROL) {
            onControl(nowNanos, stream, message);
        } else {
            ear.onMessage(nowNanos, message);
        }
        if (reading == Reading.EVERYTHING) {
            association.consumed(nowNanos, message.readableBytes());
        } else {
            unread += message.readableBytes();
        }
        message.release();
    }

    private void onControl(long nowNanos, int stream, ByteBuf message) {
        if (Dcep.isAck(message)) {
            open.complete(null);
        } else {
            theirs.incrementAndGet();
            ByteBuf ack = Dcep.ack(ALLOCATOR);
            association.send(nowNanos, stream, Dcep.CONTROL, ack, Reliability.RELIABLE);
            dirty = true;
        }
    }

    /**
     * @return channels that the server opened; from any thread
     */
    public int openedByServer() {
        return theirs.get();
    }

    @Override
    public void retransmitted() {}

    @Override
    public void abandoned(int stream) {}

    @Override
    public void messageTooBig(int stream) {}

    @Override
    public void streamsReset(int[] streams, boolean byPeer) {
        if (byPeer) { // our side follows (RFC 8831 §6.7)
            association.resetStreams(streams, false);
            dirty = true;
        }
    }

    @Override
    public void up() {
        ByteBuf message = new Dcep(label, "", reliability).write(ALLOCATOR);
        association.send(System.nanoTime(), STREAM, Dcep.CONTROL, message, Reliability.RELIABLE);
    }

    @Override
    public void down(SctpCloseReason reason) {
        open.completeExceptionally(new IllegalStateException("association: " + reason));
    }
}
