package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.media.audio.AudioOptions;
import dev.onvoid.webrtc.media.audio.AudioTrackSource;
import dev.onvoid.webrtc.media.video.CustomVideoSource;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.DropReason;
import dev.sluice.srtp.SrtpProfile;
import java.util.List;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real libwebrtc in this JVM publishes and subscribes through a real server, under each SRTP
 * profile.
 */
@Tag("native")
class LibWebRtcTest {
    private static void answer(SignalClient signal, RTCPeerConnection peer, SignalResponse offer) {
        LibWebRtc.set(
                peer,
                new RTCSessionDescription(RTCSdpType.OFFER, offer.getOffer().getSdp()),
                false);
        signal.send(
                SignalRequest.newBuilder()
                        .setAnswer(
                                SessionDescription.newBuilder()
                                        .setType("answer")
                                        .setId(offer.getOffer().getId())
                                        .setSdp(LibWebRtc.create(peer, false).sdp)));
    }

    private static void announce(SignalClient signal, String cid, TrackType type) {
        signal.send(
                SignalRequest.newBuilder()
                        .setAddTrack(
                                AddTrackRequest.newBuilder()
                                        .setCid(cid)
                                        .setType(type)
                                        .setWidth(LibWebRtc.WIDTH)
                                        .setHeight(LibWebRtc.HEIGHT)
                                        .setSource(
                                                type == TrackType.VIDEO
                                                        ? TrackSource.CAMERA
                                                        : TrackSource.MICROPHONE)));
        signal.await(MessageCase.TRACK_PUBLISHED);
    }

    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void pictureAndSoundArrive(SrtpProfile profile) throws InterruptedException {
        CustomVideoSource camera = LibWebRtc.camera();
        AudioTrackSource microphone = LibWebRtc.FACTORY.createAudioSource(new AudioOptions());
        LibWebRtc.Observer sender = new LibWebRtc.Observer();
        LibWebRtc.Observer receiver = new LibWebRtc.Observer();
        try (TestServer server = TestServer.start(profile);
                SignalClient publisher = join(server, "publisher");
                SignalClient subscriber = join(server, "subscriber")) {
            RTCPeerConnection idle =
                    LibWebRtc.FACTORY.createPeerConnection(
                            new RTCConfiguration(), new LibWebRtc.Observer());
            RTCPeerConnection sending =
                    LibWebRtc.FACTORY.createPeerConnection(new RTCConfiguration(), sender);
            RTCPeerConnection receiving =
                    LibWebRtc.FACTORY.createPeerConnection(new RTCConfiguration(), receiver);
            answer(publisher, idle, publisher.await(MessageCase.OFFER));
            answer(subscriber, receiving, subscriber.await(MessageCase.OFFER));

            sending.addTrack(LibWebRtc.FACTORY.createVideoTrack("cam", camera), List.of("s"));
            sending.addTrack(LibWebRtc.FACTORY.createAudioTrack("mic", microphone), List.of("s"));
            announce(publisher, "cam", TrackType.VIDEO);
            announce(publisher, "mic", TrackType.AUDIO);
            publisher.send(
                    SignalRequest.newBuilder()
                            .setOffer(
                                    SessionDescription.newBuilder()
                                            .setType("offer")
                                            .setId(1)
                                            .setSdp(LibWebRtc.create(sending, true).sdp)));
            String sdp = publisher.await(MessageCase.ANSWER).getAnswer().getSdp();
            LibWebRtc.set(sending, new RTCSessionDescription(RTCSdpType.ANSWER, sdp), false);
            int tracks = 0;
            while (tracks < 2) {
                SignalResponse offer = subscriber.await(MessageCase.OFFER);
                answer(subscriber, receiving, offer);
                tracks = offer.getOffer().getMidToTrackIdCount();
            }

            LibWebRtc.pushUntilReceived(camera, receiver);

            restartIce(publisher, sending);
            receiver.frames().set(0);
            LibWebRtc.pushUntilReceived(camera, receiver);

            assertTrue(receiver.frames().get() >= 30, "frames " + receiver.frames());
            assertTrue(server.server().sfu().count(Counter.AUDIO_PACKETS_OUT) >= 3);
            assertTrue(LibWebRtc.soundsReceived(receiving) >= 3);
            receiver.close();
            assertEquals(0, server.server().sfu().count(DropReason.SRTP_BAD_TAG));
            for (RTCPeerConnection peer : List.of(idle, sending, receiving)) {
                peer.close();
            }
        } finally {
            camera.dispose();
        }
    }

    /** New ICE credentials, the same keys: media goes on (RFC 8445 §9). */
    private static void restartIce(SignalClient signal, RTCPeerConnection peer) {
        String before = peer.getRemoteDescription().sdp;
        peer.restartIce();
        signal.send(
                SignalRequest.newBuilder()
                        .setOffer(
                                SessionDescription.newBuilder()
                                        .setType("offer")
                                        .setId(2)
                                        .setSdp(LibWebRtc.create(peer, true).sdp)));
        String sdp = signal.await(MessageCase.ANSWER).getAnswer().getSdp();
        LibWebRtc.set(peer, new RTCSessionDescription(RTCSdpType.ANSWER, sdp), false);
        String ufrag =
                sdp.lines()
                        .filter(line -> line.startsWith("a=ice-ufrag"))
                        .findFirst()
                        .orElseThrow();
        assertFalse(before.contains(ufrag), "a restart has new credentials");
    }

    private static SignalClient join(TestServer server, String identity) {
        SignalClient client =
                new SignalClient(server.webSocket("access_token=" + server.token("lib", identity)));
        client.await(MessageCase.JOIN);
        return client;
    }
}
