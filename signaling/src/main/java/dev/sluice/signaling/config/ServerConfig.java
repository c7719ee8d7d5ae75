package dev.sluice.signaling.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * The server's configuration as the YAML file spells it. Immutable; ranges are checked by {@link
 * ConfigReader}.
 *
 * @param port TCP port of HTTP and WebSocket
 * @param bindAddresses addresses that port listens on; {@code --dev}: loopback
 * @param tls certificate of HTTP and WebSocket
 * @param trustedProxies networks (a.b.c.d/n) whose {@code X-Forwarded-For} is believed
 * @param origins web origins that may use the server, such as https://meet.example.org; * for all
 * @param keys API key to secret of at least 32 characters; the first one signs refreshed tokens
 * @param rtc media transport
 * @param srtp media encryption
 * @param turnServers relays that clients are told of, with credentials that end by themselves
 * @param room rules for rooms
 * @param webhook who is told of events
 * @param limit bounds on what clients may send
 * @param drain what happens to calls when the server is asked to end
 * @param health what readiness is believed by
 * @param admin where metrics are served
 * @param logging log level
 * @param demo whether the demo page is served, with tokens for anybody who asks: never on a public
 *     server
 */
public record ServerConfig(
        @JsonProperty("port") int port,
        @JsonProperty("bind_addresses") List<String> bindAddresses,
        @JsonProperty("tls") Tls tls,
        @JsonProperty("trusted_proxies") List<String> trustedProxies,
        @JsonProperty("origins") List<String> origins,
        @JsonProperty("keys") Map<String, String> keys,
        @JsonProperty("rtc") Rtc rtc,
        @JsonProperty("srtp") Srtp srtp,
        @JsonProperty("turn_servers") List<TurnServer> turnServers,
        @JsonProperty("room") RoomRules room,
        @JsonProperty("webhook") Webhook webhook,
        @JsonProperty("limit") Limits limit,
        @JsonProperty("drain") Drain drain,
        @JsonProperty("health") Health health,
        @JsonProperty("admin") Admin admin,
        @JsonProperty("logging") Logging logging,
        @JsonProperty("demo") boolean demo) {

    /**
     * @param cert PEM file with the certificate and those that vouch for it, empty for no TLS; read
     *     again when it changes
     * @param key PEM file with its private key
     */
    public record Tls(@JsonProperty("cert") String cert, @JsonProperty("key") String key) {
        /** HTTP without TLS. */
        public static final Tls NONE = new Tls("", "");
    }

    /**
     * @param udpPort port of the first worker; the others count up
     * @param tcpPort port for clients whose network lets no UDP through (ICE-TCP); 0 means none
     * @param workers event loops; 0 means one per core, 1 means one port
     * @param bind local addresses or interface names for media; empty means every suitable one
     * @param advertise further addresses to name in candidates, such as the public one behind 1:1
     *     address translation
     * @param sockets how datagrams are sent: native, epoll or nio; auto takes the first that works
     * @param loadLimit percent of a core that an event loop may take; above it newcomers are kept
     *     out, then video is thinned; 0 for no limit
     */
    public record Rtc(
            @JsonProperty("udp_port") int udpPort,
            @JsonProperty("tcp_port") int tcpPort,
            @JsonProperty("workers") int workers,
            @JsonProperty("bind") List<String> bind,
            @JsonProperty("advertise") List<String> advertise,
            @JsonProperty("sockets") String sockets,
            @JsonProperty("load_limit") int loadLimit) {}

    /**
     * @param provider who encrypts: ipsec-mb, libcrypto or sunjce; auto takes the first that works
     */
    public record Srtp(@JsonProperty("provider") String provider) {}

    /**
     * @param autoCreate whether the first join makes a room
     * @param maxParticipants per room; 0 means no limit
     * @param emptyTimeout seconds that a room made by the API stays when nobody comes
     * @param departureTimeout seconds that a room stays after its last participant left
     * @param reconnectWindow seconds that a participant stays without its WebSocket; 0 for none
     * @param enableRemoteUnmute whether the API may unmute
     * @param audioForwarded speakers of a large room heard at a time, the loudest; 0 for all
     * @param audioForwardedAbove rooms with more audio tracks are large
     */
    public record RoomRules(
            @JsonProperty("auto_create") boolean autoCreate,
            @JsonProperty("max_participants") int maxParticipants,
            @JsonProperty("empty_timeout") int emptyTimeout,
            @JsonProperty("departure_timeout") int departureTimeout,
            @JsonProperty("reconnect_window") int reconnectWindow,
            @JsonProperty("enable_remote_unmute") boolean enableRemoteUnmute,
            @JsonProperty("audio_forwarded") int audioForwarded,
            @JsonProperty("audio_forwarded_above") int audioForwardedAbove) {}

    /**
     * A TURN server with a shared secret.
     *
     * @param host name or address
     * @param port of it
     * @param protocol udp, tcp or tls
     * @param secret shared with it
     * @param ttl seconds that credentials are good for
     */
    public record TurnServer(
            @JsonProperty("host") String host,
            @JsonProperty("port") int port,
            @JsonProperty("protocol") String protocol,
            @JsonProperty("secret") String secret,
            @JsonProperty("ttl") int ttl) {}

    /**
     * @param apiKey key that signs, empty for the first
     * @param urls where events are posted to
     */
    public record Webhook(
            @JsonProperty("api_key") String apiKey, @JsonProperty("urls") List<String> urls) {}

    /**
     * @param participants in the whole server; 0 means no limit
     * @param tracksPerParticipant published at a time
     * @param dataBytes a second that a participant may send on data channels
     * @param rooms in the whole server; 0 means no limit
     * @param joinsPerAddress a second from one address, four times as many at once; 0 means no
     *     limit
     * @param joinsPerIdentity the same for one identity of a room
     * @param tokenLifetime seconds that a token may be good for from now on, longer ones are
     *     refused; 0 means no limit
     */
    public record Limits(
            @JsonProperty("participants") int participants,
            @JsonProperty("rooms") int rooms,
            @JsonProperty("joins_per_address") int joinsPerAddress,
            @JsonProperty("joins_per_identity") int joinsPerIdentity,
            @JsonProperty("tracks_per_participant") int tracksPerParticipant,
            @JsonProperty("data_bytes") int dataBytes,
            @JsonProperty("token_lifetime") int tokenLifetime) {

        /** The same for any number of people. */
        private Limits ofTraffic() {
            return new Limits(0, 0, 0, 0, tracksPerParticipant, dataBytes, tokenLifetime);
        }
    }

    /**
     * @param timeout seconds that calls go on after SIGTERM, while new rooms are refused; 0 ends
     *     them at once
     */
    public record Drain(@JsonProperty("timeout") int timeout) {}

    /**
     * @param selfTest seconds between two calls that the server makes to itself through each of its
     *     event loops; 0 for none
     * @param through where they go: bound for the socket's own address, advertised for the first
     *     that clients are told of, where the network lets the server reach itself there
     */
    public record Health(
            @JsonProperty("self_test") int selfTest, @JsonProperty("through") String through) {
        /** No calls. */
        static final Health NONE = new Health(0, "bound");
    }

    /**
     * @param bind loopback unless you mean it
     * @param port where metrics and /debug are served; 0 turns it off, and with demo serves them on
     *     the main port
     */
    public record Admin(@JsonProperty("bind") String bind, @JsonProperty("port") int port) {}

    /**
     * @param level trace, debug, info, warn or error
     */
    public record Logging(@JsonProperty("level") String level) {}

    /** What holds where the file says nothing. */
    public static ServerConfig defaults() {
        return new ServerConfig(
                7880,
                List.of("0.0.0.0"),
                Tls.NONE,
                List.of(),
                List.of("*"),
                Map.of(),
                new Rtc(7882, 0, 0, List.of(), List.of(), "auto", 85),
                new Srtp("auto"),
                List.of(),
                new RoomRules(true, 0, 300, 20, 45, false, 5, 30),
                new Webhook("", List.of()),
                new Limits(0, 0, 50, 5, 32, 1_250_000, 0),
                new Drain(0),
                new Health(10, "bound"),
                new Admin("127.0.0.1", 6789),
                new Logging("info"),
                false);
    }

    /**
     * @return the same on free loopback ports, with everything on one of them
     */
    public ServerConfig onLoopback() {
        return new ServerConfig(
                0,
                List.of("127.0.0.1"),
                Tls.NONE,
                List.of(),
                List.of("*"),
                keys,
                rtc,
                srtp,
                List.of(),
                new RoomRules(true, 0, 0, 0, 0, false, 5, 30),
                new Webhook("", List.of()),
                limit.ofTraffic(),
                new Drain(0),
                Health.NONE,
                new Admin("127.0.0.1", 0),
                logging,
                true);
    }

    /** Development: known key, loopback, demo page, metrics on the main port. */
    public static ServerConfig development() {
        ServerConfig base = defaults();
        return new ServerConfig(
                base.port,
                List.of("127.0.0.1"),
                base.tls,
                base.trustedProxies,
                base.origins,
                Map.of("devkey", "secret"),
                base.rtc,
                base.srtp,
                base.turnServers,
                base.room,
                base.webhook,
                base.limit.ofTraffic(),
                base.drain,
                base.health,
                new Admin("127.0.0.1", 0),
                base.logging,
                true);
    }
}
