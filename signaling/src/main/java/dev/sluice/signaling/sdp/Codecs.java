package dev.sluice.signaling.sdp;

import dev.sluice.core.media.CodecParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Which codecs are forwarded, and what makes two of the same name different. */
final class Codecs {
    private static final Set<String> AUDIO = Set.of("OPUS", "RED");
    private static final Set<String> VIDEO = Set.of("VP8", "VP9", "H264", "H265", "AV1");

    private Codecs() {}

    static boolean isForwarded(String media, String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return media.equals("audio") ? AUDIO.contains(upper) : VIDEO.contains(upper);
    }

    /**
     * @return the parameters that both sides must agree on; empty when the name says it all
     */
    static String format(String name, String fmtp) {
        Map<String, String> parameters = parameters(fmtp);
        return switch (name) {
            case "H264" -> {
                // RFC 6184 §8.2.2: profile and packetization mode; the level may differ
                String profile = parameters.getOrDefault("profile-level-id", "42e01f");
                String idc = profile.substring(0, Math.min(4, profile.length()));
                yield "mode="
                        + parameters.getOrDefault("packetization-mode", "0")
                        + ";profile="
                        + idc;
            }
            case "VP9" -> "profile=" + parameters.getOrDefault("profile-id", "0");
            case "AV1" -> "profile=" + parameters.getOrDefault("profile", "0");
            case "H265" -> "profile=" + parameters.getOrDefault("profile-id", "1");
            default -> "";
        };
    }

    private static Map<String, String> parameters(String fmtp) {
        Map<String, String> parameters = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String part : fmtp.split(";", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parameters.put(
                        part.substring(0, equals).strip(),
                        part.substring(equals + 1).strip().toLowerCase(Locale.ROOT));
            }
        }
        return parameters;
    }

    /**
     * @return the payload types of an {@code m=} line: each codec, then its retransmissions
     */
    static List<String> formats(List<CodecParameters> codecs) {
        List<String> formats = new ArrayList<>();
        for (CodecParameters codec : codecs) {
            formats.add(Integer.toString(codec.payloadType()));
            if (codec.rtxPayloadType() >= 0) {
                formats.add(Integer.toString(codec.rtxPayloadType()));
            }
        }
        return formats;
    }
}
