package dev.sluice.signaling.livekit;

import dev.sluice.core.PeerHandle;
import dev.sluice.core.media.TrackParameters;
import dev.sluice.signaling.sdp.PublisherOffer;
import dev.sluice.signaling.sdp.SdpException;
import dev.sluice.signaling.sdp.SubscriberTrack;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import livekit.LivekitRtc.RequestResponse;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.TrackUnpublishedResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection on which a client publishes: it offers, we answer, in order. */
sealed class PublisherConnection extends Connection permits SingleConnection {
    private static final Logger LOG = LoggerFactory.getLogger(PublisherConnection.class);
    private static final int MAX_WAITING = 16;

    private final Deque<SessionDescription> waiting = new ArrayDeque<>();
    private final Map<String, String> sidByMid = new HashMap<>();
    private @Nullable PublisherOffer latest;
    private @Nullable String remoteUfrag;
    private @Nullable CompletableFuture<Void> restarting;
    private int version;
    private boolean takesData;

    PublisherConnection(SignalScope scope, Session session, @Nullable SignalRoom room) {
        super(scope, session, room);
    }

    void onOffer(SessionDescription offer) {
        if (waiting.size() == MAX_WAITING) {
            refuse("too many offers at a time");
            return;
        }
        waiting.add(offer);
        open("-pub", false);
        answerNext();
    }

    @Override
    void onReady(PeerHandle created) {
        answerNext();
    }

    @Override
    void onUp() {
        if (session().client().flow() == ClientSettings.Flow.SEND) {
            session().onPrimaryConnected(); // there is no other
        }
    }

    private void answerNext() {
        PeerHandle peer = peer();
        while (peer != null && restarting == null && !isClosed() && !waiting.isEmpty()) {
            SessionDescription description = waiting.remove();
            try {
                PublisherOffer offer = PublisherOffer.read(description.getSdp());
                takeData(peer, offer);
                apply(peer, offer, description.getId());
            } catch (SdpException e) {
                LOG.info("{}: offer refused: {}", session().sid(), e.getMessage());
                refuse(e.getMessage());
            }
        }
    }

    /** The client opens data channels here. */
    private void takeData(PeerHandle peer, PublisherOffer offer) {
        SignalRoom joined = room();
        if (joined != null && offer.takeData() && !takesData) {
            takesData = true;
            boolean receives = session().client().flow() == ClientSettings.Flow.SINGLE;
            DataLink link = new DataLink(session().data(), joined.handle(), peer, receives);
            peer.openData(link, Map.of());
        }
    }

    private void refuse(@Nullable String why) {
        session()
                .send(
                        Messages.refused(
                                0,
                                RequestResponse.Reason.UNCLASSIFIED_ERROR,
                                "offer refused: " + why));
    }

    private void apply(PeerHandle peer, PublisherOffer offer, int id) {
        String ufrag = offer.transport().iceUfrag();
        if (remoteUfrag != null && !remoteUfrag.equals(ufrag)) {
            remoteUfrag = ufrag;
            restarting =
                    peer.restart(ufrag)
                            .thenRunAsync(
                                    () -> {
                                        restarting = null;
                                        answer(peer, offer, id);
                                        answerNext();
                                    },
                                    scope().loop());
            return;
        }
        remoteUfrag = ufrag;
        peer.remote(offer.transport());
        answer(peer, offer, id);
    }

    private void answer(PeerHandle peer, PublisherOffer offer, int id) {
        latest = offer;
        boolean changed = match(peer, offer);
        Map<String, SubscriberTrack> sent = place(offer);
        SessionDescription.Builder answer =
                SessionDescription.newBuilder()
                        .setType("answer")
                        .setId(id)
                        .setSdp(offer.answer(local(peer), sessionId(), ++version, sent));
        sent.forEach((mid, track) -> answer.putMidToTrackId(mid, track.trackId()));
        session().send(SignalResponse.newBuilder().setAnswer(answer).build());
        onAnswered(peer, offer);
        tell(changed);
    }

