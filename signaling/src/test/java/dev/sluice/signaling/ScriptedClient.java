package dev.sluice.signaling;

import dev.sluice.dtls.DtlsRole;
import dev.sluice.signaling.client.SubscriberAnswer;
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
    private final String sid;
    private String ufrag = "";
    private long index = 1000;
    private boolean hasTrack;
    private int videoBytes = 200;

    public ScriptedClient(TestServer server, String room, String identity) {
        this(server, room, identity, false);
    }

    /**
     * @param overTcp whether the server's TCP candidate is used
     */
    public ScriptedClient(TestServer server, String room, String identity, boolean overTcp) {
        if (overTcp) {
            subscriber.overTcp();
            publisher.overTcp();
        }
        signal = new SignalClient(server.webSocket("access_token=" + server.token(room, identity)));
        sid = signal.await(MessageCase.JOIN).getJoin().getParticipant().getSid();
        answer(signal.await(MessageCase.OFFER).getOffer());
        subscriber.awaitConnected();
    }

    /** Answers an offer of the server; connects at the first one. */
    private void answer(SessionDescription offer) {
        hasTrack |= offer.getMidToTrackIdCount() > 0;
        String answer = SubscriberAnswer.to(offer.getSdp(), subscriber.transportSdp("active"));
        signal.send(
                SignalRequest.newBuilder()
                        .setAnswer(
                                SessionDescription.newBuilder()
                                        .setType("answer")
                                        .setId(offer.getId())
                                        .setSdp(answer)));
        if (offer.getId() == 1) {
            ufrag =
                    offer.getSdp()
                            .lines()
                            .filter(line -> line.startsWith("a=ice-ufrag:"))
                            .findFirst()
                            .orElseThrow();
            subscriber.connect(offer.getSdp());
        }
    }

    /** Publishes Opus under payload type 111. */
    public void publish() {
        publish("actpass");
    }

    /**
     * The same, with a DTLS role: {@code actpass} makes us the client, {@code passive} the server.
     */
    public void publish(String setup) {
        String section = "a=rtpmap:111 opus/48000/2\r\na=ssrc:" + SSRC + " cname:x\r\n";
        publish(TrackType.AUDIO, "audio 9 UDP/TLS/RTP/SAVPF 111", section, setup);
    }

    /** Publishes VP8 under payload type 96 with retransmissions under 97. */
    public void publishVideo() {
        String section =
                "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\n"
                        + "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\na=ssrc-group:FID "
                        + SSRC
                        + " "
                        + (SSRC + 1)
                        + "\r\na=ssrc:"
                        + SSRC
                        + " cname:x\r\n";
        publish(TrackType.VIDEO, "video 9 UDP/TLS/RTP/SAVPF 96 97", section, "actpass");
    }

    private void publish(TrackType type, String media, String section, String setup) {
        signal.send(
                SignalRequest.newBuilder()
                        .setAddTrack(
                                AddTrackRequest.newBuilder()
                                        .setCid("track")
                                        .setType(type)
                                        .setSource(TrackSource.MICROPHONE)));
        signal.await(MessageCase.TRACK_PUBLISHED);
        String sdp =
                "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm="
                        + media
                        + "\r\na=mid:0\r\na=sendonly\r\na=msid:stream track\r\n"
                        + section
                        + publisher.transportSdp(setup);
        signal.send(
                SignalRequest.newBuilder()
                        .setOffer(
                                SessionDescription.newBuilder()
                                        .setType("offer")
                                        .setId(1)
                                        .setSdp(sdp)));
        String answer = signal.await(MessageCase.ANSWER).getAnswer().getSdp();
        publisher.connect(answer, setup.equals("passive") ? DtlsRole.SERVER : DtlsRole.CLIENT);
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

    /** Sends a VP8 packet that is a whole frame; its picture id follows from its number. */
    public void sendVideo(long number, boolean keyFrame) {
        int picture = 0x8000 | (int) (number & 0x7FFF);
        byte[] payload = new byte[videoBytes];
        payload[0] = (byte) 0x90;
        payload[1] = (byte) 0x80;
        payload[2] = (byte) (picture >>> 8);
        payload[3] = (byte) picture;
        payload[4] = (byte) (keyFrame ? 0 : 1);
        publisher.sendRtp(SSRC, number, 96, payload);
    }

    /** Makes video packets that long; 200 bytes before. */
    public void videoBytes(int bytes) {
        videoBytes = bytes;
    }

    /** Sends what was numbered {@code original} again, as RFC 4588 wants it. */
    public void retransmitVideo(long number, long original) {
        byte[] payload = new byte[202];
        payload[0] = (byte) (original >>> 8);
        payload[1] = (byte) original;
        payload[2] = (byte) 0x90;
        payload[3] = (byte) 0x80;
        payload[4] = (byte) ((0x8000 | original) >>> 8);
        payload[5] = (byte) original;
        payload[6] = 1;
        publisher.sendRtp(SSRC + 1, number, 97, payload);
    }

    public String sid() {
        return sid;
    }

    /**
     * @return the server's first line with its user name fragment
     */
    public String subscriberUfrag() {
        return ufrag;
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
