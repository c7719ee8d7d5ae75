package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.sluice.core.Sfu;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.DropReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Real libwebrtc hears somebody over a wire that loses a fifth of all. */
@Tag("native")
class LibWebRtcSoundTest {
    private static final Pattern CANDIDATE = Pattern.compile("127\\.0\\.0\\.1 (\\d+) typ host");
    private static final InetAddress OUTSIDE = InetAddress.ofLiteral("127.0.0.2");
    private static final double LOST = 0.2;

    private @Nullable UdpHole hole;

    /** The server's address in a description becomes that of the bad wire. */
    private String throughHole(String sdp) throws IOException {
        Matcher candidate = CANDIDATE.matcher(sdp);
        assertTrue(candidate.find(), sdp);
        if (hole == null) {
            int port = Integer.parseInt(candidate.group(1));
            InetAddress inside = InetAddress.getLoopbackAddress();
            hole = new UdpHole(OUTSIDE, new InetSocketAddress(inside, port));
        }
        return candidate.replaceAll(OUTSIDE.getHostAddress() + " $1 typ host");
    }

    private void answer(SignalClient signal, RTCPeerConnection peer, SignalResponse offer)
            throws IOException {
        String sdp = throughHole(offer.getOffer().getSdp());
        LibWebRtc.set(peer, new RTCSessionDescription(RTCSdpType.OFFER, sdp), false);
        signal.send(
                SignalRequest.newBuilder()
                        .setAnswer(
                                SessionDescription.newBuilder()
                                        .setType("answer")
                                        .setId(offer.getOffer().getId())
                                        .setSdp(LibWebRtc.create(peer, false).sdp)));
    }

    @Test
    void whatIsLostIsAskedForAndComes() throws IOException, InterruptedException {
        RTCPeerConnection receiving =
                LibWebRtc.FACTORY.createPeerConnection(
                        new RTCConfiguration(), new LibWebRtc.Observer());
        try (TestServer server = TestServer.start();
                ScriptedClient speaker = new ScriptedClient(server, "sound", "speaker");
                SignalClient listener =
                        new SignalClient(
                                server.webSocket(
                                        "access_token=" + server.token("sound", "listener")))) {
            Sfu sfu = server.server().sfu();
            speaker.publish();
            listener.await(MessageCase.JOIN);
            int tracks = 0;
            while (tracks < 1) {
                SignalResponse offer = listener.await(MessageCase.OFFER);
                answer(listener, receiving, offer);
                tracks = offer.getOffer().getMidToTrackIdCount();
            }
            for (int i = 0; i < 500 && LibWebRtc.soundsReceived(receiving) < 10; i++) {
                speak(speaker, 1);
            }
            UdpHole wire = Objects.requireNonNull(hole);
            wire.lose(LOST);
            speak(speaker, 50); // the first request makes the server remember what it sends
            long received = LibWebRtc.soundsReceived(receiving);

            speak(speaker, 500);
            wire.lose(0);
            speak(speaker, 25);

            double share = (LibWebRtc.soundsReceived(receiving) - received) / 525.0;
            assertTrue(share > 0.97, "came: " + share);
            assertTrue(sfu.count(Counter.NACK_ANSWERED) > 50);
            assertEquals(0, sfu.count(DropReason.INDEX_USED));
        } finally {
            receiving.close();
            if (hole != null) {
                hole.close();
            }
        }
    }

    private static void speak(ScriptedClient speaker, int packets) throws InterruptedException {
        for (int i = 0; i < packets; i++) {
            speaker.sendAudio();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
