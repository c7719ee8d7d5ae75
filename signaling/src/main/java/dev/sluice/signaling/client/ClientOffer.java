package dev.sluice.signaling.client;

/** Writes offers as browsers write them. */
final class ClientOffer {
    private static final String AUDIO_LINE = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";
    private static final String VIDEO_LINE = "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n";
    private static final String AUDIO_CODECS = "a=rtpmap:111 opus/48000/2\r\n";
    private static final String VIDEO_CODECS =
            """
            a=rtpmap:96 VP8/90000\r
            a=rtcp-fb:96 nack\r
            a=rtcp-fb:96 nack pli\r
            a=rtpmap:97 rtx/90000\r
            a=fmtp:97 apt=96\r
            """;

    private static final String TRANSPORT_WIDE =
            " http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n";

    private static final String SIMULCAST =
            """
            a=extmap:2 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r
            a=rid:q send\r
            a=rid:h send\r
            a=rid:f send\r
            a=simulcast:send q;h;f\r
            """;

    /**
     * What is offered.
     *
     * @param sends rather than receives
     * @param audios sections of sound, which come first
     * @param videos sections of pictures
     * @param firstSsrc of the first section
     * @param simulcast whether pictures have rids in three sizes instead of SSRCs (RFC 8853)
     */
    record Content(boolean sends, int audios, int videos, long firstSsrc, boolean simulcast) {
        int sections() {
            return audios + videos;
        }
    }

    private ClientOffer() {}

    /**
     * @param transport lines of the transport
     * @param reportsArrivals whether transport-wide feedback is offered
     */
    static String text(Content content, String transport, boolean reportsArrivals) {
        StringBuilder sdp = new StringBuilder("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n");
        sdp.append("a=group:BUNDLE");
        for (int mid = 0; mid < content.sections(); mid++) {
            sdp.append(' ').append(mid);
        }
        sdp.append("\r\n");
        for (int mid = 0; mid < content.sections(); mid++) {
            boolean video = mid >= content.audios;
            sdp.append(video ? VIDEO_LINE : AUDIO_LINE);
            sdp.append("c=IN IP4 0.0.0.0\r\na=mid:").append(mid).append("\r\n");
            sdp.append(content.sends ? "a=sendonly\r\n" : "a=recvonly\r\n").append(transport);
            sdp.append("a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid\r\n");
            sdp.append(video ? VIDEO_CODECS : AUDIO_CODECS);
            if (reportsArrivals) {
                sdp.append("a=extmap:").append(ClientPeer.TRANSPORT_NUMBER).append(TRANSPORT_WIDE);
                sdp.append("a=rtcp-fb:").append(video ? 96 : 111).append(" transport-cc\r\n");
            }
            if (content.sends && video && content.simulcast) {
                sdp.append(SIMULCAST);
            } else if (content.sends) {
                sdp.append("a=ssrc:").append(content.firstSsrc + mid).append(" cname:load\r\n");
            }
        }
        return sdp.toString();
    }
}
