package dev.sluice.signaling.client;

import dev.sluice.dtls.Certificate;
import dev.sluice.dtls.DtlsFailure;
import dev.sluice.dtls.DtlsHandshake;
import dev.sluice.dtls.DtlsResult;
import dev.sluice.dtls.DtlsRole;
import dev.sluice.dtls.DtlsSettings;
import dev.sluice.dtls.DtlsSink;
import dev.sluice.dtls.Fingerprint;
import dev.sluice.srtp.CipherJob;
import dev.sluice.srtp.SrtpCiphers;
import dev.sluice.srtp.SrtpProfile;
import dev.sluice.srtp.SrtpProtector;
import dev.sluice.srtp.SrtpProviders;
import dev.sluice.srtp.SrtpUnprotector;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One peer connection as a client has it: a socket, ICE checks, a DTLS handshake, SRTP. After the
 * handshake everything happens on its loop.
 */
public abstract class ClientPeer implements ClientLoop.Member, DtlsSink {
    private static final SecureRandom RANDOM = new SecureRandom();

    @SuppressWarnings("TimeInStaticInitializer") // a certificate for one run
    private static final DtlsSettings DTLS =
            new DtlsSettings(
                    RANDOM,
                    Certificate.create(Instant.now(), RANDOM),
                    List.of(SrtpProfile.AEAD_AES_128_GCM));

    /** Id of the extension with transport-wide numbers. */
    protected static final int TRANSPORT_NUMBER = 3;

    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final int STUN_SUCCESS = 1; // the first byte of 0x0101
    private static final int DATAGRAM = 2048;
    private static final int SOCKET_BUFFER = 1 << 20;
    private static final long CONSENT_NANOS = 4_000_000_000L;
    private static final long CHECK_NANOS = 50_000_000L;

    /** One for each loop. */
    private static final ThreadLocal<SrtpCiphers> CIPHERS =
            ThreadLocal.withInitial(() -> new SrtpCiphers(SrtpProviders.choose(null).provider()));

    private final ClientLoop loop;
    private volatile DatagramChannel channel;
    private volatile double loss;
    private final String ufrag = "load" + NAMES.incrementAndGet();
    private final CompletableFuture<Void> connected = new CompletableFuture<>();
    private final ByteBuf incoming = Unpooled.directBuffer(DATAGRAM).writeZero(DATAGRAM);
    private final ByteBuffer incomingNio = incoming.internalNioBuffer(0, DATAGRAM);
    private final ByteBuf outgoing = Unpooled.directBuffer(DATAGRAM).writeZero(DATAGRAM);
    private final ByteBuffer outgoingNio = outgoing.internalNioBuffer(0, DATAGRAM).duplicate();
    private final ByteBuf plain = Unpooled.directBuffer(DATAGRAM).writeZero(DATAGRAM);
    private final CipherJob job = new CipherJob();
    private byte[] check = new byte[0];
    private long nextCheckNanos = Long.MAX_VALUE;
    private @Nullable DtlsHandshake handshake;
    private final AtomicBoolean closed = new AtomicBoolean();
    private boolean freed;
    private boolean checked;
    private @Nullable SrtpProtector protector;
    private @Nullable SrtpUnprotector unprotector;

    protected ClientPeer(ClientLoop loop) {
        this.loop = loop;
        channel = open();
    }

