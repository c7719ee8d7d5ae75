package dev.sluice.signaling.sdp;

import dev.sluice.core.media.CodecParameters;
import java.util.Locale;

/** Format parameters of our offers to subscribers. */
final class SubscriberFormats {
    private SubscriberFormats() {}

    static String of(CodecParameters codec) {
        return switch (codec.name().toUpperCase(Locale.ROOT)) {
            case "OPUS" -> "minptime=10;useinbandfec=1;usedtx=1;stereo=1";
            case "RED" -> "111/111";
            case "H264" -> h264(codec.format());
            case "VP9" -> codec.format().replace("profile=", "profile-id=");
            case "AV1" ->
                    "profile=" + codec.format().replace("profile=", "") + ";level-idx=5;tier=0";
            default -> "";
        };
    }

    /** The agreed profile with level 3.1, which receivers may exceed (RFC 6184 §8.1). */
    private static String h264(String format) {
        String mode = format.startsWith("mode=") ? format.substring(5, 6) : "1";
        int at = format.indexOf("profile=");
        String profile = at < 0 ? "42e0" : format.substring(at + 8);
        return "level-asymmetry-allowed=1;packetization-mode="
                + mode
                + ";profile-level-id="
                + profile
                + "1f";
    }
}
