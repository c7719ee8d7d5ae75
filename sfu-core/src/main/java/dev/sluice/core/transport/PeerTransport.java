package dev.sluice.core.transport;

import dev.sluice.core.congestion.SendSideEstimator;
import dev.sluice.core.feedback.RtcpSink;
import dev.sluice.core.loop.Deadlines;
import dev.sluice.core.loop.Timed;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.DropReason;
import dev.sluice.dtls.DtlsResult;
import dev.sluice.dtls.DtlsRole;
import dev.sluice.dtls.Fingerprint;
import dev.sluice.ice.CandidatePair;
import dev.sluice.ice.IceCredentials;
import dev.sluice.ice.IceSession;
import dev.sluice.ice.IceSink;
import dev.sluice.ice.IceState;
import dev.sluice.ice.StunResult;
import dev.sluice.ice.TransportProtocol;
import dev.sluice.ice.stun.StunPeek;
import dev.sluice.srtp.SrtpProtector;
import dev.sluice.srtp.SrtpUnprotector;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One peer's ICE session, DTLS association and SRTP contexts, and their life cycle. It holds and
 * forwards; the arithmetic is in its parts.
 */
public final class PeerTransport implements IceSink, RtcpSink, Timed {
    private final TransportScope scope;
    private final PeerOwner owner;
    private final IceSession ice;
    private final DtlsSession dtls;
    private final SrtpSession srtp;
    private final ReturnPath returnPath = new ReturnPath();
    private final EgressList outgoing = new EgressList();
    private @Nullable SendSideEstimator estimator;
    private final Deadlines.Timer timer;
    private @Nullable Endpoint handshakeVia;
    private @Nullable InetSocketAddress handshakeFrom;
    private boolean receiving;
    private boolean closed;

    public PeerTransport(
            long nowNanos,
            TransportScope scope,
            String name,
            IceCredentials local,
            PeerOwner owner) {
        this.scope = scope;
        this.owner = owner;
        this.ice = new IceSession(nowNanos, local, scope.stun(), this);
        this.dtls = new DtlsSession(nowNanos, scope, name, this);
        this.srtp = new SrtpSession(scope, owner);
        scope.directory().add(local.ufrag(), this);
        timer = scope.deadlines().add(this);
        scope.counters().add(Counter.PEERS_OPENED);
    }

    /**
     * Sets what the peer's signaling announced; the handshake cannot begin before.
     *
     * @param role our DTLS role
     */
    public void remote(long nowNanos, String ufrag, List<Fingerprint> fingerprints, DtlsRole role) {
        if (!closed) {
            dtls.remote(fingerprints, role);
            ice.remoteUfrag(nowNanos, ufrag);
        }
    }

    /**
     * @return fingerprint of our certificate
     */
    public Fingerprint fingerprint() {
        return dtls.fingerprint();
    }

    /**
     * Begins an ICE restart (RFC 8445 §9) with new local credentials.
     *
     * @param remoteUfrag empty when the peer's description is yet to come
     */
    public void restart(long nowNanos, IceCredentials local, String remoteUfrag) {
        if (closed) {
            return;
        }
        String oldest = ice.previousUfrag();
        if (oldest != null) {
            scope.directory().remove(oldest);
        }
        scope.directory().add(local.ufrag(), this);
        ice.restart(local);
        if (!remoteUfrag.isEmpty()) {
            ice.remoteUfrag(nowNanos, remoteUfrag);
        }
    }

    /** A Binding request whose structure was checked and whose fragment is ours. */
    public void onStun(long nowNanos, StunPeek peek, byte[] datagram, CandidatePair pair) {
        StunResult result = ice.onRequest(nowNanos, peek, datagram, pair);
        switch (result) {
            case ANSWERED, HELD -> {
                returnPath.onReceived(pair.remote(), datagram.length);
                begin();
            }
            case UNKNOWN_USER -> scope.counters().drop(DropReason.STUN_UNKNOWN_USER);
            case BAD_USER -> scope.counters().drop(DropReason.STUN_BAD_USER);
            case BAD_INTEGRITY -> scope.counters().drop(DropReason.STUN_BAD_INTEGRITY);
            case RATE_LIMITED -> scope.counters().drop(DropReason.STUN_RATE);
            case MALFORMED, NOT_A_REQUEST -> scope.counters().drop(DropReason.STUN_MALFORMED);
        }
    }

