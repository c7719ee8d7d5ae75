package dev.sluice.ice;

import dev.sluice.ice.stun.StunCodec;
import dev.sluice.ice.stun.StunPeek;
import dev.sluice.ice.stun.StunRequest;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ICE-lite state of one peer: up to two generations of credentials, the admitted addresses, the
 * selected one, liveness and consent (RFC 8445, RFC 7675 by inactivity, since a lite agent sends no
 * checks).
 *
 * <p>A bad check changes nothing and is not answered. Only deadlines end a session.
 */
public final class IceSession {
    /** Addresses of one session that may send DTLS and SRTP. */
    public static final int MAX_ADDRESSES = 8;

    private static final long SECOND = 1_000_000_000L;
    private static final long CREATION_NANOS = 30 * SECOND;
    private static final long QUIET_NANOS = 5 * SECOND;
    private static final long CONSENT_NANOS = 30 * SECOND;
    private static final long ADDRESS_NANOS = 30 * SECOND;
    private static final long OLD_GENERATION_NANOS = 10 * SECOND;
    private static final long HOLD_NANOS = 2 * SECOND;
    private static final long REBIND_NANOS = 2 * SECOND;
    private static final int CHECKS_PER_SECOND = 50;
    private static final int CHECK_BURST = 100;

    private static final class Generation {
        final IceCredentials local;
        final byte[] password;
        @Nullable String remoteUfrag;

        Generation(IceCredentials local) {
            this.local = local;
            this.password = local.password().getBytes(StandardCharsets.US_ASCII);
        }
    }

    private record Admitted(CandidatePair address, long checkedAtNanos) {}

    @SuppressWarnings("ArrayRecordComponent") // kept for one answer, never compared
    private record Held(CandidatePair from, byte[] datagram, StunPeek peek, long atNanos) {}

    private final IceSink sink;
    private final StunCodec codec;
    private final List<Admitted> admitted = new ArrayList<>(2);
    private final RateLimit checks = new RateLimit(CHECKS_PER_SECOND, CHECK_BURST);
    private final long createdAtNanos;
    private Generation current;
    private @Nullable Generation previous;
    private long previousUntilNanos = Long.MAX_VALUE;
    private @Nullable Held held;
    private @Nullable CandidatePair selected;
    private IceState state = IceState.NEW;
    private long lastCheckNanos;
    private long lastHeardNanos;
    private long selectedHeardNanos;
    private long nextTimeoutNanos;

    public IceSession(long nowNanos, IceCredentials local, StunCodec codec, IceSink sink) {
        this.createdAtNanos = nowNanos;
        this.nextTimeoutNanos = nowNanos + SECOND;
        this.current = new Generation(local);
        this.codec = codec;
        this.sink = sink;
    }

    /**
     * Sets the peer's user name fragment of the newest generation, and answers a check that waited.
     */
    public void remoteUfrag(long nowNanos, String ufrag) {
        current.remoteUfrag = ufrag;
        Held waiting = held;
        held = null;
        if (waiting != null && nowNanos - waiting.atNanos <= HOLD_NANOS) {
            onRequest(nowNanos, waiting.peek, waiting.datagram, waiting.from);
        }
    }

    /** Begins a new generation; the old one is answered until the new one has been nominated. */
    public void restart(IceCredentials local) {
        previous = current;
        previousUntilNanos = Long.MAX_VALUE;
        current = new Generation(local);
        held = null;
    }

    /**
     * @return credentials of the newest generation
     */
    public IceCredentials local() {
        return current.local;
    }

    /**
     * @return the user name fragment of the older generation, null when there is none
     */
    public @Nullable String previousUfrag() {
        return previous == null ? null : previous.local.ufrag();
    }

    /**
     * Takes a Binding request whose structure was checked and whose local fragment is ours.
     *
     * @param datagram the whole message; kept by the session when it must wait
     */
    public StunResult onRequest(long nowNanos, StunPeek peek, byte[] datagram, CandidatePair from) {
        Generation generation = generation(peek.localUfrag());
        if (generation == null || state == IceState.CLOSED) {
            return StunResult.UNKNOWN_USER;
        }
        if (!peek.hasIntegrity()) {
            return StunResult.BAD_INTEGRITY;
        }
        if (generation.remoteUfrag == null) {
            held = new Held(from, datagram, copyOf(datagram), nowNanos);
            return StunResult.HELD;
        }
        String username = peek.username();
        if (!username.equals(generation.local.ufrag() + ":" + generation.remoteUfrag)) {
            return StunResult.BAD_USER;
        }
        if (!checks.take(nowNanos)) {
            return StunResult.RATE_LIMITED;
        }
        StunRequest request =
                codec.authenticate(datagram, from.remote(), username, generation.password);
        if (request == null) {
            return StunResult.BAD_INTEGRITY;
        }
        if (peek.unknownRequired() != 0) {
            sink.onSend(from, codec.unknownAttribute(request, peek.unknownRequired()));
        } else if (peek.isControlled()) {
            sink.onSend(from, codec.roleConflict(request));
        } else {
            sink.onSend(from, codec.success(request));
            onValid(nowNanos, generation, from, peek.isNominating());
        }
        return StunResult.ANSWERED;
    }

