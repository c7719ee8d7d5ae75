package dev.sluice.signaling.livekit;

import dev.sluice.core.PeerHandle;
import dev.sluice.core.media.Wish;
import dev.sluice.core.room.SsrcAllocator;
import dev.sluice.signaling.sdp.SdpException;
import dev.sluice.signaling.sdp.SubscriberOffer;
import dev.sluice.signaling.sdp.SubscriberTrack;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection on which a client receives: we offer, it answers, one offer at a time. Changes
 * meanwhile go into the next offer.
 */
final class SubscriberConnection extends Connection implements Subscriptions {
    private static final Logger LOG = LoggerFactory.getLogger(SubscriberConnection.class);

    /** Changes within this time share an offer. */
    private static final long COALESCE_MILLIS = 10;

    private final SubscriberOffer offer = new SubscriberOffer().withData();
    private final SsrcAllocator ssrcs = new SsrcAllocator(new SecureRandom());
    private final Map<String, SubscriberTrack> tracks = new HashMap<>();
    private final Map<String, Wish> wishes = new HashMap<>();
    private final Set<String> active = new HashSet<>();
    private int offerId;
    private boolean outstanding;
    private boolean changed;
    private @Nullable Future<?> scheduled;
    private boolean remoteKnown;
    private boolean takesData;

    SubscriberConnection(SignalScope scope, Session session, @Nullable SignalRoom room) {
        super(scope, session, room);
    }

    @Override
    public void start() {
        open("-sub", true);
    }

    @Override
    void onReady(PeerHandle created) {
        changed = true;
        offerNow();
    }

    @Override
    void onUp() {
        session().onPrimaryConnected();
    }

    @Override
    public void add(Session publisher, Track track) {
        if (tracks.containsKey(track.sid()) || isClosed()) {
            return;
        }
        SubscriberTrack added = describe(publisher, track, ssrcs);
        tracks.put(track.sid(), added);
        offer.add(added);
        scheduleOffer();
    }

    @Override
    public void remove(String trackSid) {
        if (tracks.remove(trackSid) != null) {
            wishes.remove(trackSid);
            active.remove(trackSid);
            PeerHandle peer = peer();
            if (peer != null) {
                peer.unsubscribe(trackSid);
            }
            offer.remove(trackSid);
            scheduleOffer();
        }
    }

    @Override
    public boolean has(String trackSid) {
        return tracks.containsKey(trackSid);
    }

    @Override
    public void wish(String trackSid, Wish wish) {
        if (tracks.containsKey(trackSid)) {
            wishes.put(trackSid, wish);
            apply(trackSid, wish);
        }
    }

    private void apply(String trackSid, Wish wish) {
        PeerHandle peer = peer();
        if (peer != null && active.contains(trackSid)) {
            peer.wish(trackSid, wish);
        }
    }

    /** Its network may be another, and offers may be lost. */
    @Override
    public void restart() {
        PeerHandle peer = peer();
        if (peer == null || isClosed()) {
            return; // the first offer is still to come
        }
        outstanding = true; // until there are new credentials
        peer.restart("")
                .thenRunAsync(
                        () -> {
                            outstanding = false;
                            remoteKnown = false;
                            changed = true;
                            offerNow();
                        },
                        scope().loop());
    }

    private void scheduleOffer() {
        changed = true;
        if (scheduled == null && !outstanding && peer() != null) {
            scheduled =
                    scope().loop()
                            .schedule(
                                    () -> {
                                        scheduled = null;
                                        offerNow();
                                    },
                                    COALESCE_MILLIS,
                                    TimeUnit.MILLISECONDS);
        }
    }

    private void offerNow() {
        PeerHandle peer = peer();
        if (peer == null || outstanding || !changed || isClosed()) {
            return;
        }
        outstanding = true;
        changed = false;
        offerId++;
        String sdp = offer.write(local(peer), sessionId(), offerId);
        session()
                .send(
                        SignalResponse.newBuilder()
                                .setOffer(
                                        SessionDescription.newBuilder()
                                                .setType("offer")
                                                .setId(offerId)
                                                .setSdp(sdp)
                                                .putAllMidToTrackId(offer.tracksByMid()))
                                .build());
    }

    void onAnswer(SessionDescription description) {
        PeerHandle peer = peer();
        boolean stale = description.getId() != 0 && description.getId() != offerId;
        if (peer == null || !outstanding || stale) {
            return;
        }
        try {
            SubscriberOffer.Answer answer = offer.read(description.getSdp());
            outstanding = false;
            if (!remoteKnown) {
                remoteKnown = true;
                peer.remote(answer.transport());
            }
            takeData(peer, answer.data());
            for (SubscriberOffer.Accepted accepted : answer.accepted()) {
                String sid = accepted.track().trackId();
                if (active.add(sid)) {
                    peer.subscribe(sid, accepted.parameters());
                    onReceived(sid);
                    Wish wish = wishes.get(sid);
                    if (wish != null) {
                        apply(sid, wish);
                    }
                }
            }
        } catch (SdpException e) {
            LOG.info("{}: answer refused: {}", session().sid(), e.getMessage());
            outstanding = false; // the next change is a new chance
        }
        offerNow();
    }

    private void takeData(PeerHandle peer, boolean wanted) {
        SignalRoom joined = room();
        if (wanted && !takesData && joined != null) {
            takesData = true;
            DataLink link = new DataLink(session().data(), joined.handle(), peer, true);
            peer.openData(link, DataLink.OURS);
        }
    }

    @Override
    public int trackCount() {
        return active.size();
    }
}