    /** As a DTLS client; again with each check while others' handshakes take all there may be. */
    private void begin() {
        CandidatePair selected = ice.selected();
        if (selected != null) {
            dtls.onPathReady(selected.remote().getAddress());
        }
    }

    /** A DTLS datagram from an admitted address. */
    public void onDtls(
            long nowNanos, Endpoint via, InetSocketAddress from, ByteBuf buffer, int length) {
        returnPath.onReceived(from, length);
        if (dtls.onDatagram(nowNanos, from.getAddress(), buffer, length)) {
            handshakeFrom = from;
            handshakeVia = via;
            answerTo(via, from);
        }
    }

    private void answerTo(Endpoint via, InetSocketAddress from) {
        if (ice.selected() == null) { // before nomination: to where the peer speaks from
            returnPath.onMoved(via, from);
        }
    }

    /** An SRTP packet from an admitted address. */
    public void onRtp(long nowNanos, InetSocketAddress from, ByteBuf buffer, int length) {
        if (srtp.onRtp(nowNanos, from, buffer, length)) {
            heard(nowNanos, from);
        }
    }

    /** An SRTCP packet from an admitted address. */
    public void onRtcp(long nowNanos, InetSocketAddress from, ByteBuf buffer, int length) {
        if (srtp.onRtcp(nowNanos, from, buffer, length)) {
            heard(nowNanos, from);
        }
    }

    private void heard(long nowNanos, InetSocketAddress from) {
        ice.onHeard(nowNanos, returnPath.isTarget(from));
        returnPath.onProven(from);
    }

    /** The handshake gave keys: SRTP begins. */
    void onKeys(long nowNanos, DtlsResult result) {
        srtp.start(result);
        updateReceiving();
        if (handshakeVia != null && handshakeFrom != null) {
            returnPath.onProven(handshakeVia, handshakeFrom);
        }
        owner.onConnected(nowNanos);
        srtp.drainEarly(nowNanos, this);
    }

    /**
     * Takes a path and keys as given, without ICE or DTLS: for simulations and benchmarks.
     *
     * @param via may be a socket that was never opened, which drops what is sent
     */
    public void assumeConnected(
            Endpoint via, InetSocketAddress to, SrtpProtector seals, SrtpUnprotector opens) {
        timer.cancel(); // nobody proves consent
        srtp.start(seals, opens);
        updateReceiving();
        returnPath.onMoved(via, to);
        returnPath.onProven(to);
    }

    // --- IceSink

    @Override
    public void onSend(CandidatePair via, byte[] message) {
        Endpoint endpoint = scope.directory().endpoint(via);
        if (endpoint != null) {
            endpoint.send(scope.clock().nowNanos(), message, via.remote());
        }
    }

    @Override
    public void onAdmitted(CandidatePair pair) {
        Endpoint endpoint = scope.directory().endpoint(pair);
        if (endpoint != null) {
            endpoint.admit(pair.remote(), this);
            answerTo(endpoint, pair.remote());
        }
    }

    @Override
    public void onForgotten(CandidatePair pair) {
        Endpoint endpoint = scope.directory().endpoint(pair);
        if (endpoint != null) {
            endpoint.forget(pair.remote(), this);
        }
    }

    @Override
    public void onSelected(CandidatePair pair) {
        boolean tcp = pair.protocol() == TransportProtocol.TCP;
        scope.counters().add(tcp ? Counter.ICE_CONNECTED_TCP : Counter.ICE_CONNECTED);
        Endpoint endpoint = scope.directory().endpoint(pair);
        if (endpoint != null) {
            returnPath.onMoved(endpoint, pair.remote());
        }
        begin();
    }

    @Override
    public void onQuiet(boolean quiet) {
        updateReceiving();
        owner.onQuiet(quiet);
    }

