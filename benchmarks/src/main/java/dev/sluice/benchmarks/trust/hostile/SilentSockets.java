package dev.sluice.benchmarks.trust.hostile;

import dev.sluice.signaling.livekit.AccessTokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** TCP clients that do not do their part: join and read nothing, or never finish a request. */
final class SilentSockets implements AutoCloseable {
    private static final int READ_BUFFER = 4096;

    private final URI server;
    private final List<Socket> sockets = new ArrayList<>();

    SilentSockets(String url) {
        server = URI.create(url);
    }

    /** Joins a room so many times over WebSockets, with buffers that are soon full. */
    void join(String room, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            join(room, "silent-" + i);
        }
    }

    /** Joins a room once. @return the socket, whose answers are yet to be read */
    Socket join(String room, String name) throws IOException {
        AccessTokens tokens = new AccessTokens(Map.of("devkey", "secret"), Clock.systemUTC());
        String token =
                tokens.sign(
                        AccessTokens.participant(room, name, name, false, true),
                        Duration.ofHours(1));
        Socket socket = open();
        write(
                socket,
                "GET /rtc?protocol=16&access_token="
                        + token
                        + " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
        return socket;
    }

    /** Begins so many requests and never ends them. */
    void dawdle(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            write(open(), "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ");
        }
    }

    private Socket open() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(READ_BUFFER);
        socket.connect(
                new InetSocketAddress(InetAddress.ofLiteral(server.getHost()), server.getPort()));
        sockets.add(socket);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
