package dev.sluice.signaling;

import dev.sluice.dtls.Certificate;
import dev.sluice.dtls.DtlsFailure;
import dev.sluice.dtls.DtlsHandshake;
import dev.sluice.dtls.DtlsResult;
import dev.sluice.dtls.DtlsRole;
import dev.sluice.dtls.DtlsSettings;
import dev.sluice.dtls.DtlsSink;
import dev.sluice.dtls.Fingerprint;
import dev.sluice.signaling.client.IceChecks;
import dev.sluice.srtp.CipherJob;
import dev.sluice.srtp.SrtpCiphers;
import dev.sluice.srtp.SrtpProfile;
import dev.sluice.srtp.SrtpProtector;
import dev.sluice.srtp.SrtpProvider;
import dev.sluice.srtp.SrtpUnprotector;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A peer connection of our own making: one UDP socket, ICE checks, a DTLS client, SRTP. Small
 * enough to have hundreds of, and open enough to send what no browser would.
 */
public final class ScriptedPeer implements AutoCloseable, DtlsSink {
    private static final SecureRandom RANDOM = new SecureRandom();

    @SuppressWarnings("TimeInStaticInitializer") // a certificate for one run of the tests
    private static final DtlsSettings DTLS =
            new DtlsSettings(
                    RANDOM,
                    Certificate.create(Instant.now(), RANDOM),
                    List.of(SrtpProfile.values()));

    private static final AtomicInteger NAMES = new AtomicInteger();

    private final String ufrag = "peer" + NAMES.incrementAndGet();
    private final DatagramSocket socket;
    private final CompletableFuture<DtlsResult> connected = new CompletableFuture<>();
    // one for each thread: sending is the test's, receiving our own
    private final SrtpCiphers ciphers = new SrtpCiphers(SrtpProvider.SUN_JCE);
    private final SrtpCiphers receiving = new SrtpCiphers(SrtpProvider.SUN_JCE);
    private final CipherJob job = new CipherJob();
    private final AtomicInteger received = new AtomicInteger();
    private final ByteBuf plain = Unpooled.buffer(2048).writeZero(2048);
    private final Queue<byte[]> packets = new ConcurrentLinkedQueue<>();
    private final Queue<byte[]> reports = new ConcurrentLinkedQueue<>();
    private String remoteUfrag = "";
    private String remotePassword = "";
    private InetSocketAddress server = InetSocketAddress.createUnresolved("", 0);
    private @Nullable DtlsHandshake handshake;
    private boolean overTcp;
    private @Nullable TcpTunnel tunnel;
    private volatile @Nullable SrtpProtector protector;
    private volatile @Nullable SrtpUnprotector unprotector;

    public ScriptedPeer() {
        try {
            socket =
                    new DatagramSocket(
                            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::receive);
    }

    /**
     * @return transport lines of our own descriptions
     */
    public String transportSdp(String setup) {
        Fingerprint fingerprint = DTLS.certificate().fingerprint();
        return "a=ice-ufrag:"
                + ufrag
                + "\r\na=ice-pwd:scripted-password-scripted\r\na=fingerprint:"
                + fingerprint.algorithm()
                + " "
                + fingerprint.value()
                + "\r\na=setup:"
                + setup
                + "\r\na=rtcp-mux\r\n";
    }

    /** Learns the server from its description, checks, and begins the handshake as client. */
    public void connect(String sdp) {
        connect(sdp, DtlsRole.CLIENT);
    }

    /** The same, with a DTLS role of our own choice. */
    public void connect(String sdp, DtlsRole role) {
        remoteUfrag = find(sdp, "a=ice-ufrag:(\\S+)");
        remotePassword = find(sdp, "a=ice-pwd:(\\S+)");
        server = reach(sdp);
        String[] fingerprint = find(sdp, "a=fingerprint:(\\S+ \\S+)").split(" ", -1);
        check();
        DtlsHandshake started =
                new DtlsHandshake(
                        DTLS, role, List.of(new Fingerprint(fingerprint[0], fingerprint[1])), this);
        handshake = started;
        started.start("scripted-" + ufrag);
    }

    private InetSocketAddress reach(String sdp) {
        if (overTcp) {
            String port = find(sdp, "tcp \\d+ 127\\.0\\.0\\.1 (\\d+) typ host tcptype passive");
            TcpTunnel opened = new TcpTunnel(Integer.parseInt(port));
            tunnel = opened;
            return opened.address();
        }
        String port = find(sdp, "udp \\d+ 127\\.0\\.0\\.1 (\\d+) typ host");
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(port));
    }

