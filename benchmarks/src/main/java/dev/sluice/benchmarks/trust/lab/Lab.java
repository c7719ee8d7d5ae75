package dev.sluice.benchmarks.trust.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Four hosts in network namespaces of their own, on one wire that leads nowhere else: a server, a
 * witness, somebody hostile, and a victim who asked for nothing. Needs root.
 */
public final class Lab implements AutoCloseable {
    /** The hosts; each has the address 10.99.0.n. */
    public enum Host {
        SERVER(1),
        WITNESS(2),
        HOSTILE(3),
        VICTIM(4);

        private final int number;

        Host(int number) {
            this.number = number;
        }

        public String address() {
            return "10.99.0." + number;
        }
    }

    /** The server's address on the bad wire. */
    public static final String BAD_SERVER = "10.98.0.1";

    private static final int WAIT_SECONDS = 10;

    private final String name;
    private @Nullable Process link;

    private Lab(String name) {
        this.name = name;
    }

    /** Those that another process has made. */
    public static Lab named(String name) {
        return new Lab(name);
    }

    /** Makes them. */
    public static Lab make() throws IOException, InterruptedException {
        Lab lab = new Lab("sluice" + ProcessHandle.current().pid());
        Runtime.getRuntime().addShutdownHook(new Thread(lab::remove));
        for (Host host : Host.values()) {
            call(List.of("ip", "netns", "add", lab.namespace(host)));
            lab.run(host, "ip", "link", "set", "lo", "up");
        }
        lab.run(Host.SERVER, "ip", "link", "add", "wire", "type", "bridge");
        for (Host host : Host.values()) {
            if (host != Host.SERVER) {
                lab.plug(host);
            }
        }
        lab.run(Host.SERVER, "ip", "addr", "add", Host.SERVER.address() + "/24", "dev", "wire");
        lab.run(Host.SERVER, "ip", "link", "set", "wire", "up");
        return lab;
    }

    private void plug(Host host) throws IOException, InterruptedException {
        String port = "to" + host.number;
        run(
                Host.SERVER,
                "ip",
                "link",
                "add",
                port,
                "type",
                "veth",
                "peer",
                "name",
                "wire",
                "netns",
                namespace(host));
        run(Host.SERVER, "ip", "link", "set", port, "master", "wire", "up");
        run(host, "ip", "addr", "add", host.address() + "/24", "dev", "wire");
        run(host, "ip", "link", "set", "wire", "up");
    }

    public String name() {
        return name;
    }

    private String namespace(Host host) {
        return name + "-" + host.number;
    }

    /**
     * @return what to put before a command so that it runs on that host
     */
    public List<String> on(Host host) {
        return List.of("ip", "netns", "exec", namespace(host));
    }

