package dev.sluice.signaling.livekit;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import livekit.LivekitModels.ClientInfo;
import livekit.LivekitRtc.ConnectionSettings;
import livekit.LivekitRtc.JoinRequest;

/**
 * What a client says of itself in the query of its WebSocket. Immutable.
 *
 * @param protocol version of the protocol it speaks
 * @param autoSubscribe whether it wants every track
 * @param adaptiveStream whether it will tell sizes
 * @param sdk name of its SDK
 * @param browser name of its browser, empty when it is none
 * @param json whether the first frame is to be JSON
 * @param resume whether it wants to go on with an earlier session
 * @param participantSid of that session, empty when it does not say
 * @param flow which way media goes
 * @param first what it asks for with its joining; empty but with version 1
 */
public record ClientSettings(
        int protocol,
        boolean autoSubscribe,
        boolean adaptiveStream,
        String sdk,
        String browser,
        boolean json,
        boolean resume,
        String participantSid,
        Flow flow,
        JoinRequest first) {
    /** Which way media goes on the client's connections. */
    public enum Flow {
        /** Both, each on a connection of its own: a LiveKit client. */
        BOTH,
        /** Both on one connection: a LiveKit client with version 1 of the protocol. */
        SINGLE,
        /** The client sends: WHIP. */
        SEND,
        /** The client receives: WHEP. */
        RECEIVE;

        /**
         * @return whether the client hears messages, and may come back to them
         */
        boolean isSignaled() {
            return this == BOTH || this == SINGLE;
        }
    }

    /** Assumed when the client does not say. */
    public static final int CURRENT_PROTOCOL = 16;

    /** The oldest one understood. */
    public static final int OLDEST_PROTOCOL = 8;

    private static final int GROUPED_STREAMS = 9;

    /**
     * @return the settings in a query; {@code userAgent} helps where the query does not say
     */
    public static ClientSettings of(Map<String, List<String>> query, String userAgent) {
        String browser = text(query, "browser");
        if (browser.isEmpty() && userAgent.contains("Firefox/")) {
            browser = "Firefox";
        }
        return new ClientSettings(
                number(text(query, "protocol")),
                truth(query, "auto_subscribe", true),
                truth(query, "adaptive_stream", false),
                text(query, "sdk"),
                browser,
                text(query, "encoding").equals("json"),
                truth(query, "reconnect", false),
                text(query, "sid"),
                Flow.BOTH,
                JoinRequest.getDefaultInstance());
    }

    /**
     * @return the settings in a request to join by version 1 of the protocol
     */
    static ClientSettings of(JoinRequest request, boolean json) {
        ClientInfo client = request.getClientInfo();
        ConnectionSettings wanted = request.getConnectionSettings();
        String sdk = client.getSdk().name().toLowerCase(Locale.ROOT);
        return new ClientSettings(
                client.getProtocol() == 0 ? CURRENT_PROTOCOL : client.getProtocol(),
                wanted.getAutoSubscribe(),
                wanted.getAdaptiveStream(),
                client.getSdk() == ClientInfo.SDK.UNKNOWN ? "" : sdk,
                client.getBrowser(),
                json,
                request.getReconnect(),
                request.getParticipantSid(),
                Flow.SINGLE,
                request);
    }

    /**
     * @return the settings of a client without a WebSocket
     */
    static ClientSettings of(Flow flow, String protocol) {
        return new ClientSettings(
                CURRENT_PROTOCOL,
                flow == Flow.RECEIVE,
                false,
                protocol,
                "",
                false,
                false,
                "",
                flow,
                JoinRequest.getDefaultInstance());
    }

    private static String text(Map<String, List<String>> query, String name) {
        List<String> values = query.get(name);
        return values == null || values.isEmpty() ? "" : values.get(0);
    }

    private static boolean truth(Map<String, List<String>> query, String name, boolean otherwise) {
        String value = text(query, name);
        return value.isEmpty() ? otherwise : value.equals("1") || value.equals("true");
    }

    private static int number(String text) {
        if (text.isEmpty()) {
            return CURRENT_PROTOCOL;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /**
     * @return whether the stream part of msid is to hold the track's sid instead of a group
     */
    boolean wantsTrackAsStream() {
        return protocol <= GROUPED_STREAMS || browser.equalsIgnoreCase("firefox");
    }
}
