package dev.sluice.signaling.livekit;

import dev.sluice.core.PeerHandle;
import dev.sluice.core.room.PeerEvents;
import dev.sluice.core.room.SsrcAllocator;
import dev.sluice.core.transport.CloseReason;
import dev.sluice.signaling.sdp.LocalTransport;
import dev.sluice.signaling.sdp.SubscriberTrack;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One peer connection of a session: made once, by its worker, and closed with the session. */
abstract class Connection implements PeerEvents {
    /** Behind the five seconds that the transport waits. */
    private static final long TOLD_SECONDS = 2;

    private final SignalScope scope;
    private final Session session;
    private final @Nullable SignalRoom room;
    private final long sessionId;
    private @Nullable PeerHandle peer;
    private @Nullable CompletableFuture<Void> creating;
    private @Nullable Future<?> telling;
    private boolean closed;

    Connection(SignalScope scope, Session session, @Nullable SignalRoom room) {
        this.scope = scope;
        this.session = session;
        this.room = room;
        this.sessionId = scope.clock().millis() * 1000 + System.identityHashCode(this) % 1000;
    }

    /** Asks the worker for the peer, once; {@link #onReady} follows on the control loop. */
    final void open(String suffix, boolean receivesOnly) {
        if (creating == null && !closed && room != null) {
            creating =
                    room.handle()
                            .createPeer(session.sid() + suffix, this, receivesOnly)
                            .thenAcceptAsync(this::onCreated, scope.loop());
        }
    }

    private void onCreated(PeerHandle created) {
        if (closed) {
            created.close();
            return;
        }
        peer = created;
        double known = room == null ? 0 : scope.estimates().start(room.name(), session.identity());
        if (known > 0) {
            created.startEstimate(known);
        }
        onReady(created);
    }

    /** The peer is there: its descriptions may be sent. */
    abstract void onReady(PeerHandle created);

    /** The transport is up. */
    abstract void onUp();

    @Override
    public final void onConnected() {
        scope.loop()
                .execute(() -> {
                    if (!closed) {
                        onUp();
                    }
                });
    }

    @Override
    public final void onClosed(CloseReason reason) {
        scope.loop()
                .execute(() -> {
                    if (!closed) {
                        session.onTransportClosed(reason);
                    }
                });
    }

    @Override
    public final void onPaused(String trackId, boolean paused) {
        scope.loop()
                .execute(() -> {
                    if (!closed) {
                        session.onTrackPaused(trackId, paused);
                    }
                });
    }

    @Override
    public final void onQuiet(boolean quiet) {
        scope.loop()
                .execute(() -> {
                    if (!closed) {
                        silent(quiet);
                    }
                });
    }

    /** Others are told that nothing comes from here, a while after that began. */
    private void silent(boolean quiet) {
        if (telling != null) {
            telling.cancel(false);
            telling = null;
        }
        if (quiet) {
            telling =
                    scope.loop().schedule(() -> tellSilence(true), TOLD_SECONDS, TimeUnit.SECONDS);
        } else {
            tellSilence(false);
        }
    }

    private void tellSilence(boolean silent) {
        if (room != null) {
            room.onSilent(this, silent);
        }
    }

    public final void close() {
        closed = true;
        silent(false);
        if (peer != null) {
            peer.close();
        }
    }

    /** Describes a track as a client of an SDK wants it: in a stream of its publisher's. */
    final SubscriberTrack describe(Session publisher, Track track, SsrcAllocator ssrcs) {
        boolean alone = session.client().wantsTrackAsStream();
        String group = alone ? track.sid() : track.info().getStream();
        return track.sentTo(publisher.sid() + "|" + group, publisher.sid(), ssrcs);
    }

    /** The client receives a track from now on. */
    final void onReceived(String trackSid) {
        if (room != null) {
            room.onReceived(trackSid);
        }
    }

    final boolean isClosed() {
        return closed;
    }

    public final @Nullable PeerHandle peer() {
        return peer;
    }

    final Session session() {
        return session;
    }

    final @Nullable SignalRoom room() {
        return room;
    }

    final SignalScope scope() {
        return scope;
    }

    final long sessionId() {
        return sessionId;
    }

    static LocalTransport local(PeerHandle peer) {
        return new LocalTransport(peer.local(), peer.fingerprint(), peer.candidates());
    }
}
