package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCAnswerOptions;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.RTCStatsType;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;
import dev.onvoid.webrtc.media.video.CustomVideoSource;
import dev.onvoid.webrtc.media.video.NativeI420Buffer;
import dev.onvoid.webrtc.media.video.VideoFrame;
import dev.onvoid.webrtc.media.video.VideoTrack;
import dev.onvoid.webrtc.media.video.VideoTrackSink;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What the tests with libwebrtc share. */
final class LibWebRtc {
    static final int WIDTH = 320;
    static final int HEIGHT = 240;

    static final class Observer implements PeerConnectionObserver {
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

        AtomicInteger frames() {
            return frames;
        }

        void close() {
            sinks.forEach(video -> video.removeSink(sink));
        }
    }

    /** One for all tests: its threads do not take well to being ended in the middle of a run. */
    static final PeerConnectionFactory FACTORY =
            new PeerConnectionFactory(new HeadlessAudioDeviceModule());

    private LibWebRtc() {}

    /**
     * @return a source of pictures; the factory above has loaded the library by now
     */
    static CustomVideoSource camera() {
        return new CustomVideoSource();
    }

    static RTCSessionDescription create(RTCPeerConnection peer, boolean offer) {
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

    static void set(RTCPeerConnection peer, RTCSessionDescription description, boolean local) {
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

    /** Packets of sound that libwebrtc itself says it received. */
    static long soundsReceived(RTCPeerConnection peer) {
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

    /** The headless device feeds the microphone by itself; a second source would race with it. */
    static void pushUntilReceived(CustomVideoSource camera, Observer receiver)
            throws InterruptedException {
        for (int i = 0; i < 400 && receiver.frames.get() < 30; i++) {
            pushFrame(camera);
        }
    }

    /** Shows a picture for 30 ms. */
    static void pushFrame(CustomVideoSource camera) throws InterruptedException {
        VideoFrame frame =
                new VideoFrame(NativeI420Buffer.allocate(WIDTH, HEIGHT), 0, System.nanoTime());
        camera.pushFrame(frame);
        frame.release();
        TimeUnit.MILLISECONDS.sleep(30);
    }
}