    @Override
    public void onExpired(boolean connectedOnce) {
        scope.counters().add(Counter.ICE_FAILED);
        fail(connectedOnce ? CloseReason.CONSENT_LOST : CloseReason.NEVER_CONNECTED);
    }

    /** Video to the peer had to be dropped for a while, and flows again. */
    void onVideoLost() {
        if (!closed) {
            owner.onVideoLost();
        }
    }

    // --- RtcpSink

    @Override
    public ByteBuf buffer() {
        return scope.rtcp();
    }

    @Override
    public void send(int length) {
        SendPath path = path(length);
        long nowNanos = scope.clock().nowNanos();
        int at = path == null ? -1 : path.via().queue().claim(nowNanos, false);
        if (path == null || at < 0) {
            scope.counters()
                    .drop(path == null ? DropReason.NO_ADDRESS : DropReason.SEND_QUEUE_FULL);
            return;
        }
        SendQueue queue = path.via().queue();
        queue.buffer().setBytes(at, scope.rtcp(), 0, length);
        int sealed = srtp.protector().sealRtcp(scope.rtcpJob(), queue.buffer(), at, length);
        if (sealed < 0) {
            countSealFailure(sealed);
        } else {
            queue.push(sealed, path, null);
            scope.counters().add(Counter.RTCP_OUT);
        }
    }

    /** Sends bytes of DTLS to where the peer speaks from. */
    void sendDtls(byte[] datagram) {
        SendPath path = returnPath.target();
        if (path != null) {
            long nowNanos = scope.clock().nowNanos();
            path.via().send(nowNanos, datagram, path.to());
        }
    }

    /** Data channels were negotiated: records of application data are expected. */
    public void expectData() {
        dtls.expectData();
    }

    /** Application data of the peer. @return whether somebody took it */
    boolean onData(ByteBuf bytes) {
        return owner.onData(scope.clock().nowNanos(), bytes);
    }

    /** Sends application data as one record; nothing happens before the handshake is done. */
    public void sendData(byte[] bytes, int length) {
        if (!dtls.send(bytes, length)) {
            scope.counters().drop(DropReason.SEND_FAILED);
        }
    }

    /**
     * @return whether we are the DTLS client
     */
    public boolean isDtlsClient() {
        return dtls.role() == DtlsRole.CLIENT;
    }

    // --- for the egress

    /** Media gets transport-wide numbers from here on, where its section negotiated them. */
    public void estimator(SendSideEstimator estimator) {
        this.estimator = estimator;
    }

    @Nullable SendSideEstimator estimator() {
        return estimator;
    }

    EgressList outgoing() {
        return outgoing;
    }

    SrtpProtector protector() {
        return srtp.protector();
    }

    /**
     * @return where a packet of that many bytes may go, null when nowhere
     */
    @Nullable SendPath path(int bytes) {
        return srtp.isUp() ? returnPath.take(bytes) : null;
    }

    void countSealFailure(int result) {
        scope.counters().drop(SealFailures.outbound(result));
    }

    public boolean isConnected() {
        return srtp.isUp() && !closed;
    }

    /**
     * @return whether media may be sent: connected, and heard of lately
     */
    public boolean isReceiving() {
        return receiving;
    }

    private void updateReceiving() {
        receiving = isConnected() && ice.state() != IceState.QUIET;
    }

    @Override
    public long nextTimeout() {
        return Timed.coarse(ice.nextTimeout());
    }

    @Override
    public void onTimeout(long nowNanos) {
        String before = ice.previousUfrag();
        ice.onTimeout(nowNanos);
        if (before != null && ice.previousUfrag() == null) {
            scope.directory().remove(before);
        }
    }

    /** Ends the transport because of what happened on the wire, and tells the owner. */
    void fail(CloseReason reason) {
        if (!closed) {
            close();
            owner.onClosed(reason);
        }
    }

    /** Frees everything; idempotent, without telling the owner. */
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        receiving = false;
        timer.cancel();
        dtls.close();
        scope.directory().remove(ice.local().ufrag());
        String previous = ice.previousUfrag();
        if (previous != null) {
            scope.directory().remove(previous);
        }
        ice.close();
        srtp.close();
        scope.counters().add(Counter.PEERS_CLOSED);
    }
}
