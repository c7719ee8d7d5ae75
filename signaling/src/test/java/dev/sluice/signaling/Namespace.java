package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A network namespace, for addresses that exist nowhere else. */
final class Namespace {
    private final String name;

    private Namespace(String name) {
        this.name = name;
    }

    /** Makes one; skips the test where that is not allowed, fails it in CI. */
    static Namespace make(String prefix) throws IOException, InterruptedException {
        String name = prefix + ProcessHandle.current().pid();
        boolean made = call(List.of("ip", "netns", "add", name)) == 0;
        assertTrue(made || System.getenv("CI") == null, "network namespaces need root");
        Assumptions.assumeTrue(made, "network namespaces need root");
        Namespace namespace = new Namespace(name);
        namespace.ip("link", "set", "lo", "up");
        return namespace;
    }

    String name() {
        return name;
    }

    private static int call(List<String> command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** Runs {@code ip} for this namespace. */
    void ip(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip", "-n", name));
        command.addAll(Arrays.asList(words));
        assertEquals(0, call(command), command.toString());
    }

    /** Runs a command in this namespace until it ends, which must be well. */
    void run(String... command) throws IOException, InterruptedException {
        assertEquals(0, call(inside(command)), Arrays.toString(command));
    }

    /**
     * @return the command, to run in this namespace
     */
    List<String> inside(String... command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(Arrays.asList(command));
        return all;
    }

    /** Starts the server in this namespace; back when it is ready. */
    Process startServer(String... options) throws IOException {
        List<String> command =
                inside(
                        System.getProperty("java.home") + "/bin/java",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.sluice.signaling.Main");
        command.addAll(Arrays.asList(options));
        Process server = new ProcessBuilder(command).redirectErrorStream(true).start();
        StringBuilder said = new StringBuilder();
        byte[] buffer = new byte[1024];
        while (!said.toString().contains("Sluice is ready")) {
            int length = server.getInputStream().read(buffer);
            assertTrue(length > 0, "the server ended: " + said);
            said.append(new String(buffer, 0, length, StandardCharsets.UTF_8));
        }
        return server;
    }

    /** Ends a server, which must leave by itself. */
    static void stop(Process server) throws InterruptedException {
        server.destroy();
        assertTrue(server.waitFor(10, TimeUnit.SECONDS), "the server leaves on SIGTERM");
        assertEquals(0, server.exitValue());
    }

    /** Ends it, with all its addresses. */
    void remove() throws IOException, InterruptedException {
        call(List.of("ip", "netns", "del", name));
    }
}
