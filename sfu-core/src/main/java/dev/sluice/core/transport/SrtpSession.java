package dev.sluice.core.transport;

import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.DropReason;
import dev.sluice.dtls.DtlsResult;
import dev.sluice.dtls.DtlsRole;
import dev.sluice.ice.RateLimit;
import dev.sluice.rtp.RtpPacket;
import dev.sluice.srtp.SrtpProtector;
import dev.sluice.srtp.SrtpUnprotector;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * SRTP of one peer: opens what comes into its owner's slots, seals what goes, holds what is early.
 */
final class SrtpSession {
    // a screen in the best of qualities is 3,000 packets a second; what is more than this would
    // cost
    // every receiver's time
    private static final int PACKETS_PER_SECOND = 10_000;
    private static final int PACKETS_AT_ONCE = 2_000;

    private final TransportScope scope;
    private final PeerOwner owner;
    private final EarlyMedia early = new EarlyMedia();
    private final RateLimit limit = new RateLimit(PACKETS_PER_SECOND, PACKETS_AT_ONCE);
    private @Nullable SrtpProtector protector;
    private @Nullable SrtpUnprotector unprotector;

    SrtpSession(TransportScope scope, PeerOwner owner) {
        this.scope = scope;
        this.owner = owner;
    }

    /** Takes the keys of a finished handshake, and erases them there. */
    void start(DtlsResult result) {
        boolean server = result.role() == DtlsRole.SERVER;
        start(
                new SrtpProtector(scope.ciphers(), result.keys(), server),
                new SrtpUnprotector(scope.ciphers(), result.keys(), server));
        result.keys().erase();
    }

    void start(SrtpProtector seals, SrtpUnprotector opens) {
        protector = seals;
        unprotector = opens;
    }

    /** Opens what came before the keys. */
    void drainEarly(long nowNanos, PeerTransport into) {
        early.drain(nowNanos, into);
    }

    boolean isUp() {
        return protector != null;
    }

    /**
     * @return whether the packet was authentic; the owner has it then
     */
    boolean onRtp(long nowNanos, InetSocketAddress from, ByteBuf buffer, int length) {
        SrtpUnprotector keys = unprotector;
        if (keys == null) {
            return holdEarly(nowNanos, from, buffer, length, false);
        }
        if (length < RtpPacket.FIXED_HEADER_LENGTH || length > OpenTarget.SLOT) {
            scope.counters().drop(DropReason.SRTP_MALFORMED);
            return false;
        }
        int start = buffer.readerIndex();
        int ssrc = (int) RtpPacket.ssrcOf(buffer, start);
        if (!owner.wants(ssrc)) {
            scope.counters().drop(DropReason.RTP_SHED);
            if (keys.isLosing(ssrc, buffer.getUnsignedShort(start + 2))) {
                keys.open(nowNanos, buffer, start, length, scope.scratch(), 0);
            }
            return false;
        }
        OpenTarget target = owner.targetOf(ssrc);
        ByteBuf into = target == null ? scope.scratch() : target.buffer();
        int to = target == null ? 0 : target.freeSlot();
        int opened = keys.open(nowNanos, buffer, start, length, into, to);
        if (opened < 0) {
            scope.counters().drop(SealFailures.inbound(opened));
            return false;
        }
        if (isWithinLimit(nowNanos)) {
            owner.onRtp(nowNanos, target, into, to, opened);
        }
        return true;
    }

    /**
     * @return whether the packet was authentic; the owner has it then
     */
    boolean onRtcp(long nowNanos, InetSocketAddress from, ByteBuf buffer, int length) {
        SrtpUnprotector keys = unprotector;
        if (keys == null) {
            return holdEarly(nowNanos, from, buffer, length, true);
        }
        ByteBuf into = scope.scratch();
        int opened = keys.openRtcp(nowNanos, buffer, buffer.readerIndex(), length, into, 0);
        if (opened < 0) {
            scope.counters().drop(SealFailures.inbound(opened));
            return false;
        }
        scope.counters().add(Counter.RTCP_IN);
        if (isWithinLimit(nowNanos)) {
            owner.onRtcp(nowNanos, into, 0, opened);
        }
        return true;
    }

    /** Counts authentic packets only: forged ones must not use up what belongs to the peer. */
    private boolean isWithinLimit(long nowNanos) {
        boolean within = limit.take(nowNanos);
        if (!within) {
            scope.counters().drop(DropReason.PEER_TOO_FAST);
        }
        return within;
    }

    private boolean holdEarly(
            long nowNanos, InetSocketAddress from, ByteBuf buffer, int length, boolean rtcp) {
        if (!early.hold(nowNanos, from, buffer, length, rtcp)) {
            scope.counters().drop(DropReason.SRTP_EARLY);
        }
        return false; // nothing is known of it yet
    }

    /**
     * @return what seals; only once {@link #isUp}
     */
    SrtpProtector protector() {
        SrtpProtector keys = protector;
        if (keys == null) {
            throw new IllegalStateException("nothing may be sent before SRTP is up");
        }
        return keys;
    }

    /** Erases the keys. */
    void close() {
        early.clear();
        if (protector != null) {
            protector.close();
            protector = null;
        }
        if (unprotector != null) {
            unprotector.close();
            unprotector = null;
        }
    }
}
