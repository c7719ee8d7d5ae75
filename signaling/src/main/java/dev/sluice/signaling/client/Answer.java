package dev.sluice.signaling.client;

import dev.sluice.dtls.Fingerprint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server's answer says of its transport.
 *
 * @param ufrag user name fragment
 * @param password of the fragment
 * @param fingerprint of its certificate
 * @param address where it can be reached
 */
public record Answer(
        String ufrag, String password, Fingerprint fingerprint, InetSocketAddress address) {
    /**
     * @throws IllegalStateException when something is missing
     */
    public static Answer read(String sdp) {
        String[] fingerprint = find(sdp, "a=fingerprint:(\\S+ \\S+)").split(" ", -1);
        String[] address = find(sdp, "a=candidate:\\S+ 1 udp \\d+ (\\S+ \\d+) typ").split(" ", -1);
        return new Answer(
                find(sdp, "a=ice-ufrag:(\\S+)"),
                find(sdp, "a=ice-pwd:(\\S+)"),
                new Fingerprint(fingerprint[0], fingerprint[1]),
                new InetSocketAddress(
                        InetAddress.ofLiteral(address[0]), Integer.parseInt(address[1])));
    }

    private static String find(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern, Pattern.CASE_INSENSITIVE).matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + pattern + " in the answer:\n" + text);
        }
        return matcher.group(1);
    }
}
