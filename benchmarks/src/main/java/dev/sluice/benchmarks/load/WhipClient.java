package dev.sluice.benchmarks.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Brings peers into rooms over HTTP, on a development server's paths. */
final class WhipClient {
    private static final int CONFLICT = 409;
    private static final int TRIES = 100;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String base;

    WhipClient(String base) {
        this.base = base;
    }

    /**
     * @return the server's answer to an offer; tries again while there is nothing to see
     */
    Answer post(String path, String offer) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .header("Content-Type", "application/sdp")
                        .timeout(Duration.ofSeconds(20))
                        .POST(HttpRequest.BodyPublishers.ofString(offer))
                        .build();
        try {
            for (int i = 0; i < TRIES; i++) {
                HttpResponse<String> response =
                        http.send(request, HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() == 201) {
                    return Answer.read(response.body());
                }
                if (response.statusCode() != CONFLICT) {
                    throw new IllegalStateException(
                            path + ": " + response.statusCode() + " " + response.body());
                }
                Thread.sleep(50);
            }
            throw new IllegalStateException(path + ": nobody is live");
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(path + ": " + e, e);
        }
    }

    /** An offer with sections as browsers write them. */
    static String offer(LoadPeer peer, boolean sends, int audios, int videos, long firstSsrc) {
        StringBuilder sdp = new StringBuilder("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n");
        sdp.append("a=group:BUNDLE");
        for (int mid = 0; mid < audios + videos; mid++) {
            sdp.append(' ').append(mid);
        }
        sdp.append("\r\n");
        for (int mid = 0; mid < audios + videos; mid++) {
            boolean video = mid >= audios;
            sdp.append(
                    video
                            ? "m=video 9 UDP/TLS/RTP/SAVPF 96 97"
                            : "m=audio 9 UDP/TLS/RTP/SAVPF 111");
            sdp.append("\r\nc=IN IP4 0.0.0.0\r\na=mid:").append(mid).append("\r\n");
            sdp.append(sends ? "a=sendonly\r\n" : "a=recvonly\r\n").append(peer.transportSdp());
            sdp.append("a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid\r\n");
            if (video) {
                sdp.append(
                        "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\n");
                sdp.append("a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n");
            } else {
                sdp.append("a=rtpmap:111 opus/48000/2\r\n");
            }
            if (sends) {
                sdp.append("a=ssrc:").append(firstSsrc + mid).append(" cname:load\r\n");
            }
        }
        return sdp.toString();
    }
}
