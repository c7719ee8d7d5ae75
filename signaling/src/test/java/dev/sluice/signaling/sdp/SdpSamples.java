package dev.sluice.signaling.sdp;

import dev.sluice.dtls.Fingerprint;
import dev.sluice.ice.Candidate;
import dev.sluice.ice.IceCredentials;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** Descriptions of the shape browsers write. */
public final class SdpSamples {
    private static final String TRANSPORT =
            """
            a=ice-ufrag:Ufr1
            a=ice-pwd:0123456789012345678901
            a=fingerprint:sha-256 AA:BB
            a=setup:actpass
            """;

    /** Chromium: everything per section, simulcast without SSRCs, data channel at the end. */
    public static final String CHROMIUM_OFFER =
            """
            v=0
            o=- 1 2 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE 0 1 2
            a=extmap-allow-mixed
            a=msid-semantic: WMS
            m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9
            c=IN IP4 0.0.0.0
            """
                    + TRANSPORT
                    + """
                    a=mid:0
                    a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
                    a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
                    a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
                    a=sendonly
                    a=msid:stream0 mic
                    a=rtcp-mux
                    a=rtpmap:111 opus/48000/2
                    a=rtcp-fb:111 transport-cc
                    a=fmtp:111 minptime=10;useinbandfec=1
                    a=rtpmap:63 red/48000/2
                    a=fmtp:63 111/111
                    a=rtpmap:9 G722/8000
                    a=ssrc:1001 cname:x
                    m=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103
                    c=IN IP4 0.0.0.0
                    """
                    + TRANSPORT
                    + """
                    a=mid:1
                    a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
                    a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
                    a=extmap:10/sendonly urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
                    a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
                    a=sendonly
                    a=msid:stream0 cam
                    a=rtcp-mux
                    a=rtcp-rsize
                    a=rtpmap:96 VP8/90000
                    a=rtcp-fb:96 goog-remb
                    a=rtcp-fb:96 transport-cc
                    a=rtcp-fb:96 ccm fir
                    a=rtcp-fb:96 nack
                    a=rtcp-fb:96 nack pli
                    a=rtpmap:97 rtx/90000
                    a=fmtp:97 apt=96
                    a=rtpmap:102 H264/90000
                    a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
                    a=rtpmap:103 rtx/90000
                    a=fmtp:103 apt=102
                    a=rid:q send
                    a=rid:h send
                    a=rid:f send
                    a=simulcast:send q;h;~f
                    m=application 9 UDP/DTLS/SCTP webrtc-datachannel
                    c=IN IP4 0.0.0.0
                    """
                    + TRANSPORT
                    + """
                    a=mid:2
                    a=sctp-port:5000
                    """;

    private SdpSamples() {}

    /**
     * @return our side of a transport
     */
    public static LocalTransport local() {
        return new LocalTransport(
                new IceCredentials("ourufrag", "our-password-our-password-our-pa"),
                new Fingerprint("sha-256", "CC:DD"),
                List.of(
                        Candidate.udp(
                                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 7882),
                                65535)));
    }
}
