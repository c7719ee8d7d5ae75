package dev.sluice.signaling.livekit;

import dev.sluice.core.media.MediaKind;
import dev.sluice.signaling.sdp.PublisherOffer;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;

/**
 * A publisher by WHIP (RFC 9725): its offer is a LiveKit client's announcement of its tracks and
 * offer in one.
 */
public final class WhipSession extends DirectSession {
    private boolean refused;

    WhipSession(Grants grants, String id) {
        super(grants, id);
    }

    void start(Session session, PublisherOffer offer, String sdp) {
        joined(session);
        for (PublisherOffer.Section section : offer.sections()) {
            session.onMessage(
                    SignalRequest.newBuilder().setAddTrack(announcement(section)).build());
        }
        if (refused) {
            end();
            return;
        }
        session.onMessage(
                SignalRequest.newBuilder()
                        .setOffer(
                                SessionDescription.newBuilder()
                                        .setType("offer")
                                        .setId(1)
                                        .setSdp(sdp))
                        .build());
    }

    private static AddTrackRequest announcement(PublisherOffer.Section section) {
        boolean video = section.kind() == MediaKind.VIDEO;
        return AddTrackRequest.newBuilder()
                .setCid("whip-" + section.mid())
                .setType(video ? TrackType.VIDEO : TrackType.AUDIO)
                .setSource(video ? TrackSource.CAMERA : TrackSource.MICROPHONE)
                .setName(video ? "video" : "audio")
                .build();
    }

    @Override
    public void send(SignalResponse message) {
        switch (message.getMessageCase()) {
            case ANSWER -> answer().complete(message.getAnswer().getSdp());
            case REQUEST_RESPONSE -> {
                refused = true;
                answer().completeExceptionally(
                                new NegotiationException(
                                        message.getRequestResponse().getMessage()));
            }
            default -> {
                // news of others
            }
        }
    }
}