    /** Uses the server's TCP candidate instead of its UDP one; before connecting. */
    public ScriptedPeer overTcp() {
        overTcp = true;
        return this;
    }

    TcpTunnel tunnel() {
        return Objects.requireNonNull(tunnel, "not over TCP");
    }

    private static String find(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            throw new AssertionError("no " + pattern + " in:\n" + text);
        }
        return matcher.group(1);
    }

    /** Sends a nominating Binding request. */
    public void check() {
        sendRaw(IceChecks.nominating(remoteUfrag, remotePassword, ufrag));
    }

    /** Sends any bytes to the server. */
    public void sendRaw(byte[] bytes) {
        try {
            socket.send(new DatagramPacket(bytes, bytes.length, server));
        } catch (IOException e) {
            if (!socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Returns once the handshake is done */
    public void awaitConnected() {
        connected.orTimeout(15, TimeUnit.SECONDS).join();
    }

    /** Sends one RTP packet. */
    public void sendRtp(long ssrc, long index, int payloadType, byte[] payload) {
        ByteBuf packet = Unpooled.buffer(1600).writeZero(1600);
        packet.setByte(0, 0x80).setByte(1, payloadType).setShort(2, (int) index & 0xFFFF);
        packet.setInt(4, (int) (index * 960)).setInt(8, (int) ssrc).setBytes(12, payload);
        job.header(packet, 0, 12);
        job.payload(packet, 12, payload.length);
        job.stream(ssrc, index);
        SrtpProtector keys = protector;
        if (keys == null) {
            throw new AssertionError("not connected");
        }
        int length = keys.seal(job);
        byte[] sealed = new byte[length];
        packet.getBytes(0, sealed);
        sendRaw(sealed);
    }

    /** Seals and sends plain RTCP, whatever it is. */
    public void sendRtcp(byte[] rtcp) {
        SrtpProtector keys = protector;
        if (keys == null || rtcp.length < 8) {
            return;
        }
        ByteBuf packet = Unpooled.buffer(rtcp.length + 64).writeZero(rtcp.length + 64);
        packet.setBytes(0, rtcp);
        byte[] sealed = new byte[keys.sealRtcp(job, packet, 0, rtcp.length)];
        packet.getBytes(0, sealed);
        sendRaw(sealed);
    }

    private void receive() {
        byte[] buffer = new byte[2048];
        while (!socket.isClosed()) {
            DatagramPacket datagram = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(datagram);
            } catch (IOException e) {
                return; // closed
            }
            int first = buffer[0] & 0xFF;
            DtlsHandshake running = handshake;
            if (first >= 20 && first <= 63 && running != null) {
                running.offer(Arrays.copyOf(buffer, datagram.getLength()));
            } else if (first >= 128) {
                onMedia(Unpooled.wrappedBuffer(buffer), datagram.getLength());
            }
        }
    }

    private void onMedia(ByteBuf packet, int length) {
        SrtpUnprotector keys = unprotector;
        int type = packet.getUnsignedByte(1);
        boolean rtcp = type >= 192 && type <= 223;
        if (keys == null) {
            return;
        }
        long now = System.nanoTime();
        int opened =
                rtcp
                        ? keys.openRtcp(now, packet, 0, length, plain, 0)
                        : keys.open(now, packet, 0, length, plain, 0);
        if (opened > 0) {
            byte[] bytes = new byte[opened];
            plain.getBytes(0, bytes);
            (rtcp ? reports : packets).add(bytes);
            if (!rtcp) {
                received.incrementAndGet();
            }
        }
    }

    /** Plain RTP packets that came, oldest first. */
    public Queue<byte[]> packets() {
        return packets;
    }

    /** Plain RTCP compounds that came, oldest first. */
    public Queue<byte[]> reports() {
        return reports;
    }

    /**
     * @return RTP packets that came and could be opened
     */
    public int received() {
        return received.get();
    }

    @Override
    public void onSend(byte[] datagram) {
        sendRaw(datagram);
    }

    @Override
    public void onDone(DtlsResult result) {
        boolean server = result.role() == DtlsRole.SERVER;
        protector = new SrtpProtector(ciphers, result.keys(), server);
        unprotector = new SrtpUnprotector(receiving, result.keys(), server);
        connected.complete(result);
    }

    @Override
    public void onFailed(DtlsFailure failure) {
        connected.completeExceptionally(new AssertionError("handshake: " + failure));
    }

    @Override
    public void close() {
        socket.close();
        if (tunnel != null) {
            tunnel.close();
        }
        DtlsHandshake running = handshake;
        if (running != null && !connected.isDone()) {
            running.abort();
        }
    }
}
