package dev.sluice.rtp.codec;

import org.jspecify.annotations.Nullable;

/** Codecs whose key frames Sluice can see. */
public enum VideoCodec {
    VP8,
    VP9,
    H264,
    H265,
    AV1;

    /**
     * @return whether layers show in the dependency descriptor only, not in the payload descriptor
     */
    public boolean isDescribed() {
        return this == AV1 || this == H264 || this == H265;
    }

    /**
     * @return the codec with this encoding name of an {@code a=rtpmap} line, or null
     */
    public static @Nullable VideoCodec of(String encodingName) {
        for (VideoCodec codec : values()) {
            if (codec.name().equalsIgnoreCase(encodingName)) {
                return codec;
            }
        }
        return null;
    }
}
