package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A machine that has no more of something: who is there goes on, newcomers are refused. */
class ExhaustionTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final List<Process> started = new ArrayList<>();

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
            return socket.getLocalPort();
        }
    }

    /**
     * Starts a server.
     *
     * @param before what a shell does first
     * @param after where it puts the output
     */
    private String start(String before, String after, String... javaOptions)
            throws IOException, InterruptedException {
        int port = freePort();
        String command =
                before
                        + " exec "
                        + System.getProperty("java.home")
                        + "/bin/java --enable-native-access=ALL-UNNAMED -Xmx256m "
                        + String.join(" ", javaOptions)
                        + " -cp "
                        + System.getProperty("java.class.path")
                        + " dev.sluice.signaling.Main --dev --port="
                        + port
                        + " --rtc.udp_port=0 --rtc.bind=127.0.0.1 --health.self_test=0 "
                        + after;
        Process server =
                new ProcessBuilder("sh", "-c", command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        started.add(server);
        String url = "http://127.0.0.1:" + port;
        for (int i = 0; i < 600 && status(url + "/readyz") != 200; i++) {
            assertTrue(server.isAlive(), "the server ended");
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return url;
    }

    private static int status(String url) throws InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create(url)).build(),
                            BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    @AfterEach
    void endWell() throws InterruptedException {
        for (Process server : started) {
            server.destroy();
            assertTrue(server.waitFor(15, TimeUnit.SECONDS), "it leaves on SIGTERM");
            assertEquals(0, server.exitValue());
        }
    }

    @Test
    void noMoreDescriptors() throws IOException, InterruptedException {
        String url = start("ulimit -n 200;", "");
        List<Socket> hoarded = new ArrayList<>();
        try (PlainCall call = PlainCall.begin(url)) {
            assertTrue(call.heard(1_000) > 20, "the call is up");
            int port = URI.create(url).getPort();
            for (int i = 0; i < 400; i++) {
                hoarded.add(hoard(port));
            }
            assertTrue(call.heard(2_000) > 40, "the call goes on");
            for (Socket socket : hoarded) {
                socket.close();
            }
            int answered = 0;
            for (int i = 0; i < 100 && answered != 200; i++) {
                TimeUnit.MILLISECONDS.sleep(100);
                answered = status(url + "/readyz");
            }
            assertEquals(200, answered, "it takes connections again");
            assertEquals(201, call.publish("more", false), "and people");
        }
    }

    private static Socket hoard(int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(LOOPBACK, port), 200);
        } catch (SocketException | SocketTimeoutException e) {
            socket.close(); // its queue is full: enough
        }
        return socket;
    }

    @Test
    void theDiskOfTheLogIsFull() throws IOException, InterruptedException {
        String url = start("", ">/dev/full 2>&1", "-Dlogback.debug=false");
        try (PlainCall call = PlainCall.begin(url)) {
            assertTrue(call.heard(1_000) > 20, "the call is up");
            assertEquals(201, call.publish("more", false), "people are let in");
        }
    }

    @Test
    void noMoreMemoryForBuffers() throws IOException, InterruptedException {
        String url = start("", "", "-Dio.netty.maxDirectMemory=25000000");
        try (PlainCall call = PlainCall.begin(url)) {
            assertTrue(call.heard(1_000) > 20, "the call is up");
            int status = 201;
            for (int i = 0; i < 200 && status == 201; i++) {
                status = call.publish("hoard" + i, true);
            }
            assertEquals(503, status, "newcomers are refused in the end");
            assertEquals(503, status(url + "/readyz"));
            assertTrue(call.heard(2_000) > 40, "the call goes on");
        }
    }
}