    private static DatagramChannel open() {
        try {
            DatagramChannel opened = DatagramChannel.open();
            opened.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER);
            opened.configureBlocking(false);
            return opened;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void reach(DatagramChannel opened, InetSocketAddress server) throws IOException {
        if (server.getAddress().isLoopbackAddress()) {
            opened.bind(new InetSocketAddress(server.getAddress(), 0));
        }
        opened.connect(server);
    }

    /** Loses so much of what comes and goes from now on, 0 to 1; from any thread. */
    public final void lose(double share) {
        loss = share;
    }

    private boolean isLost() {
        return loss > 0 && ThreadLocalRandom.current().nextDouble() < loss;
    }

    /** Goes on from another port, as behind a translation that forgot; from any thread. */
    public final void rebind() {
        loop.post(() -> {
            DatagramChannel before = channel;
            try {
                if (freed || !(before.getRemoteAddress() instanceof InetSocketAddress server)) {
                    return;
                }
                DatagramChannel next = open();
                reach(next, server);
                channel = next;
                before.close();
                loop.register(next, this);
                sendCheck(System.nanoTime());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Sends any bytes to the server; from any thread. */
    public final void sendRaw(byte[] bytes) {
        send(ByteBuffer.wrap(bytes));
    }

    /**
     * @return the server's address, once connected
     */
    public final InetSocketAddress remote() {
        try {
            return (InetSocketAddress) channel.getRemoteAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @return our address, once connected
     */
    public final InetSocketAddress local() {
        try {
            return (InetSocketAddress) channel.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @return whether transport-wide feedback is offered
     */
    protected boolean reportsArrivals() {
        return false;
    }

    /** An offer with sections as browsers write them. */
    public final String offer(boolean sends, int audios, int videos, long firstSsrc) {
        return offer(sends, audios, videos, firstSsrc, false);
    }

    /**
     * The same, whose pictures are sent in three sizes (RFC 8853) if {@code simulcast}; then they
     * have rids instead of SSRCs.
     */
    public final String offer(
            boolean sends, int audios, int videos, long firstSsrc, boolean simulcast) {
        return ClientOffer.text(
                new ClientOffer.Content(sends, audios, videos, firstSsrc, simulcast),
                transportSdp(),
                reportsArrivals());
    }

    /**
     * @return our user name fragment
     */
    public final String ufrag() {
        return ufrag;
    }

    /**
     * @return fingerprint of our certificate
     */
    public final Fingerprint fingerprint() {
        return DTLS.certificate().fingerprint();
    }

    /**
     * @return transport lines of our descriptions
     */
    public final String transportSdp() {
        Fingerprint fingerprint = DTLS.certificate().fingerprint();
        return "a=ice-ufrag:"
                + ufrag
                + "\r\na=ice-pwd:load-password-load-password\r\na=fingerprint:"
                + fingerprint.algorithm()
                + " "
                + fingerprint.value()
                + "\r\na=setup:actpass\r\na=rtcp-mux\r\n";
    }

    /** Closes the socket and frees everything; from any thread; idempotent. */
    public final void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            // it is of no use any more
        }
        loop.remove(this, this::free);
    }

    private void free() {
        freed = true;
        DtlsHandshake running = handshake;
        if (running != null && checked && !isUp()) {
            running.abort();
        }
        if (protector != null) {
            protector.close();
        }
        if (unprotector != null) {
            unprotector.close();
        }
        protector = null;
        unprotector = null;
        incoming.release();
        outgoing.release();
        plain.release();
        onFreed();
    }

    /** Nothing is called any more: what a kind of peer has of its own is freed; on the loop. */
    protected void onFreed() {}

    /** Begins connecting to where the answer says. @return completes when media may flow */
    public final CompletableFuture<Void> connect(Answer answer) {
        try {
            reach(channel, answer.address());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        check = IceChecks.nominating(answer.ufrag(), answer.password(), ufrag);
        loop.add(channel, this);
        loop.post(() -> {
            if (freed) {
                return;
            }
            nextCheckNanos = System.nanoTime();
            DtlsHandshake started =
                    new DtlsHandshake(DTLS, DtlsRole.CLIENT, List.of(answer.fingerprint()), this);
            handshake = started;
            sendCheck(nextCheckNanos);
        });
        return connected;
    }

    /** Goes on with the credentials of another description: an ICE restart; from any thread. */
    public final void restart(Answer description) {
        loop.post(() -> {
            if (!freed) {
                check = IceChecks.nominating(description.ufrag(), description.password(), ufrag);
                sendCheck(System.nanoTime());
            }
        });
    }

    private void sendCheck(long nowNanos) {
        nextCheckNanos = nowNanos + (protector == null ? CHECK_NANOS : CONSENT_NANOS);
        send(ByteBuffer.wrap(check));
    }

    final void send(ByteBuffer datagram) {
        if (isLost()) {
            return;
        }
        try {
            channel.write(datagram);
        } catch (IOException e) {
            // the server's port is gone: the counts will show it
        }
    }

    @Override
    public final void onReadable() {
        try {
            while (!freed) {
                incomingNio.clear();
                int length = channel.read(incomingNio);
                if (length <= 0) {
                    return;
                }
                if (!isLost()) {
                    onDatagram(length);
                }
            }
        } catch (IOException e) {
            // as above
        }
    }

    private void onDatagram(int length) {
        int first = incoming.getUnsignedByte(0);
        DtlsHandshake running = handshake;
        if (first == STUN_SUCCESS && running != null && !checked) {
            checked = true; // earlier, its greeting might overtake the check
            running.start("load-" + ufrag);
        } else if (first >= 20 && first <= 63 && running != null) {
            byte[] copy = new byte[length];
            incoming.getBytes(0, copy);
            if (protector == null) {
                running.offer(copy);
            } else {
                onRecord(System.nanoTime(), copy);
            }
        } else if (first >= 128) {
            int type = incoming.getUnsignedByte(1);
            if (type >= 192 && type <= 223) {
                onRtcp(length);
            } else {
                onRtp(length);
            }
        }
    }

    private void onRtp(int length) {
        SrtpUnprotector keys = unprotector;
        if (keys != null) {
            long now = System.nanoTime();
            int opened = keys.open(now, incoming, 0, length, plain, 0);
            if (opened > 0) {
                onPacket(now, plain, opened);
            }
        }
    }

    private void onRtcp(int length) {
        SrtpUnprotector keys = unprotector;
        if (keys != null) {
            int opened = keys.openRtcp(System.nanoTime(), incoming, 0, length, plain, 0);
            if (opened > 0) {
                onReport(plain, opened);
            }
        }
    }

    /** A plain packet came. */
    protected abstract void onPacket(long nowNanos, ByteBuf packet, int length);

    /** Keys are known; media and data may flow as soon as this returns. */
    protected void onKeys(DtlsResult result) {}

    /** A DTLS datagram came after the handshake. */
    protected void onRecord(long nowNanos, byte[] datagram) {}

    /** A plain RTCP compound came. */
    protected abstract void onReport(ByteBuf report, int length);

    /** Media may flow. */
    protected abstract void onUp(long nowNanos);

    @Override
    public void onTick(long nowNanos) {
        if (nowNanos - nextCheckNanos >= 0) {
            sendCheck(nowNanos);
        }
    }

    /** Seals and sends a packet whose header stands in {@link #outgoing}. */
    protected final void sendRtp(int header, ByteBuf payload, int length, long ssrc, long index) {
        SrtpProtector keys = protector;
        if (keys != null) {
            job.header(outgoing, 0, header);
            job.payload(payload, 0, length);
            job.stream(ssrc, index);
            sendSealed(keys.seal(job));
        }
    }

    /** Seals and sends RTCP that stands in {@link #outgoing}. */
    protected final void sendRtcp(int length) {
        SrtpProtector keys = protector;
        if (keys != null) {
            sendSealed(keys.sealRtcp(job, outgoing, 0, length));
        }
    }

    private void sendSealed(int length) {
        outgoingNio.clear().limit(length);
        send(outgoingNio);
    }

    protected final ByteBuf outgoing() {
        return outgoing;
    }

    protected final boolean isUp() {
        return protector != null;
    }

    // --- DtlsSink, on the handshake's thread

    @Override
    public void onSend(byte[] datagram) {
        send(ByteBuffer.wrap(datagram));
    }

    @Override
    public void onDone(DtlsResult result) {
        loop.post(() -> {
            if (freed) {
                return;
            }
            SrtpCiphers ciphers = CIPHERS.get();
            boolean server = result.role() == DtlsRole.SERVER;
            protector = new SrtpProtector(ciphers, result.keys(), server);
            unprotector = new SrtpUnprotector(ciphers, result.keys(), server);
            onKeys(result);
            onUp(System.nanoTime());
            connected.complete(null);
        });
    }

    @Override
    public void onFailed(DtlsFailure failure) {
        connected.completeExceptionally(new IllegalStateException("handshake: " + failure));
    }
}