    /**
     * @return by mid what is sent in the sections in which the client receives
     */
    Map<String, SubscriberTrack> place(PublisherOffer offer) {
        return Map.of();
    }

    /** The answer is out. */
    void onAnswered(PeerHandle peer, PublisherOffer offer) {
        // nothing is sent on this connection
    }

    final @Nullable PublisherOffer latest() {
        return latest;
    }

    final boolean hasOffered() {
        return latest != null;
    }

    private void tell(boolean changed) {
        SignalRoom room = room();
        if (changed && room != null) {
            room.onChanged(session());
            if (session().isVisible()) {
                for (Track track : session().tracks().published()) {
                    room.onTrackPublished(session(), track);
                }
            }
        }
    }

    /** A track was announced after the offer that carries it. */
    void onTrackAnnounced() {
        PeerHandle peer = peer();
        if (peer != null && latest != null && !isClosed()) {
            tell(match(peer, latest));
        }
    }

    /** Publishes what the offer carries and ends what it does not carry any more. */
    private boolean match(PeerHandle peer, PublisherOffer offer) {
        boolean changed = false;
        Set<String> present = new HashSet<>();
        for (PublisherOffer.Section section : offer.sections()) {
            String sid = sidByMid.get(section.mid());
            Track track = sid == null ? null : session().tracks().find(sid);
            Track named = session().tracks().byCid(section.trackId());
            if (track == null || (named != null && named != track)) {
                track = session().tracks().match(section.trackId(), section.kind());
            }
            if (track == null) {
                continue; // not announced yet, or not allowed
            }
            changed |= publish(peer, offer, section, track);
            present.add(track.sid());
        }
        for (String mid : List.copyOf(sidByMid.keySet())) {
            String sid = sidByMid.get(mid);
            if (sid != null && !present.contains(sid)) {
                sidByMid.remove(mid);
                changed |= unpublish(peer, sid);
            }
        }
        return changed;
    }

    private boolean publish(
            PeerHandle peer, PublisherOffer offer, PublisherOffer.Section section, Track track) {
        List<String> rids = track.orderLowestFirst(section.rids());
        boolean first = !track.isPublished();
        boolean changed =
                !first && !(track.codecs().equals(section.codecs()) && track.rids().equals(rids));
        SignalRoom room = room();
        if (changed && room != null) { // receivers get it anew, under a new SSRC
            room.onTrackUnpublished(session(), track.sid());
        }
        String before = sidByMid.put(section.mid(), track.sid());
        if (before != null && !before.equals(track.sid())) {
            unpublish(peer, before);
        }
        track.publish(section.mid(), section.codecs(), rids);
        if (track.isVideo()) { // the SDKs leave the choice of the announced codec to the answer
            String mime = track.info().getMimeType();
            offer.prefer(section.mid(), mime.substring(mime.indexOf('/') + 1));
        }
        peer.publish(
                new TrackParameters(
                        track.sid(),
                        section.kind(),
                        track.isScreen(),
                        section.mid(),
                        section.codecs(),
                        rids,
                        section.ssrcs(),
                        track.isOpaque(),
                        section.extensions(),
                        section.feedback()));
        return first || changed;
    }

    private boolean unpublish(PeerHandle peer, String sid) {
        Track track = session().tracks().remove(sid);
        if (track == null) {
            return false;
        }
        peer.unpublish(sid);
        SignalRoom room = room();
        if (room != null) {
            room.onTrackEnded(session(), track);
        }
        return true;
    }

    /** The participant may not publish this any more; it hears that its track ended. */
    void revoke(Track track) {
        PeerHandle peer = peer();
        if (peer != null && unpublish(peer, track.sid())) {
            sidByMid.values().remove(track.sid());
            session()
                    .send(
                            SignalResponse.newBuilder()
                                    .setTrackUnpublished(
                                            TrackUnpublishedResponse.newBuilder()
                                                    .setTrackSid(track.sid()))
                                    .build());
        }
    }
}
