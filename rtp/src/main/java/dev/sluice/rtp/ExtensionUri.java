package dev.sluice.rtp;

import org.jspecify.annotations.Nullable;

/** The header extensions that Sluice understands, by URI. */
public enum ExtensionUri {
    /** Which media section a packet belongs to (RFC 9143 §15). */
    MID("urn:ietf:params:rtp-hdrext:sdes:mid"),
    /** Which simulcast encoding a packet belongs to (RFC 8852). */
    RTP_STREAM_ID("urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"),
    /** Which encoding a retransmission repairs (RFC 8852). */
    REPAIRED_RTP_STREAM_ID("urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"),
    /** One sequence number per transport (draft-holmer-rmcat-transport-wide-cc-extensions-01). */
    TRANSPORT_WIDE_CC("http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"),
    /** Loudness of an audio packet (RFC 6464). */
    AUDIO_LEVEL("urn:ietf:params:rtp-hdrext:ssrc-audio-level"),
    /** Frame dependencies (AV1 RTP specification, appendix A). */
    DEPENDENCY_DESCRIPTOR(
            "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension");

    private final String uri;

    ExtensionUri(String uri) {
        this.uri = uri;
    }

    public String uri() {
        return uri;
    }

    /**
     * @return the extension with this URI, or null when Sluice does not know it
     */
    public static @Nullable ExtensionUri of(String uri) {
        for (ExtensionUri extension : values()) {
            if (extension.uri.equals(uri)) {
                return extension;
            }
        }
        return null;
    }
}
