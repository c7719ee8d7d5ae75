package dev.sluice.signaling.sdp;

import dev.sluice.core.data.DataTransport;
import dev.sluice.ice.Candidate;
import dev.sluice.sctp.Association;
import java.util.List;

/** Writes descriptions line by line; all have BUNDLE, ICE-lite, rtcp-mux and reduced-size RTCP. */
final class SdpWriter {
    private static final String CRLF = "\r\n";

    private final StringBuilder text = new StringBuilder(4096);
    private final LocalTransport transport;
    private boolean first = true;

    /**
     * @param sessionId constant for a peer connection
     * @param version one more for each description
     * @param bundled mids of the accepted sections
     */
    SdpWriter(LocalTransport transport, long sessionId, int version, List<String> bundled) {
        this.transport = transport;
        line("v=0");
        line("o=- " + sessionId + " " + version + " IN IP4 127.0.0.1");
        line("s=-");
        line("t=0 0");
        if (!bundled.isEmpty()) {
            line("a=group:BUNDLE " + String.join(" ", bundled));
        }
        line("a=ice-lite");
        line("a=extmap-allow-mixed");
        line("a=msid-semantic: WMS *");
    }

    SdpWriter line(String line) {
        text.append(line).append(CRLF);
        return this;
    }

    /** Writes an {@code m=} line with connection and transport. */
    void media(String media, String protocol, List<String> formats, String mid, String setup) {
        line("m=" + media + " 9 " + protocol + " " + String.join(" ", formats));
        line("c=IN IP4 0.0.0.0");
        line("a=rtcp:9 IN IP4 0.0.0.0");
        if (first) {
            first = false;
            for (Candidate candidate : transport.candidates()) {
                line("a=candidate:" + candidate.toSdp());
            }
            line("a=end-of-candidates");
        }
        line("a=ice-ufrag:" + transport.ice().ufrag());
        line("a=ice-pwd:" + transport.ice().password());
        line(
                "a=fingerprint:"
                        + transport.fingerprint().algorithm()
                        + " "
                        + transport.fingerprint().value());
        line("a=setup:" + setup);
        line("a=mid:" + mid);
    }

    /** Writes a section for data channels (RFC 8841 §5). */
    void data(String protocol, List<String> formats, String mid, String setup) {
        media("application", protocol, formats, mid, setup);
        line("a=sctp-port:" + DataTransport.PORT);
        line("a=max-message-size:" + Association.MAX_MESSAGE);
    }

    /** Writes a rejected section (RFC 9429 §5.3.1). */
    void rejected(MediaSection section) {
        line("m=" + section.media() + " 0 " + section.protocol() + " " + section.formats().get(0));
        line("c=IN IP4 0.0.0.0");
        line("a=inactive");
        line("a=mid:" + section.mid());
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
