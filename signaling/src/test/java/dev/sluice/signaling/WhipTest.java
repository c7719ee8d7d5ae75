package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCRtpTransceiverDirection;
import dev.onvoid.webrtc.RTCRtpTransceiverInit;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.media.audio.AudioOptions;
import dev.onvoid.webrtc.media.audio.AudioTrackSource;
import dev.onvoid.webrtc.media.video.CustomVideoSource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.TimeUnit;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** WHIP and WHEP over real HTTP, with real libwebrtc on both sides. */
@Tag("native")
class WhipTest {
    private static final String SDP = "application/sdp";

    private final TestServer server = TestServer.start();
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        server.close();
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(server.url() + path))
                        .method(method, BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /** Why the only viewer sees what it sees; each of its attempts to come in had a number. */
    private String why() throws IOException, InterruptedException {
        for (int i = 1; i < 100; i++) {
            String path = "/debug/rooms/lab/participants/viewer-" + i + "/why";
            HttpResponse<String> answer = send("GET", path, "");
            if (answer.statusCode() == 200) {
                return answer.body();
            }
        }
        throw new AssertionError("no viewer");
    }

    private String authorization(String room, String identity) {
        return "Bearer " + server.token(room, identity);
    }

    private static RTCPeerConnection peer(LibWebRtc.Observer observer) {
        return LibWebRtc.FACTORY.createPeerConnection(new RTCConfiguration(), observer);
    }

    /** An offer to receive, as a player makes it. */
    private static RTCPeerConnection viewer(LibWebRtc.Observer observer, int videos) {
        RTCPeerConnection peer = peer(observer);
        RTCRtpTransceiverInit receive = new RTCRtpTransceiverInit();
        receive.direction = RTCRtpTransceiverDirection.RECV_ONLY;
        for (int i = 0; i < videos; i++) {
            peer.addTransceiver(
                    LibWebRtc.FACTORY.createVideoTrack("v" + i, LibWebRtc.camera()), receive);
        }
        AudioTrackSource silence = LibWebRtc.FACTORY.createAudioSource(new AudioOptions());
        peer.addTransceiver(LibWebRtc.FACTORY.createAudioTrack("a", silence), receive);
        return peer;
    }

    private HttpResponse<String> connect(RTCPeerConnection peer, String path, String... headers)
            throws IOException, InterruptedException {
        String offer = LibWebRtc.create(peer, true).sdp;
        HttpResponse<String> response = send("POST", path, offer, headers);
        assertEquals(201, response.statusCode(), response.body());
        assertTrue(response.body().contains("a=end-of-candidates"), response.body());
        LibWebRtc.set(peer, new RTCSessionDescription(RTCSdpType.ANSWER, response.body()), false);
        return response;
    }

    private void awaitVisible(SignalClient witness, String identity) {
        boolean seen = false;
        while (!seen) {
            seen =
                    witness.await(MessageCase.UPDATE).getUpdate().getParticipantsList().stream()
                            .anyMatch(each ->
                                    each.getIdentity().equals(identity)
                                            && each.getState() == ParticipantInfo.State.ACTIVE);
        }
    }

    @Test
    void aPublisherByWhipIsSeenByWhepAndByLiveKitClients() throws Exception {
        CustomVideoSource camera = LibWebRtc.camera();
        AudioTrackSource microphone = LibWebRtc.FACTORY.createAudioSource(new AudioOptions());
        LibWebRtc.Observer watching = new LibWebRtc.Observer();
        RTCPeerConnection sending = peer(new LibWebRtc.Observer());
        RTCPeerConnection receiving = viewer(watching, 1);
        String auth = authorization("stage", "viewer");
        String[] sdpOfViewer = {"Content-Type", SDP + "; charset=utf-8", "Authorization", auth};
        try (SignalClient witness =
                new SignalClient(
                        server.webSocket("access_token=" + server.token("stage", "witness")))) {
            witness.await(MessageCase.JOIN);
            HttpResponse<String> early =
                    send("POST", "/whep", LibWebRtc.create(receiving, true).sdp, sdpOfViewer);
            assertEquals(409, early.statusCode(), "nothing is live");
            assertTrue(early.headers().firstValue("Retry-After").isPresent());

            sending.addTrack(LibWebRtc.FACTORY.createVideoTrack("c", camera), List.of("s"));
            sending.addTrack(LibWebRtc.FACTORY.createAudioTrack("m", microphone), List.of("s"));
            String pass = authorization("stage", "camera-1");
            HttpResponse<String> whip =
                    connect(sending, "/whip", "Content-Type", SDP, "Authorization", pass);
            awaitVisible(witness, "camera-1");
            HttpResponse<String> whep = connect(receiving, "/whep?publisher=camera-1", sdpOfViewer);
            LibWebRtc.pushUntilReceived(camera, watching);
            assertTrue(watching.frames().get() >= 30, "frames " + watching.frames());
            assertTrue(LibWebRtc.soundsReceived(receiving) >= 3);

            String session = whip.headers().firstValue("Location").orElseThrow();
            String tag = whip.headers().firstValue("ETag").orElseThrow();
            assertEquals(401, send("DELETE", session, "").statusCode());
            assertEquals(404, send("DELETE", session, "", "Authorization", auth).statusCode());
            assertEquals(204, trickle(session, pass, tag));
            String renewed = restart(sending, session, pass, whip.body());
            assertNotEquals(tag, renewed);
            assertEquals(412, trickle(session, pass, tag), "the old tag is no longer good");
            assertEquals(204, trickle(session, pass, renewed));
            int before = watching.frames().get();
            for (int i = 0; i < 300 && watching.frames().get() < before + 20; i++) {
                LibWebRtc.pushFrame(camera);
            }
            assertTrue(watching.frames().get() >= before + 20, "media after the restart");
            assertEquals(412, trickle(session, pass, "\"other\""));
            assertEquals(200, send("DELETE", session, "", "Authorization", pass).statusCode());
            assertEquals(404, send("DELETE", session, "", "Authorization", pass).statusCode());
            String view = whep.headers().firstValue("Location").orElseThrow();
            assertEquals(200, send("DELETE", view, "", "Authorization", auth).statusCode());
        }
        watching.close();
        sending.close();
        receiving.close();
        camera.dispose();
        awaitEmpty();
    }

    /** Begins an ICE restart as RFC 9725 wants it. @return the new ETag */
    private String restart(RTCPeerConnection peer, String session, String auth, String answer)
            throws IOException, InterruptedException {
        peer.restartIce();
        String offer = LibWebRtc.create(peer, true).sdp;
        String fragment =
                String.join(
                        "\r\n",
                        line(offer, "a=group:"),
                        line(offer, "m="),
                        line(offer, "a=mid:"),
                        line(offer, "a=ice-ufrag:"),
                        line(offer, "a=ice-pwd:"),
                        "");
        String[] headers = {
            "Content-Type",
            "application/trickle-ice-sdpfrag",
            "Authorization",
            auth,
            "If-Match",
            "*"
        };
        assertEquals(400, send("PATCH", session, "a=nothing\r\n", headers).statusCode());
        HttpResponse<String> restarted = send("PATCH", session, fragment, headers);
        assertEquals(200, restarted.statusCode(), restarted.body());
        String described =
                answer.replace(line(answer, "a=ice-ufrag:"), line(restarted.body(), "a=ice-ufrag:"))
                        .replace(line(answer, "a=ice-pwd:"), line(restarted.body(), "a=ice-pwd:"));
        LibWebRtc.set(peer, new RTCSessionDescription(RTCSdpType.ANSWER, described), false);
        return restarted.headers().firstValue("ETag").orElseThrow();
    }

    private static String line(String sdp, String prefix) {
        return sdp.lines().filter(each -> each.startsWith(prefix)).findFirst().orElseThrow();
    }

    private int trickle(String session, String authorization, String tag)
            throws IOException, InterruptedException {
        return send(
                        "PATCH",
                        session,
                        "a=ice-ufrag:abcd\r\n",
                        "Content-Type",
                        "application/trickle-ice-sdpfrag",
                        "Authorization",
                        authorization,
                        "If-Match",
                        tag)
                .statusCode();
    }

    private void awaitEmpty() throws InterruptedException {
        for (int i = 0; i < 100 && server.server().participantCount() > 0; i++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertEquals(0, server.server().participantCount());
    }

    @Test
    void developmentPathsNeedNoTokenAndSeeWhoComesLater() throws Exception {
        CustomVideoSource first = LibWebRtc.camera();
        CustomVideoSource second = LibWebRtc.camera();
        RTCPeerConnection one = peer(new LibWebRtc.Observer());
        one.addTrack(LibWebRtc.FACTORY.createVideoTrack("c", first), List.of("s"));
        connect(one, "/dev/whip/lab/one", "Content-Type", SDP);
        LibWebRtc.Observer watching = new LibWebRtc.Observer();
        RTCPeerConnection viewer = viewer(watching, 2);
        LibWebRtc.create(viewer, true);
        HttpResponse<String> view = connectWhenLive(viewer, "/dev/whep-room/lab/me");
        String own = viewer.getLocalDescription().sdp;
        assertEquals(
                409,
                send("POST", "/dev/whep-room/lab/one", own, "Content-Type", SDP).statusCode(),
                "nobody sees itself");
        LibWebRtc.pushUntilReceived(first, watching);
        assertTrue(watching.frames().get() >= 30, "frames " + watching.frames());
        String why = why();
        assertTrue(why.contains("\"publisher\" : \"one\""), why);
        assertTrue(why.contains("\"reason\" : \"NONE\""), why);
        assertEquals(404, send("GET", "/debug/rooms/lab/participants/nobody/why", "").statusCode());

        RTCPeerConnection two = peer(new LibWebRtc.Observer());
        two.addTrack(LibWebRtc.FACTORY.createVideoTrack("c", second), List.of("s"));
        connect(two, "/dev/whip/lab/two", "Content-Type", SDP);
        watching.frames().set(0);
        LibWebRtc.pushUntilReceived(second, watching);

        assertTrue(watching.frames().get() >= 30, "frames of the later one " + watching.frames());
        String session = view.headers().firstValue("Location").orElseThrow();
        assertEquals(200, send("DELETE", session, "").statusCode());
        watching.close();
        for (RTCPeerConnection peer : List.of(one, two, viewer)) {
            peer.close();
        }
        awaitEmpty();
    }

    /** A publisher is live once its transport is up. */
    private HttpResponse<String> connectWhenLive(RTCPeerConnection viewer, String path)
            throws IOException, InterruptedException {
        String offer = viewer.getLocalDescription().sdp;
        HttpResponse<String> response = send("POST", path, offer, "Content-Type", SDP);
        for (int i = 0; i < 100 && response.statusCode() == 409; i++) {
            TimeUnit.MILLISECONDS.sleep(50);
            response = send("POST", path, offer, "Content-Type", SDP);
        }
        assertEquals(201, response.statusCode(), response.body());
        LibWebRtc.set(viewer, new RTCSessionDescription(RTCSdpType.ANSWER, response.body()), false);
        return response;
    }
}
