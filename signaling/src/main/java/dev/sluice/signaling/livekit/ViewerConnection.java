package dev.sluice.signaling.livekit;

import dev.sluice.core.PeerHandle;
import dev.sluice.core.room.SsrcAllocator;
import dev.sluice.signaling.livekit.WaitingTracks.Waiting;
import dev.sluice.signaling.sdp.SubscriberTrack;
import dev.sluice.signaling.sdp.ViewerOffer;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a viewer who offered to receive and is answered once. Tracks take the offered
 * sections as they come; a section without a track is taken by one that is published later, or
 * again when its track has gone.
 */
public final class ViewerConnection extends Connection {
    /**
     * Whom a viewer wants to see.
     *
     * @param only the identity of the one publisher, null for all
     * @param except the identity of one that is left out, null for none
     */
    public record Filter(@Nullable String only, @Nullable String except) {
        boolean accepts(String identity) {
            return (only == null || only.equals(identity)) && !identity.equals(except);
        }
    }

    private final ViewerOffer offer;
    private final Filter filter;
    private final SsrcAllocator ssrcs = new SsrcAllocator(new SecureRandom());
    private final Map<String, SubscriberTrack> byMid = new HashMap<>();
    private final WaitingTracks waiting = new WaitingTracks();
    private @Nullable CompletableFuture<String> answer;
    private boolean answered;

    ViewerConnection(
            SignalScope scope,
            Session session,
            @Nullable SignalRoom room,
            ViewerOffer offer,
            Filter filter) {
        super(scope, session, room);
        this.offer = offer;
        this.filter = filter;
    }

    void start(CompletableFuture<String> into) {
        answer = into;
        open("-view", true);
    }

    @Override
    void onReady(PeerHandle created) {
        fill();
        answered = true;
        SignalRoom joined = room();
        if (joined != null && offer.takeData()) {
            DataLink link = new DataLink(session().data(), joined.handle(), created, false);
            created.openData(link, Map.of());
        }
        created.remote(offer.transport());
        if (answer != null) {
            answer.complete(offer.answer(local(created), sessionId(), byMid));
        }
        byMid.forEach((mid, track) -> subscribe(created, mid, track));
    }

    @Override
    void onUp() {
        session().onPrimaryConnected();
    }

    /** A track is there; it is received when a section is free for it. */
    void add(Session publisher, Track track) {
        boolean known =
                waiting.has(track.sid())
                        || byMid.values().stream()
                                .anyMatch(taken -> taken.trackId().equals(track.sid()));
        if (!known && filter.accepts(publisher.identity()) && !isClosed()) {
            waiting.add(publisher, track);
            fillLate();
        }
    }

    /** A track has gone; its section is free. */
    void remove(String trackSid) {
        waiting.remove(trackSid);
        if (byMid.values().removeIf(taken -> taken.trackId().equals(trackSid))) {
            PeerHandle peer = peer();
            if (peer != null) {
                peer.unsubscribe(trackSid);
            }
            fillLate();
        }
    }

    private void fillLate() {
        PeerHandle peer = peer();
        if (!answered || peer == null) {
            return;
        }
        Map<String, SubscriberTrack> before = Map.copyOf(byMid);
        fill();
        byMid.forEach((mid, track) -> {
            if (!before.containsKey(mid)) {
                subscribe(peer, mid, track); // found by its MID, as its SSRC is news
            }
        });
    }

    /** Gives waiting tracks to free sections of their kind. */
    private void fill() {
        for (ViewerOffer.Section section : offer.sections()) {
            if (byMid.containsKey(section.mid())) {
                continue;
            }
            Waiting next = waiting.take(section.kind());
            if (next != null) {
                String stream = next.publisher().sid();
                byMid.put(
                        section.mid(), next.track().sentTo(stream, next.publisher().sid(), ssrcs));
            }
        }
    }

    private void subscribe(PeerHandle peer, String mid, SubscriberTrack track) {
        peer.subscribe(track.trackId(), offer.parameters(mid, track));
        onReceived(track.trackId());
    }

    int trackCount() {
        return byMid.size();
    }
}
