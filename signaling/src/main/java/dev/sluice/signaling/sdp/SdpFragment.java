package dev.sluice.signaling.sdp;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A fragment of a description with ICE credentials (RFC 8840 §9), as far as it begins a restart.
 * Immutable.
 *
 * @param ufrag the client's user name fragment
 * @param media the first media line, without {@code m=}
 * @param mid that section's identification
 * @param bundle value of the group line, empty for none
 */
public record SdpFragment(String ufrag, String media, String mid, String bundle) {
    private static final int MAX = 64 * 1024;
    private static final Pattern UFRAG =
            Pattern.compile("(?m)^a=ice-ufrag:([A-Za-z0-9+/]{4,256})\r?$");
    private static final Pattern PASSWORD =
            Pattern.compile("(?m)^a=ice-pwd:([A-Za-z0-9+/]{22,256})\r?$");
    private static final Pattern MEDIA =
            Pattern.compile("(?m)^m=([a-z]+ [0-9]+ [A-Z/]+ [^\\s]{1,16})[^\r\n]*\r?$");
    private static final Pattern MID =
            Pattern.compile("(?m)^a=mid:([A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,64})\r?$");
    private static final Pattern BUNDLE =
            Pattern.compile("(?m)^a=group:(BUNDLE [A-Za-z0-9 !#$%&'*+.^_`{|}~-]{1,256})\r?$");

    /**
     * @return null when credentials or the section they belong to are missing
     */
    public static @Nullable SdpFragment read(String text) {
        if (text.length() > MAX) {
            return null;
        }
        String ufrag = first(UFRAG, text);
        String media = first(MEDIA, text);
        String mid = first(MID, text);
        if (ufrag == null || first(PASSWORD, text) == null || media == null || mid == null) {
            return null;
        }
        String bundle = first(BUNDLE, text);
        return new SdpFragment(ufrag, media, mid, bundle == null ? "" : bundle);
    }

    private static @Nullable String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : null;
    }

    /**
     * @return our credentials and candidates, for the same section
     */
    public String answer(LocalTransport local) {
        StringBuilder answer = new StringBuilder("a=ice-lite\r\n");
        if (!bundle.isEmpty()) {
            answer.append("a=group:").append(bundle).append("\r\n");
        }
        answer.append("m=").append(media).append("\r\na=mid:").append(mid).append("\r\n");
        answer.append("a=ice-ufrag:").append(local.ice().ufrag()).append("\r\n");
        answer.append("a=ice-pwd:").append(local.ice().password()).append("\r\n");
        local.candidates()
                .forEach(each -> answer.append("a=candidate:").append(each.toSdp()).append("\r\n"));
        return answer.append("a=end-of-candidates\r\n").toString();
    }
}
