package dev.sluice.benchmarks.trust.lab;

import dev.sluice.benchmarks.load.Latencies;
import dev.sluice.benchmarks.load.RoomMember;
import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.livekit.AccessTokens;
import io.netty.channel.EventLoopGroup;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** People of rooms on one server, with tokens and sockets. */
public final class Members {
    private static final Duration TOKEN = Duration.ofHours(1);

    private final AccessTokens tokens =
            new AccessTokens(Map.of("devkey", "secret"), Clock.systemUTC());
    private final Latencies nobodyLooks = new Latencies();
    private final EventLoopGroup sockets;
    private final ClientLoop loop;
    private final String url;

    /**
     * @param loop of their media
     * @param url of a server in development
     */
    public Members(EventLoopGroup sockets, ClientLoop loop, String url) {
        this.sockets = sockets;
        this.loop = loop;
        this.url = url;
    }

    /** One who may speak and listen, and has not joined yet. */
    public RoomMember make(String room, int number, RoomMember.Ear ear) {
        return make(room, "member-" + number, number, ear);
    }

    /** The same by a name. */
    public RoomMember make(String room, String name, int number, RoomMember.Ear ear) {
        String token = tokens.sign(AccessTokens.participant(room, name, name, true, true), TOKEN);
        String address =
                url.replaceFirst("^http", "ws") + "/rtc?protocol=16&sdk=load&access_token=" + token;
        return new RoomMember(sockets, address, number, 0, loop, loop, nobodyLooks, ear);
    }
}
