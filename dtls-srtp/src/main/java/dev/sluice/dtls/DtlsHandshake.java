package dev.sluice.dtls;

import dev.sluice.srtp.SrtpKeys;
import java.io.IOException;
import java.util.List;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.TlsTimeoutException;

/**
 * One DTLS handshake on one virtual thread: BouncyCastle's blocking protocol made harmless. It ends
 * by its own 15 s deadline at the latest, and holds one of the process's computing permits only
 * while it computes.
 *
 * <p>{@link #offer} and {@link #abort} come from the worker; the sink is called on the virtual
 * thread.
 */
public final class DtlsHandshake {
    private final DtlsSettings settings;
    private final DtlsRole role;
    private final HandshakeState state;
    private final DtlsSink sink;
    private final QueueTransport transport;
    private volatile boolean aborted;

    /**
     * @param expected the peer's fingerprints from its signaling, at least one of accepted strength
     */
    public DtlsHandshake(
            DtlsSettings settings, DtlsRole role, List<Fingerprint> expected, DtlsSink sink) {
        this.settings = settings;
        this.role = role;
        this.state = new HandshakeState(expected);
        this.sink = sink;
        this.transport = new QueueTransport(settings.permits(), sink::onSend);
    }

    /** Starts the virtual thread. */
    public void start(String name) {
        Thread.ofVirtual().name("dtls-" + name).start(this::run);
    }

    /** Hands in a datagram that the filter let pass. @return false when it was dropped */
    public boolean offer(byte[] datagram) {
        return transport.offer(datagram);
    }

    /** Gives up; the sink hears {@link DtlsFailure#ABORTED}. */
    public void abort() {
        aborted = true;
        transport.abort();
    }

    private void run() {
        settings.permits().acquireUninterruptibly();
        try {
            DTLSTransport association =
                    role == DtlsRole.SERVER
                            ? new DTLSServerProtocol()
                                    .accept(new HandshakeServer(settings, state), transport)
                            : new DTLSClientProtocol()
                                    .connect(new HandshakeClient(settings, state), transport);
            transport.flush();
            SrtpKeys keys = state.keys();
            if (keys == null || aborted) {
                fail(DtlsFailure.ABORTED);
                return;
            }
            sink.onDone(new DtlsResult(keys, role, association, transport));
        } catch (TlsTimeoutException e) {
            fail(DtlsFailure.TIMEOUT);
        } catch (IOException | RuntimeException e) {
            // BouncyCastle reports hostile input by either kind; both end this handshake alone
            fail(aborted ? DtlsFailure.ABORTED : DtlsFailure.PROTOCOL);
        } finally {
            settings.permits().release();
        }
    }

    private void fail(DtlsFailure failure) {
        if (state.isFingerprintMismatched()) {
            transport.flush(); // our own alert: the peer should know
            sink.onFailed(DtlsFailure.FINGERPRINT_MISMATCH);
            return;
        }
        transport.discard();
        SrtpKeys keys = state.keys();
        if (keys != null) {
            keys.erase();
        }
        sink.onFailed(failure);
    }
}
