package dev.sluice.signaling.sdp;

import dev.sluice.core.media.CodecParameters;
import dev.sluice.core.media.TrackParameters.SsrcPair;
import dev.sluice.rtp.ExtensionIds;
import dev.sluice.rtp.ExtensionUri;
import dev.sluice.signaling.sdp.SessionDescription.Attribute;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One {@code m=} section, with the questions the server asks of it. Immutable. Attributes that make
 * no sense are passed over, as RFC 8866 §5.13 wants.
 *
 * @param media audio, video or application
 * @param port 0 means rejected
 * @param protocol such as {@code UDP/TLS/RTP/SAVPF}
 * @param formats payload types as text
 * @param attributes in order
 */
public record MediaSection(
        String media, int port, String protocol, List<String> formats, List<Attribute> attributes) {
    private static final int MAX_PAYLOAD_TYPE = 127;

    /** Copies the lists. */
    public MediaSection {
        formats = List.copyOf(formats);
        attributes = List.copyOf(attributes);
    }

    /**
     * @return whether an offer means this section: one that is for a bundle only has no port of its
     *     own (RFC 9143 §6)
     */
    boolean isOffered() {
        return port != 0 || value("bundle-only") != null;
    }

    /**
     * @return the first attribute's value, null when there is none
     */
    @Nullable String value(String name) {
        return SessionDescription.first(attributes, name);
    }

    List<String> values(String name) {
        return attributes.stream()
                .filter(attribute -> attribute.name().equals(name))
                .map(Attribute::value)
                .toList();
    }

    String mid() {
        String mid = value("mid");
        return mid == null ? "" : mid;
    }

    boolean isAudio() {
        return media.equals("audio");
    }

    boolean isVideo() {
        return media.equals("video");
    }

    Direction direction() {
        for (Direction direction : Direction.values()) {
            if (value(direction.attribute()) != null) {
                return direction;
            }
        }
        return Direction.SENDRECV;
    }

    /**
     * @return whether the section names this feedback for a payload type (RFC 4585 §4.2)
     */
    boolean hasFeedback(int payloadType, String feedback) {
        return values("rtcp-fb").stream()
                .anyMatch(line ->
                        line.equals(payloadType + " " + feedback) || line.equals("* " + feedback));
    }

    /**
     * @return the second token of {@code a=msid}: the client's id of the track; empty for none
     */
    String msidTrack() {
        String msid = value("msid");
        if (msid == null) {
            for (String ssrc : values("ssrc")) { // as older endpoints write it (RFC 5576)
                int at = ssrc.indexOf(" msid:");
                if (at > 0) {
                    msid = ssrc.substring(at + 6);
                    break;
                }
            }
        }
        String[] tokens = msid == null ? new String[0] : msid.strip().split(" +", -1);
        return tokens.length < 2 ? "" : tokens[1];
    }

    /**
     * @return rids the writer sends, in its order (RFC 8851, RFC 8853)
     */
    List<String> sendRids() {
        String simulcast = value("simulcast");
        if (simulcast == null) {
            return List.of();
        }
        String[] tokens = simulcast.strip().split(" +", -1);
        for (int i = 0; i + 1 < tokens.length; i += 2) {
            if (tokens[i].equals("send")) {
                return List.of(tokens[i + 1].replace("~", "").split("[;,]", -1));
            }
        }
        return List.of();
    }

    /**
     * @return pairs of media and RTX SSRC, hints as they are (RFC 5576 §4.2)
     */
    List<SsrcPair> ssrcs() {
        Map<Long, Long> rtx = new HashMap<>();
        for (String group : values("ssrc-group")) {
            String[] tokens = group.split(" ", -1);
            if (tokens.length == 3 && tokens[0].equals("FID")) {
                rtx.put(number(tokens[1]), number(tokens[2]));
            }
        }
        Map<Long, SsrcPair> pairs = new LinkedHashMap<>();
        for (String line : values("ssrc")) {
            long ssrc = number(line.split(" ", 2)[0]);
            if (ssrc >= 0 && !rtx.containsValue(ssrc)) {
                pairs.put(ssrc, new SsrcPair(ssrc, rtx.getOrDefault(ssrc, -1L)));
            }
        }
        return List.copyOf(pairs.values());
    }

    private static long number(String text) {
        try {
            long value = Long.parseLong(text);
            return value >= 0 && value <= 0xFFFF_FFFFL ? value : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /**
     * @return every {@code a=extmap} of a known extension: uri to the line's id part
     */
    Map<ExtensionUri, String> extensions() {
        Map<ExtensionUri, String> found = new EnumMap<>(ExtensionUri.class);
        for (String line : values("extmap")) {
            String[] tokens = line.split(" ", -1);
            ExtensionUri uri = tokens.length < 2 ? null : ExtensionUri.of(tokens[1]);
            if (uri != null && extensionId(tokens[0]) > 0) {
                found.put(uri, tokens[0]);
            }
        }
        return found;
    }

    ExtensionIds extensionIds() {
        Map<ExtensionUri, Integer> ids = new EnumMap<>(ExtensionUri.class);
        extensions().forEach((uri, id) -> ids.put(uri, extensionId(id)));
        return new ExtensionIds(ids);
    }

    private static int extensionId(String text) {
        long id = number(text.split("/", 2)[0]);
        return id > 0 && id < 256 ? (int) id : -1;
    }

    /**
     * @return format parameters of a payload type, empty when it has none
     */
    String fmtp(int payloadType) {
        String prefix = payloadType + " ";
        for (String line : values("fmtp")) {
            if (line.startsWith(prefix)) {
                return line.substring(prefix.length()).strip();
            }
        }
        return "";
    }

    /**
     * @return the payload types of codecs that Sluice forwards, in the section's order
     */
    List<CodecParameters> codecs() {
        Map<Integer, String[]> maps = maps();
        Map<Integer, Integer> repairs = repairs(maps);
        List<CodecParameters> codecs = new ArrayList<>();
        for (String format : formats) {
            int type = (int) number(format);
            String[] tokens = maps.get(type);
            if (tokens != null && Codecs.isForwarded(media, tokens[1])) {
                String fmtp = Codecs.format(tokens[1].toUpperCase(Locale.ROOT), fmtp(type));
                int rtx = repairs.getOrDefault(type, -1);
                codecs.add(
                        new CodecParameters(type, tokens[1], (int) number(tokens[2]), fmtp, rtx));
            }
        }
        return codecs;
    }

    /**
     * Payload type to number, name and clock rate of its rtpmap line, as far as they make sense.
     */
    private Map<Integer, String[]> maps() {
        Map<Integer, String[]> maps = new LinkedHashMap<>();
        for (String line : values("rtpmap")) {
            String[] tokens = line.split("[ /]", -1);
            long type = tokens.length < 3 ? -1 : number(tokens[0]);
            boolean usable = type >= 0 && type <= MAX_PAYLOAD_TYPE && (type < 64 || type > 95);
            if (usable && isClockRate(number(tokens[2]))) { // 64…95: RTCP, RFC 5761 §4
                maps.put((int) type, tokens);
            }
        }
        return maps;
    }

    private static boolean isClockRate(long rate) {
        return rate > 0 && rate <= 1_000_000;
    }

    private Map<Integer, Integer> repairs(Map<Integer, String[]> maps) {
        Map<Integer, Integer> repairs = new HashMap<>();
        maps.forEach((type, tokens) -> {
            String fmtp = fmtp(type);
            if (tokens[1].equalsIgnoreCase("rtx") && fmtp.startsWith("apt=")) {
                repairs.put((int) number(fmtp.substring(4).split(";", 2)[0]), type);
            }
        });
        return repairs;
    }
}
