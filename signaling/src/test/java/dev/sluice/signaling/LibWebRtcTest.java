package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCAnswerOptions;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.RTCStatsType;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import dev.onvoid.webrtc.media.audio.AudioOptions;
import dev.onvoid.webrtc.media.audio.AudioTrackSource;
import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;
import dev.onvoid.webrtc.media.video.CustomVideoSource;
import dev.onvoid.webrtc.media.video.NativeI420Buffer;
import dev.onvoid.webrtc.media.video.VideoFrame;
import dev.onvoid.webrtc.media.video.VideoTrack;
import dev.onvoid.webrtc.media.video.VideoTrackSink;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.DropReason;
import dev.sluice.srtp.SrtpProfile;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
    private static final int WIDTH = 320;
    private static final int HEIGHT = 240;

    private static final class Observer implements PeerConnectionObserver {
        private final AtomicInteger frames = new AtomicInteger();
        private final List<VideoTrack> sinks = new CopyOnWriteArrayList<>();
        private final VideoTrackSink sink = frame -> frames.incrementAndGet();

        @Override
        public void onIceCandidate(RTCIceCandidate candidate) {
            // the server learns addresses from checks
        }

        @Override
        public void onTrack(RTCRtpTransceiver transceiver) {
            if (transceiver.getReceiver().getTrack() instanceof VideoTrack video) {
                video.addSink(sink);
                sinks.add(video);
            }
        }

        void close() {
            sinks.forEach(video -> video.removeSink(sink));
        }
    }

    /** One for all tests: its threads do not take well to being ended in the middle of a run. */
    private static final PeerConnectionFactory FACTORY =
            new PeerConnectionFactory(new HeadlessAudioDeviceModule());

    private static RTCSessionDescription create(RTCPeerConnection peer, boolean offer) {
        CompletableFuture<RTCSessionDescription> created = new CompletableFuture<>();
        CreateSessionDescriptionObserver observer =
                new CreateSessionDescriptionObserver() {
                    @Override
                    public void onSuccess(RTCSessionDescription description) {
                        created.complete(description);
                    }

                    @Override
                    public void onFailure(String error) {
                        created.completeExceptionally(new AssertionError(error));
                    }
                };
        if (offer) {
            peer.createOffer(new RTCOfferOptions(), observer);
        } else {
            peer.createAnswer(new RTCAnswerOptions(), observer);
        }
        RTCSessionDescription description = created.orTimeout(10, TimeUnit.SECONDS).join();
        set(peer, description, true);
        return description;
    }

    private static void set(
            RTCPeerConnection peer, RTCSessionDescription description, boolean local) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        SetSessionDescriptionObserver observer =
                new SetSessionDescriptionObserver() {
                    @Override
                    public void onSuccess() {
                        done.complete(true);
                    }

                    @Override
                    public void onFailure(String error) {
                        done.completeExceptionally(new AssertionError(error));
                    }
                };
        if (local) {
            peer.setLocalDescription(description, observer);
        } else {
            peer.setRemoteDescription(description, observer);
        }
        assertTrue(done.orTimeout(10, TimeUnit.SECONDS).join());
    }

    private static void answer(SignalClient signal, RTCPeerConnection peer, SignalResponse offer) {
        set(peer, new RTCSessionDescription(RTCSdpType.OFFER, offer.getOffer().getSdp()), false);
        signal.send(
                SignalRequest.newBuilder()
                        .setAnswer(
                                SessionDescription.newBuilder()
                                        .setType("answer")
                                        .setId(offer.getOffer().getId())
                                        .setSdp(create(peer, false).sdp)));
    }

    private static void announce(SignalClient signal, String cid, TrackType type) {
        signal.send(
                SignalRequest.newBuilder()
                        .setAddTrack(
                                AddTrackRequest.newBuilder()
                                        .setCid(cid)
                                        .setType(type)
                                        .setWidth(WIDTH)
                                        .setHeight(HEIGHT)
                                        .setSource(
                                                type == TrackType.VIDEO
                                                        ? TrackSource.CAMERA
                                                        : TrackSource.MICROPHONE)));
        signal.await(MessageCase.TRACK_PUBLISHED);
    }

    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void pictureAndSoundArrive(SrtpProfile profile) throws InterruptedException {
        CustomVideoSource camera = new CustomVideoSource();
        AudioTrackSource microphone = FACTORY.createAudioSource(new AudioOptions());
        Observer sender = new Observer();
        Observer receiver = new Observer();
        try (TestServer server = TestServer.start(profile);
                SignalClient publisher = join(server, "publisher");
                SignalClient subscriber = join(server, "subscriber")) {
            RTCPeerConnection idle =
                    FACTORY.createPeerConnection(new RTCConfiguration(), new Observer());
            RTCPeerConnection sending =
                    FACTORY.createPeerConnection(new RTCConfiguration(), sender);
            RTCPeerConnection receiving =
                    FACTORY.createPeerConnection(new RTCConfiguration(), receiver);
            answer(publisher, idle, publisher.await(MessageCase.OFFER));
            answer(subscriber, receiving, subscriber.await(MessageCase.OFFER));

            sending.addTrack(FACTORY.createVideoTrack("cam", camera), List.of("s"));
            sending.addTrack(FACTORY.createAudioTrack("mic", microphone), List.of("s"));
            announce(publisher, "cam", TrackType.VIDEO);
            announce(publisher, "mic", TrackType.AUDIO);
            publisher.send(
                    SignalRequest.newBuilder()
                            .setOffer(
                                    SessionDescription.newBuilder()
                                            .setType("offer")
                                            .setId(1)
                                            .setSdp(create(sending, true).sdp)));
            String sdp = publisher.await(MessageCase.ANSWER).getAnswer().getSdp();
            set(sending, new RTCSessionDescription(RTCSdpType.ANSWER, sdp), false);
            int tracks = 0;
            while (tracks < 2) {
                SignalResponse offer = subscriber.await(MessageCase.OFFER);
                answer(subscriber, receiving, offer);
                tracks = offer.getOffer().getMidToTrackIdCount();
            }

            pushUntilReceived(camera, receiver);

            restartIce(publisher, sending);
            receiver.frames.set(0);
            pushUntilReceived(camera, receiver);

            assertTrue(receiver.frames.get() >= 30, "frames " + receiver.frames);
            assertTrue(server.server().sfu().count(Counter.AUDIO_PACKETS_OUT) >= 3);
            assertTrue(soundsReceived(receiving) >= 3);
            receiver.close();
            assertEquals(0, server.server().sfu().count(DropReason.SRTP_BAD_TAG));
            for (RTCPeerConnection peer : List.of(idle, sending, receiving)) {
                peer.close();
            }
        } finally {
            camera.dispose();
        }
    }

    /** Packets of sound that libwebrtc itself says it received. */
    private static long soundsReceived(RTCPeerConnection peer) {
        CompletableFuture<Long> packets = new CompletableFuture<>();
        peer.getStats(report ->
                packets.complete(
                        report.getStats().values().stream()
                                .filter(line -> line.getType() == RTCStatsType.INBOUND_RTP)
                                .map(line -> line.getAttributes())
                                .filter(line -> "audio".equals(line.get("kind")))
                                .mapToLong(line ->
                                        Long.parseLong(String.valueOf(line.get("packetsReceived"))))
                                .sum()));
        return packets.orTimeout(10, TimeUnit.SECONDS).join();
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
                                        .setSdp(create(peer, true).sdp)));
        String sdp = signal.await(MessageCase.ANSWER).getAnswer().getSdp();
        set(peer, new RTCSessionDescription(RTCSdpType.ANSWER, sdp), false);
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

    /** The headless device feeds the microphone by itself; a second source would race with it. */
    private static void pushUntilReceived(CustomVideoSource camera, Observer receiver)
            throws InterruptedException {
        for (int i = 0; i < 400 && receiver.frames.get() < 30; i++) {
            VideoFrame frame =
                    new VideoFrame(NativeI420Buffer.allocate(WIDTH, HEIGHT), 0, System.nanoTime());
            camera.pushFrame(frame);
            frame.release();
            TimeUnit.MILLISECONDS.sleep(30);
        }
    }
}
