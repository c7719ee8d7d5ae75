package dev.sluice.signaling.livekit;

import dev.sluice.core.PeerHandle;
import dev.sluice.signaling.sdp.LocalTransport;
import java.util.concurrent.CompletableFuture;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.SignalResponse;
import org.jspecify.annotations.Nullable;

/**
 * A participant that came by one HTTP request, WHIP or WHEP: an ordinary session whose messages
 * nobody hears but this.
 */
public abstract sealed class DirectSession implements SignalSink permits WhipSession, WhepSession {
    private final Grants grants;
    private final String id;
    private final CompletableFuture<String> answer = new CompletableFuture<>();
    private Runnable onEnd = () -> {};
    private boolean ended;
    private @Nullable Session session;

    DirectSession(Grants grants, String id) {
        this.grants = grants;
        this.id = id;
    }

    final void joined(Session joined) {
        session = joined;
    }

    /**
     * @return what the session's URL ends in; cannot be guessed
     */
    public final String id() {
        return id;
    }

    public final Grants grants() {
        return grants;
    }

    /**
     * @return completes with our description, or fails with a {@link NegotiationException}
     */
    public final CompletableFuture<String> answer() {
        return answer;
    }

    /** Sets what is to happen when the session ends, once. */
    public final void onEnd(Runnable action) {
        onEnd = action;
        if (ended) {
            action.run();
        }
    }

    /**
     * Begins an ICE restart (RFC 8445 §9).
     *
     * @param remoteUfrag the client's new user name fragment
     * @return completes with our new side of it; null when there is no connection
     */
    public final @Nullable CompletableFuture<LocalTransport> restart(String remoteUfrag) {
        Session joined = session;
        if (joined == null || joined.isEnded() || joined.peers().isEmpty()) {
            return null;
        }
        PeerHandle peer = joined.peers().get(0);
        return peer.restart(remoteUfrag)
                .thenApplyAsync(_ -> Connection.local(peer), joined.executor());
    }

    /** Ends it, as its client wishes. */
    public final void end() {
        if (session != null) {
            session.end(DisconnectReason.CLIENT_INITIATED, LeaveRequest.Action.DISCONNECT);
        }
    }

    @Override
    public void send(SignalResponse message) {
        // there is nobody to tell
    }

    @Override
    public final void close(int code) {
        answer.completeExceptionally(new NegotiationException("the session ended"));
        if (!ended) {
            ended = true;
            onEnd.run();
        }
    }
}