    private static StunPeek copyOf(byte[] datagram) {
        StunPeek peek = new StunPeek();
        peek.wrap(Unpooled.wrappedBuffer(datagram), 0, datagram.length);
        return peek;
    }

    private @Nullable Generation generation(String localUfrag) {
        if (current.local.ufrag().equals(localUfrag)) {
            return current;
        }
        Generation old = previous;
        return old != null && old.local.ufrag().equals(localUfrag) ? old : null;
    }

    private void onValid(
            long nowNanos, Generation generation, CandidatePair from, boolean nominating) {
        lastCheckNanos = nowNanos;
        admit(nowNanos, from);
        if (state == IceState.NEW) {
            state = IceState.CHECKED;
        }
        boolean newest = generation == current;
        boolean selectedSilent = selected != null && nowNanos - selectedHeardNanos > REBIND_NANOS;
        if (newest && (nominating || selectedSilent)) {
            if (nominating && previous != null && previousUntilNanos == Long.MAX_VALUE) {
                previousUntilNanos = nowNanos + OLD_GENERATION_NANOS;
            }
            select(from);
        }
        onHeard(nowNanos, from.equals(selected));
    }

    private void admit(long nowNanos, CandidatePair from) {
        for (int i = 0; i < admitted.size(); i++) {
            if (admitted.get(i).address.equals(from)) {
                admitted.remove(i);
                admitted.add(new Admitted(from, nowNanos)); // newest last
                return;
            }
        }
        if (admitted.size() == MAX_ADDRESSES) {
            forget(admitted.get(0).address.equals(selected) ? 1 : 0);
        }
        admitted.add(new Admitted(from, nowNanos));
        sink.onAdmitted(from);
    }

    private void forget(int index) {
        sink.onForgotten(admitted.remove(index).address);
    }

    private void select(CandidatePair address) {
        if (!address.equals(selected)) {
            selected = address;
            if (state == IceState.CHECKED) {
                state = IceState.SELECTED;
            }
            sink.onSelected(address);
        }
    }

    /** An authenticated packet of any kind came from an admitted address: the peer is alive. */
    public void onHeard(long nowNanos, boolean onSelected) {
        lastHeardNanos = nowNanos;
        if (onSelected) {
            selectedHeardNanos = nowNanos;
        }
        if (state == IceState.QUIET) {
            state = IceState.SELECTED;
            sink.onQuiet(false);
        }
    }

    /** When {@link #onTimeout} wants to be called: once a second. */
    public long nextTimeout() {
        return state == IceState.CLOSED ? Long.MAX_VALUE : nextTimeoutNanos;
    }

    /** Applies the deadlines that have passed. */
    public void onTimeout(long nowNanos) {
        if (state == IceState.CLOSED) {
            return;
        }
        nextTimeoutNanos = nowNanos + SECOND;
        if (isExpired(nowNanos)) {
            boolean connectedOnce = state != IceState.NEW;
            state = IceState.CLOSED;
            sink.onExpired(connectedOnce);
            return;
        }
        forgetOld(nowNanos);
        if (state == IceState.SELECTED && nowNanos - lastHeardNanos >= QUIET_NANOS) {
            state = IceState.QUIET;
            sink.onQuiet(true);
        }
    }

    private boolean isExpired(long nowNanos) {
        return state == IceState.NEW
                ? nowNanos - createdAtNanos >= CREATION_NANOS
                : nowNanos - lastCheckNanos >= CONSENT_NANOS;
    }

    private void forgetOld(long nowNanos) {
        for (int i = admitted.size() - 1; i >= 0; i--) {
            Admitted entry = admitted.get(i);
            boolean old = nowNanos - entry.checkedAtNanos >= ADDRESS_NANOS;
            if (old && !entry.address.equals(selected)) {
                forget(i);
            }
        }
        if (previousUntilNanos != Long.MAX_VALUE && nowNanos - previousUntilNanos >= 0) {
            previous = null;
            previousUntilNanos = Long.MAX_VALUE;
        }
    }

    public IceState state() {
        return state;
    }

    /**
     * @return where media goes, null before nomination
     */
    public @Nullable CandidatePair selected() {
        return selected;
    }

    /**
     * @return number of admitted addresses
     */
    public int addressCount() {
        return admitted.size();
    }

    /** Ends the session without a callback but for the addresses it forgets. */
    public void close() {
        state = IceState.CLOSED;
        while (!admitted.isEmpty()) {
            forget(admitted.size() - 1);
        }
        held = null;
    }
}
