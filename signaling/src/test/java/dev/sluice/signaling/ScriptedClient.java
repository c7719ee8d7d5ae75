package dev.sluice.signaling;

import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse.MessageCase;

/**
 * A participant with a microphone, made of a {@link SignalClient} and two {@link ScriptedPeer}s.
 */
public final class ScriptedClient implements AutoCloseable {
    private static final long SSRC = 0x1234_5678L;

    private final SignalClient signal;
    private final ScriptedPeer subscriber = new ScriptedPeer();
    private final ScriptedPeer publisher = new ScriptedPeer();
    private long index = 1000;
    private boolean hasTrack;

    public ScriptedClient(TestServer server, String room, String identity) {
        signal = new SignalClient(server.webSocket("access_token=" + server.token(room, identity)));
        signal.await(MessageCase.JOIN);
        answer(signal.await(MessageCase.OFFER).getOffer());
        subscriber.awaitConnected();
    }

    /** Answers an offer of the server; connects at the first one. */
    private void answer(SessionDescription offer) {
        hasTrack |= offer.getMidToTrackIdCount() > 0;
        StringBuilder sdp = new StringBuilder("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n");
        for (String section : offer.getSdp().split("(?=m=)", -1)) {
            if (!section.startsWith("m=")) {
                continue;
            }
            section.lines()
                    .filter(line ->
                            line.startsWith("m=")
                                    || line.startsWith("a=mid:")
                                    || line.startsWith("a=rtpmap:")
                                    || line.startsWith("a=extmap:")
                                    || line.startsWith("a=fmtp:"))
                    .forEach(line -> sdp.append(line).append("\r\n"));
            sdp.append(section.contains("a=sendonly") ? "a=recvonly\r\n" : "a=inactive\r\n");
            sdp.append(subscriber.transportSdp("active"));
        }
        signal.send(
                SignalRequest.newBuilder()
                        .setAnswer(
                                SessionDescription.newBuilder()
                                        .setType("answer")
                                        .setId(offer.getId())
                                        .setSdp(sdp.toString())));
        if (offer.getId() == 1) {
            subscriber.connect(offer.getSdp());
        }
    }

    /** Publishes Opus under payload type 111. */
    public void publish() {
        signal.send(
                SignalRequest.newBuilder()
                        .setAddTrack(
                                AddTrackRequest.newBuilder()
                                        .setCid("mic")
                                        .setType(TrackType.AUDIO)
                                        .setSource(TrackSource.MICROPHONE)));
        signal.await(MessageCase.TRACK_PUBLISHED);
        String sdp =
                "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
                        + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=sendonly\r\n"
                        + "a=msid:stream mic\r\na=rtpmap:111 opus/48000/2\r\na=ssrc:"
                        + SSRC
                        + " cname:x\r\n"
                        + publisher.transportSdp("actpass");
        signal.send(
                SignalRequest.newBuilder()
                        .setOffer(
                                SessionDescription.newBuilder()
                                        .setType("offer")
                                        .setId(1)
                                        .setSdp(sdp)));
        publisher.connect(signal.await(MessageCase.ANSWER).getAnswer().getSdp());
        publisher.awaitConnected();
    }

    /** Takes offers until one brings somebody's track. */
    public void subscribe() {
        while (!hasTrack) {
            answer(signal.await(MessageCase.OFFER).getOffer());
        }
    }

    public void sendAudio() {
        publisher.sendRtp(SSRC, index++, 111, new byte[80]);
    }

    public ScriptedPeer publisher() {
        return publisher;
    }

    public ScriptedPeer subscriber() {
        return subscriber;
    }

    public SignalClient signal() {
        return signal;
    }

    /** Says goodbye and waits until the server has closed. */
    public void leave() {
        signal.send(SignalRequest.newBuilder().setLeave(LeaveRequest.getDefaultInstance()));
        signal.awaitClose();
        publisher.close();
        subscriber.close();
    }

    @Override
    public void close() {
        signal.close();
        publisher.close();
        subscriber.close();
    }
}
