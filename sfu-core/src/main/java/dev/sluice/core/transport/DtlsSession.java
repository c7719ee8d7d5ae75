package dev.sluice.core.transport;

import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.Counters;
import dev.sluice.core.stats.DropReason;
import dev.sluice.dtls.DtlsFailure;
import dev.sluice.dtls.DtlsHandshake;
import dev.sluice.dtls.DtlsRecordFilter;
import dev.sluice.dtls.DtlsResult;
import dev.sluice.dtls.DtlsRole;
import dev.sluice.dtls.DtlsSettings;
import dev.sluice.dtls.DtlsSink;
import dev.sluice.dtls.DtlsTransport;
import dev.sluice.dtls.Fingerprint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * DTLS of one peer: filter first, then the handshake on its virtual thread, then the pump. Results
 * of the virtual thread come back through the worker's loop.
 */
final class DtlsSession implements DtlsSink {
    private final TransportScope scope;
    private final Counters counters;
    private final String name;
    private final PeerTransport peer;
    private final DtlsSettings settings;
    private List<Fingerprint> fingerprints = List.of();
    private DtlsRole role = DtlsRole.SERVER;
    private @Nullable DtlsRecordFilter filter;
    private @Nullable DtlsHandshake handshake;
    private @Nullable DtlsTransport association;
    private InetAddress source = InetAddress.getLoopbackAddress(); // whose the handshake is
    private long startedNanos;
    private boolean expectsData;
    private boolean closed;

    DtlsSession(long nowNanos, TransportScope scope, String name, PeerTransport peer) {
        this.scope = scope;
        this.settings = scope.dtls().apply(nowNanos);
        this.counters = scope.counters();
        this.name = name;
        this.peer = peer;
    }

    void remote(List<Fingerprint> fingerprints, DtlsRole role) {
        if (filter == null) { // fixed once: another fingerprint is another peer
            this.fingerprints = fingerprints;
            this.role = role;
            this.filter = new DtlsRecordFilter(role);
            if (expectsData) {
                filter.expectData();
            }
        }
    }

    /** An address was selected: a client begins now. */
    void onPathReady(InetAddress remote) {
        if (role == DtlsRole.CLIENT && filter != null && handshake == null && association == null) {
            start(remote);
        }
    }

    /**
     * @return whether the datagram passed the filter
     */
    boolean onDatagram(long nowNanos, InetAddress from, ByteBuf buffer, int length) {
        DtlsRecordFilter records = filter;
        if (records == null) {
            counters.drop(DropReason.DTLS_TOO_EARLY);
            return false;
        }
        if (!records.accepts(nowNanos, buffer, buffer.readerIndex(), length)) {
            counters.drop(DropReason.DTLS_FILTER);
            return false;
        }
        byte[] datagram = new byte[length];
        buffer.getBytes(buffer.readerIndex(), datagram);
        DtlsTransport established = association;
        if (established != null) {
            pump(established, datagram);
            return false;
        }
        if (handshake == null && !(role == DtlsRole.SERVER && start(from))) {
            return false;
        }
        DtlsHandshake running = handshake;
        if (running == null || !running.offer(datagram)) {
            counters.drop(DropReason.DTLS_QUEUE_FULL);
            return false;
        }
        return true;
    }

    private void pump(DtlsTransport established, byte[] datagram) {
        switch (established.onDatagram(datagram)) {
            case REFUSED -> counters.drop(DropReason.DTLS_REFUSED);
            case CLOSED -> peer.fail(CloseReason.DTLS_CLOSED);
            case NONE -> {}
        }
    }

    private void onData(byte[] bytes, int length) {
        if (!peer.onData(Unpooled.wrappedBuffer(bytes, 0, length))) {
            counters.drop(DropReason.DTLS_APPLICATION_DATA);
        }
    }

    /** Data channels were negotiated. */
    void expectData() {
        expectsData = true;
        if (filter != null) {
            filter.expectData();
        }
    }

    /**
     * @return whether the bytes could be sent as a record
     */
    boolean send(byte[] bytes, int length) {
        DtlsTransport established = association;
        return established != null && established.send(bytes, length);
    }

    /**
     * @return of the certificate that this session proves itself with
     */
    Fingerprint fingerprint() {
        return settings.certificate().fingerprint();
    }

    DtlsRole role() {
        return role;
    }

    private boolean start(InetAddress with) {
        if (!scope.handshakes().begin(with)) {
            counters.drop(DropReason.DTLS_TOO_MANY_HANDSHAKES);
            return false;
        }
        source = with;
        startedNanos = scope.clock().nowNanos();
        counters.add(Counter.HANDSHAKES_STARTED);
        DtlsHandshake started = new DtlsHandshake(settings, role, fingerprints, this);
        handshake = started;
        started.start(name);
        return true;
    }

    // --- DtlsSink, on the virtual thread

    @Override
    public void onSend(byte[] datagram) {
        scope.loop().execute(() -> peer.sendDtls(datagram));
    }

    @Override
    public void onDone(DtlsResult result) {
        scope.handshakes().end(source);
        scope.loop().execute(() -> finish(result));
    }

    @Override
    public void onFailed(DtlsFailure failure) {
        scope.handshakes().end(source);
        scope.loop().execute(() -> failed(failure));
    }

    // --- back on the worker

    private void finish(DtlsResult result) {
        handshake = null;
        if (closed) {
            result.keys().erase();
            return;
        }
        counters.add(Counter.HANDSHAKES_DONE);
        long now = scope.clock().nowNanos();
        counters.add(Counter.HANDSHAKE_MICROS, Math.max(0, now - startedNanos) / 1000);
        if (filter != null) {
            filter.onEstablished(now);
        }
        association = new DtlsTransport(result, peer::sendDtls, this::onData);
        peer.onKeys(now, result);
    }

    private void failed(DtlsFailure failure) {
        handshake = null;
        if (closed) {
            return;
        }
        counters.add(Counter.HANDSHAKES_FAILED);
        peer.fail(
                switch (failure) {
                    case TIMEOUT -> CloseReason.HANDSHAKE_TIMEOUT;
                    case FINGERPRINT_MISMATCH -> CloseReason.FINGERPRINT_MISMATCH;
                    case PROTOCOL, ABORTED -> CloseReason.HANDSHAKE_FAILED;
                });
    }

    /** Says close_notify when there is an association; gives a running handshake up. */
    void close() {
        closed = true;
        if (handshake != null) {
            handshake.abort();
        }
        if (association != null) {
            association.close();
            association = null;
        }
    }
}
