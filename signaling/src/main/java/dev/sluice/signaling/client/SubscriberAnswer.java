package dev.sluice.signaling.client;

/** Answers a server's offer to send, taking everything it offers. */
public final class SubscriberAnswer {
    private SubscriberAnswer() {}

    /**
     * @param offer of the server
     * @param transport lines of our transport, ending in a line break
     * @return a description of type answer
     */
    public static String to(String offer, String transport) {
        StringBuilder sdp = new StringBuilder("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n");
        for (String section : offer.split("(?=m=)", -1)) {
            if (!section.startsWith("m=")) {
                continue;
            }
            section.lines()
                    .filter(SubscriberAnswer::isMirrored)
                    .forEach(line -> sdp.append(line).append("\r\n"));
            sdp.append(section.contains("a=sendonly") ? "a=recvonly\r\n" : "a=inactive\r\n");
            sdp.append(transport);
        }
        return sdp.toString();
    }

    private static boolean isMirrored(String line) {
        return line.startsWith("m=")
                || line.startsWith("a=mid:")
                || line.startsWith("a=rtpmap:")
                || line.startsWith("a=extmap:")
                || line.startsWith("a=fmtp:");
    }
}