    /** Runs a command on a host, which must end well. */
    public void run(Host host, String... command) throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>(on(host));
        whole.addAll(Arrays.asList(command));
        call(whole);
    }

    /** Runs a command on a host. @return what it says */
    public String ask(Host host, String... command) throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>(on(host));
        whole.addAll(Arrays.asList(command));
        Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS);
        return said;
    }

    private static void call(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": " + said);
        }
    }

    /**
     * Joins server and witness by a second wire with faults; theirs are 10.98.0.1 and .2 there.
     *
     * @param faults as netsim takes them for each direction, such as delay=100,loss=0.2
     */
    public void badWire(String faults) throws IOException, InterruptedException {
        unplug();
        Path program = Files.createTempDirectory("sluice-netsim").resolve("netsim");
        Path source =
                Path.of(System.getProperty("sluice.launcher", "./sluice"))
                        .toAbsolutePath()
                        .resolveSibling("benchmarks/netsim/netsim.c");
        call(
                List.of(
                        "gcc",
                        "-O2",
                        "-std=gnu11",
                        "-o",
                        program.toString(),
                        source.toString(),
                        "-lm"));
        Process joining =
                new ProcessBuilder(
                                program.toString(),
                                namespace(Host.WITNESS),
                                "bad",
                                namespace(Host.SERVER),
                                "bad",
                                faults,
                                faults)
                        .start();
        link = joining;
        joining.inputReader(StandardCharsets.UTF_8).readLine(); // ready
        for (Host host : List.of(Host.SERVER, Host.WITNESS)) {
            run(host, "ip", "addr", "add", "10.98.0." + host.number + "/24", "dev", "bad");
            run(host, "ip", "link", "set", "bad", "up");
        }
    }

    /** Takes the bad wire away, if there is one: who plugged it has to. */
    public void unplug() throws InterruptedException {
        if (link != null) {
            link.destroy();
            link.waitFor();
            link = null;
        }
    }

    /** Lets nothing through to a host from another, or all of it again. */
    public void cut(Host at, Host from, boolean cut) throws IOException, InterruptedException {
        cut(at, "cut" + from.number, "ip saddr " + from.address(), cut);
    }

    /** The same for TCP alone. */
    public void cutTcp(Host at, Host from, boolean cut) throws IOException, InterruptedException {
        String what = "ip saddr " + from.address() + " meta l4proto tcp";
        cut(at, "tcp" + from.number, what, cut);
    }

    private void cut(Host at, String table, String what, boolean cut)
            throws IOException, InterruptedException {
        if (!cut) {
            run(at, "nft", "delete", "table", "ip", table);
            return;
        }
        run(at, "nft", "add", "table", "ip", table);
        run(at, "nft", "add chain ip " + table + " in { type filter hook input priority 0; }");
        run(at, "nft", "add rule ip " + table + " in " + what + " drop");
    }

    /** Starts a program of this module on a host. */
    public Process start(Host host, Class<?> program, String... words) throws IOException {
        List<String> command = new ArrayList<>(on(host));
        command.addAll(
                List.of(
                        System.getProperty("java.home") + "/bin/java",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dsluice.launcher=" + System.getProperty("sluice.launcher", "./sluice"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName()));
        command.addAll(Arrays.asList(words));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectInput(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Lets what a host sends to a server's port come from an address that is not its own. */
    public void spoof(Host liar, String serverPort, String as)
            throws IOException, InterruptedException {
        run(liar, "nft", "add", "table", "ip", "lie");
        run(liar, "nft", "add chain ip lie post { type nat hook postrouting priority srcnat; }");
        run(liar, "nft", "add rule ip lie post udp dport " + serverPort + " snat to " + as);
    }

    /** Lets it be honest again. */
    public void unspoof(Host liar) throws IOException, InterruptedException {
        run(liar, "nft", "delete", "table", "ip", "lie");
    }

    /** Counts what a host sends to another from now on. */
    public void count(Host from, Host to) throws IOException, InterruptedException {
        run(from, "nft", "add", "table", "ip", "seen");
        run(from, "nft", "add chain ip seen out { type filter hook output priority 0; }");
        run(from, "nft", "add rule ip seen out ip daddr " + to.address() + " counter");
        run(from, "nft", "add rule ip seen out udp dport 53 counter");
        run(from, "nft", "add rule ip seen out tcp dport 53 counter");
    }

    /**
     * @return packets and bytes that were counted, the latter without headers of the link, and
     *     questions to name servers
     */
    public Counted counted(Host from) throws IOException, InterruptedException {
        String[] lines = ask(from, "nft", "list", "table", "ip", "seen").split("\n", -1);
        long[] packets = new long[3];
        long[] bytes = new long[3];
        int at = 0;
        for (String line : lines) {
            int found = line.indexOf("counter packets ");
            if (found >= 0 && at < 3) {
                String[] words = line.substring(found).trim().split(" +", -1);
                packets[at] = Long.parseLong(words[2]);
                bytes[at] = Long.parseLong(words[4]);
                at++;
            }
        }
        return new Counted(packets[0], bytes[0], packets[1] + packets[2]);
    }

    /**
     * What was seen on the wire.
     *
     * @param packets to the host
     * @param bytes of them
     * @param questions to any name server
     */
    public record Counted(long packets, long bytes, long questions) {}

    /** Takes everything down; what an interrupted run leaves goes when its program ends. */
    @Override
    public void close() {
        try {
            unplug();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        remove();
    }

    private void remove() {
        for (Host host : Host.values()) {
            try {
                new ProcessBuilder("ip", "netns", "del", namespace(host))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
