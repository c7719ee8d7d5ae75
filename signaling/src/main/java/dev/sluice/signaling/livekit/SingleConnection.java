package dev.sluice.signaling.livekit;

import dev.sluice.core.PeerHandle;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.Wish;
import dev.sluice.core.room.SsrcAllocator;
import dev.sluice.signaling.livekit.WaitingTracks.Waiting;
import dev.sluice.signaling.sdp.PublisherOffer;
import dev.sluice.signaling.sdp.SubscriberTrack;
import dev.sluice.signaling.sdp.ViewerOffer;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import livekit.LivekitRtc.MediaSectionsRequirement;
import livekit.LivekitRtc.SignalResponse;
import org.jspecify.annotations.Nullable;

/**
 * The one connection of a client that sends and receives on it, and always offers itself (version 1
 * of the protocol). Tracks wait for sections in which the client receives; it is asked for more
 * when there are too few, and for a new offer when something is to be placed or taken away.
 */
final class SingleConnection extends PublisherConnection implements Subscriptions {
    /** Changes within this time share a request. */
    private static final long COALESCE_MILLIS = 10;

    private final SsrcAllocator ssrcs = new SsrcAllocator(new SecureRandom());
    private final WaitingTracks waiting = new WaitingTracks();
    private final Map<String, SubscriberTrack> placed = new LinkedHashMap<>(); // by mid
    private final Set<String> subscribed = new HashSet<>(); // mids
    private final Map<String, Wish> wishes = new HashMap<>();

    /** Sections that a track left; free once an answer has said so. */
    private final Set<String> left = new HashSet<>();

    private boolean asked;
    private @Nullable Future<?> asking;

    SingleConnection(SignalScope scope, Session session, @Nullable SignalRoom room) {
        super(scope, session, room);
    }

    @Override
    public void start() {
        // the client offers
    }

    @Override
    void onUp() {
        session().onPrimaryConnected();
    }

    @Override
    public void add(Session publisher, Track track) {
        if (!isClosed() && !has(track.sid())) {
            waiting.add(publisher, track);
            ask();
        }
    }

    @Override
    public void remove(String trackSid) {
        wishes.remove(trackSid);
        if (waiting.remove(trackSid)) {
            return;
        }
        String mid = midOf(trackSid);
        if (mid == null) {
            return;
        }
        placed.remove(mid);
        subscribed.remove(mid);
        left.add(mid);
        PeerHandle peer = peer();
        if (peer != null) {
            peer.unsubscribe(trackSid);
        }
        ask();
    }

    private @Nullable String midOf(String trackSid) {
        for (Map.Entry<String, SubscriberTrack> each : placed.entrySet()) {
            if (each.getValue().trackId().equals(trackSid)) {
                return each.getKey();
            }
        }
        return null;
    }

    @Override
    public boolean has(String trackSid) {
        return waiting.has(trackSid) || midOf(trackSid) != null;
    }

    @Override
    public void wish(String trackSid, Wish wish) {
        if (has(trackSid)) {
            wishes.put(trackSid, wish);
            String mid = midOf(trackSid);
            PeerHandle peer = peer();
            if (peer != null && mid != null && subscribed.contains(mid)) {
                peer.wish(trackSid, wish);
            }
        }
    }

    @Override
    public void restart() {
        asked = false; // what was asked for may have been lost with the socket
        if (!waiting.isEmpty() || !left.isEmpty()) {
            ask();
        }
    }

    /** Asks for an offer, with more sections where they are needed; once until one comes. */
    private void ask() {
        if (asked || asking != null || !hasOffered()) {
            return;
        }
        asking = scope().loop().schedule(this::askNow, COALESCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void askNow() {
        asking = null;
        PublisherOffer offer = latest();
        if (isClosed() || offer == null || (waiting.isEmpty() && left.isEmpty())) {
            return;
        }
        asked = true;
        session()
                .send(
                        SignalResponse.newBuilder()
                                .setMediaSectionsRequirement(
                                        MediaSectionsRequirement.newBuilder()
                                                .setNumAudios(missing(offer, MediaKind.AUDIO))
                                                .setNumVideos(missing(offer, MediaKind.VIDEO)))
                                .build());
    }

    private int missing(PublisherOffer offer, MediaKind kind) {
        long free =
                offer.receiving().stream()
                        .filter(each -> each.kind() == kind && isFree(each.mid()))
                        .count();
        return (int) Math.max(0, waiting.count(kind) - free);
    }

    private boolean isFree(String mid) {
        return !placed.containsKey(mid) && !left.contains(mid);
    }

    /** Places waiting tracks in the sections of an offer that is about to be answered. */
    @Override
    Map<String, SubscriberTrack> place(PublisherOffer offer) {
        asked = false;
        List<ViewerOffer.Section> sections = offer.receiving();
        Set<String> offered = new HashSet<>();
        sections.forEach(section -> offered.add(section.mid()));
        for (String mid : List.copyOf(placed.keySet())) {
            if (!offered.contains(mid)) {
                drop(mid); // the client stopped that section
            }
        }
        for (ViewerOffer.Section section : sections) {
            Waiting next = isFree(section.mid()) ? waiting.take(section.kind()) : null;
            if (next != null) {
                placed.put(section.mid(), describe(next.publisher(), next.track(), ssrcs));
            }
        }
        left.clear();
        return Map.copyOf(placed);
    }

    private void drop(String mid) {
        SubscriberTrack gone = placed.remove(mid);
        PeerHandle peer = peer();
        if (gone != null && subscribed.remove(mid) && peer != null) {
            peer.unsubscribe(gone.trackId());
        }
    }

    @Override
    void onAnswered(PeerHandle peer, PublisherOffer offer) {
        placed.forEach((mid, track) -> {
            if (subscribed.add(mid)) {
                peer.subscribe(track.trackId(), offer.parameters(mid, track));
                onReceived(track.trackId());
                Wish wish = wishes.get(track.trackId());
                if (wish != null) {
                    peer.wish(track.trackId(), wish);
                }
            }
        });
        if (!waiting.isEmpty()) {
            ask();
        }
    }

    @Override
    public int trackCount() {
        return subscribed.size();
    }
}
