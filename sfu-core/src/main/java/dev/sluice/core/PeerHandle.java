package dev.sluice.core;

import dev.sluice.core.data.DataEvents;
import dev.sluice.core.data.DataMember;
import dev.sluice.core.media.Decision;
import dev.sluice.core.media.SubscriptionParameters;
import dev.sluice.core.media.TrackExplanation;
import dev.sluice.core.media.TrackParameters;
import dev.sluice.core.media.Wish;
import dev.sluice.core.room.Peer;
import dev.sluice.core.room.PeerParameters;
import dev.sluice.dtls.Fingerprint;
import dev.sluice.ice.Candidate;
import dev.sluice.ice.IceCredentials;
import dev.sluice.sctp.Reliability;
import io.netty.buffer.ByteBuf;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One peer connection, from any thread: every call is a command to its worker, in order. */
public final class PeerHandle {
    private final Worker worker;
    private final @Nullable GuestSeat seat;
    private final Peer peer;
    private final SecureRandom random;
    private final Fingerprint fingerprint;
    private final List<Candidate> candidates;
    private volatile IceCredentials local;

    PeerHandle(
            Worker worker,
            @Nullable GuestSeat seat,
            Peer peer,
            SecureRandom random,
            IceCredentials local,
            Fingerprint fingerprint,
            List<Candidate> candidates) {
        this.worker = worker;
        this.seat = seat;
        this.peer = peer;
        this.random = random;
        this.local = local;
        this.fingerprint = fingerprint;
        this.candidates = candidates;
    }

    /**
     * @return credentials of the newest ICE generation
     */
    public IceCredentials local() {
        return local;
    }

    /**
     * @return fingerprint of our certificate
     */
    public Fingerprint fingerprint() {
        return fingerprint;
    }

    /**
     * @return where the peer's worker can be reached, best first
     */
    public List<Candidate> candidates() {
        return candidates;
    }

    private void post(Runnable command) {
        if (seat == null) {
            worker.post(command);
        } else {
            seat.post(command);
        }
    }

    /** Sets or refreshes what the peer's description says of its transport. */
    public void remote(PeerParameters parameters) {
        post(() -> peer.remote(worker.nowNanos(), parameters));
    }

    /**
     * Begins an ICE restart.
     *
     * @param remoteUfrag of the peer's newest description; empty when it is yet to come, by {@link
     *     #remote}
     * @return completes when checks with the new {@link #local} credentials are accepted
     */
    public CompletableFuture<Void> restart(String remoteUfrag) {
        IceCredentials next = IceCredentials.create(random);
        local = next;
        CompletableFuture<Void> done = new CompletableFuture<>();
        post(() -> {
            peer.restart(worker.nowNanos(), next, remoteUfrag);
            done.complete(null);
        });
        return done;
    }

    /** Publishes a track, or publishes it again when its parameters changed. */
    public void publish(TrackParameters parameters) {
        post(() -> peer.publish(parameters));
    }

    public void unpublish(String trackId) {
        post(() -> peer.unpublish(trackId));
    }

    /** Receives a track of the room; nothing happens when it is gone meanwhile. */
    public void subscribe(String trackId, SubscriptionParameters parameters) {
        if (seat == null) {
            post(() -> peer.subscribe(worker.nowNanos(), trackId, parameters));
        } else {
            seat.subscribe(peer, trackId, parameters);
        }
    }

    public void unsubscribe(String trackId) {
        post(() -> peer.unsubscribe(worker.nowNanos(), trackId));
    }

    /** Says what the subscriber wants of a track. */
    public void wish(String trackId, Wish wish) {
        post(() -> peer.wish(worker.nowNanos(), trackId, wish));
    }

    /** Why the peer gets what it gets of each video track. */
    public CompletableFuture<List<TrackExplanation>> explain() {
        CompletableFuture<List<TrackExplanation>> answer = new CompletableFuture<>();
        post(() -> answer.complete(peer.explain(worker.nowNanos())));
        return answer;
    }

    /**
     * What the peer's network is known to take, before anything is subscribed to; bits a second.
     */
    public void startEstimate(double bits) {
        post(() -> peer.startEstimate(bits));
    }

    /** What the peer's network takes, bits a second; 0 when unknown. */
    public CompletableFuture<Double> estimate() {
        CompletableFuture<Double> answer = new CompletableFuture<>();
        post(() -> answer.complete(peer.estimate()));
        return answer;
    }

    /** How good the connection was since the last call; see {@link Peer#takeQuality}. */
    public CompletableFuture<Double> takeQuality() {
        CompletableFuture<Double> answer = new CompletableFuture<>();
        post(() -> answer.complete(peer.takeQuality()));
        return answer;
    }

    /** The latest changes of what the peer gets, oldest first. */
    public CompletableFuture<List<Decision>> decisions() {
        CompletableFuture<List<Decision>> answer = new CompletableFuture<>();
        post(() -> answer.complete(peer.decisions()));
        return answer;
    }

    /**
     * Takes data channels, if the peer's description has a section for them.
     *
     * @param wanted channels that we open: label to reliability
     */
    public void openData(DataEvents events, Map<String, Reliability> wanted) {
        Map<String, Reliability> copy = Map.copyOf(wanted);
        post(() -> peer.openData(worker.nowNanos(), events, copy));
    }

    /**
     * Sends a message of at most {@link dev.sluice.sctp.Association#MAX_MESSAGE} bytes.
     *
     * @param message released when it is sent or dropped
     */
    public void sendData(String label, boolean text, ByteBuf message) {
        post(() -> peer.sendData(worker.nowNanos(), label, text, message));
    }

    /** Messages for that member go to this peer from now on. */
    public void listen(DataMember member) {
        if (seat == null) {
            post(() -> {
                peer.listen(member);
                member.attach(worker.nowNanos(), peer, null);
            });
        } else {
            seat.listen(peer, member);
        }
    }

    /** More messages of the peer can be taken, after {@link DataEvents#onMessage} said no. */
    public void resumeData() {
        post(() -> peer.resumeData(worker.nowNanos()));
    }

    /** Closes a data channel when what waits has arrived. */
    public void closeData(String label) {
        post(() -> peer.closeData(worker.nowNanos(), label));
    }

    /** Ends the peer; idempotent. */
    public void close() {
        post(peer::close);
    }
}
