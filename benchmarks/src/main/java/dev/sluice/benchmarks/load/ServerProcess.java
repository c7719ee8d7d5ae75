package dev.sluice.benchmarks.load;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The server under load: started here or running already, and what it costs. */
public final class ServerProcess implements AutoCloseable {
    /** Another one lets two runs go on at a time. */
    private static final int PORT = Integer.getInteger("sluice.bench.port", 17_980);

    private static final long TICK_NANOS = 10_000_000L; // USER_HZ is 100 on Linux
    private static final Pattern SAFEPOINT = Pattern.compile("^\\[(\\d+)ms\\].* Total: +(\\d+) ns");

    /**
     * What the server has used up to now.
     *
     * @param cpuNanos user and system time, 0 when unknown
     * @param rssBytes resident memory, 0 when unknown
     * @param forwarded media packets sent
     * @param dropped packets dropped on their way out
     * @param allocated bytes of heap
     * @param sendCalls system calls that sent
     */
    public record Usage(
            long cpuNanos,
            long rssBytes,
            long forwarded,
            long dropped,
            long allocated,
            long sendCalls) {}

    /**
     * A time in which the JVM stood still.
     *
     * @param atMillis since 1970
     * @param nanos how long
     */
    public record Pause(long atMillis, long nanos) {}

    /** Where and how it was started. */
    private record Started(
            Process process, List<String> prefix, String address, String media, Path output) {}

    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;
    private final long pid;
    private final @Nullable Started process;
    private final @Nullable Path safepoints;
    private final long readyMillis;
    private final List<String> options;

    private ServerProcess(
            String url,
            long pid,
            @Nullable Started process,
            @Nullable Path safepoints,
            long readyMillis,
            List<String> options) {
        this.options = options;
        this.url = url;
        this.pid = pid;
        this.process = process;
        this.safepoints = safepoints;
        this.readyMillis = readyMillis;
    }

    public static ServerProcess running(String url, long pid) {
        return new ServerProcess(url, pid, null, null, 0, List.of());
    }

    /** Starts the launcher of this checkout or release, and waits until it is ready. */
    public static ServerProcess start(List<String> options)
            throws IOException, InterruptedException {
        return start(List.of(), "127.0.0.1", options);
    }

    /**
     * Starts it in another place.
     *
     * @param prefix of the command, such as one that enters a network namespace
     * @param address that it listens on there
     */
    public static ServerProcess start(List<String> prefix, String address, List<String> options)
            throws IOException, InterruptedException {
        return start(prefix, address, address, options);
    }

    /**
     * Starts it where media takes another way.
     *
     * @param media address of the sockets for media
     */
    public static ServerProcess start(
            List<String> prefix, String address, String media, List<String> options)
            throws IOException, InterruptedException {
        requireFree(address);
        Path log = Files.createTempFile("sluice-bench", ".safepoints");
        Path output = Files.createTempFile("sluice-bench", ".log");
        List<String> command = new ArrayList<>(prefix);
        command.add(System.getProperty("sluice.launcher", "./sluice"));
        command.addAll(List.of("--dev", "--port=" + PORT, "--rtc.bind=" + media));
        command.add("--bind_addresses=" + address);
        command.add("--rtc.udp_port=" + (PORT + 2));
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command);
        String more = System.getenv().getOrDefault("SLUICE_JAVA_OPTS", "");
        builder.environment()
                .put("SLUICE_JAVA_OPTS", more + " -Xlog:safepoint:file=" + log + ":timemillis");
        builder.redirectErrorStream(true).redirectOutput(output.toFile());
        long began = System.nanoTime();
        Process started = builder.start();
        String url = "http://" + address + ":" + PORT;
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest ready = HttpRequest.newBuilder(URI.create(url + "/readyz")).build();
        for (int i = 0; i < 1500 && started.isAlive(); i++) {
            try {
                if (http.send(ready, BodyHandlers.discarding()).statusCode() == 200) {
                    long millis = (System.nanoTime() - began) / 1_000_000L;
                    return new ServerProcess(
                            url,
                            started.pid(),
                            new Started(started, prefix, address, media, output),
                            log,
                            millis,
                            options);
                }
            } catch (IOException e) {
                // not listening yet
            }
            Thread.sleep(10);
        }
        started.destroyForcibly();
        throw new IllegalStateException("the server did not start; see " + output);
    }

    /** Another server's answers would be taken for ours. */
    private static void requireFree(String address) {
        try (Socket socket = new Socket(address, PORT)) {
            throw new IllegalStateException(
                    "somebody listens on " + socket.getRemoteSocketAddress() + " already");
        } catch (IOException e) {
            // nobody does
        }
    }

    public String url() {
        return url;
    }

    /**
     * @return from starting the process to its first yes on {@code /readyz}; 0 when not ours
     */
    public long readyMillis() {
        return readyMillis;
    }

    /**
     * @param begins whether the time after this is what counts, rather than the time before: asking
     *     for metrics is work for the server too
     */
    public Usage usage(boolean begins) {
        long cpuNanos = begins ? 0 : cpuNanos();
        String metrics = metrics();
        return new Usage(
                begins ? cpuNanos() : cpuNanos,
                rssBytes(),
                sum(metrics, "sluice_rtp_packets_total\\{direction=\"out\""),
                sum(metrics, "sluice_rtp_dropped_packets_total\\{direction=\"out\""),
                sum(metrics, "sluice_heap_allocated_bytes_total"),
                sum(metrics, "sluice_udp_send_calls_total"));
    }

    private String metrics() {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/metrics")).build();
            return http.send(request, BodyHandlers.ofString()).body();
        } catch (IOException | InterruptedException e) {
            return "";
        }
    }

    private static long sum(String metrics, String series) {
        Matcher matcher =
                Pattern.compile("^" + series + "[^ ]* ([0-9.E+]+)$", Pattern.MULTILINE)
                        .matcher(metrics);
        double sum = 0;
        while (matcher.find()) {
            sum += Double.parseDouble(matcher.group(1));
        }
        return (long) sum;
    }

    public long cpuNanos() {
        String stat = read("stat");
        if (stat.isEmpty()) {
            return 0;
        }
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_NANOS;
    }

    /**
     * @return CPU time of the thread that does signaling, 0 when unknown
     */
    public long controlNanos() {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            return threads.mapToLong(ServerProcess::controlNanos).sum();
        } catch (IOException e) {
            return 0;
        }
    }

    private static long controlNanos(Path thread) {
        try {
            boolean control = Files.readString(thread.resolve("comm")).startsWith("sluice-control");
            String schedule = control ? Files.readString(thread.resolve("schedstat")) : "0 0 0";
            return Long.parseLong(schedule.substring(0, schedule.indexOf(' ')));
        } catch (IOException e) {
            return 0; // it has ended
        }
    }

    /**
     * @return heap in use after a collection, 0 when unknown
     */
    public long heapBytes() throws IOException, InterruptedException {
        command("GC.run");
        Matcher used = Pattern.compile("used (\\d+)K").matcher(command("GC.heap_info"));
        return used.find() ? Long.parseLong(used.group(1)) * 1024 : 0;
    }

    private String command(String what) throws IOException, InterruptedException {
        Process jcmd =
                new ProcessBuilder(
                                System.getProperty("java.home") + "/bin/jcmd",
                                Long.toString(pid),
                                what)
                        .redirectErrorStream(true)
                        .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        jcmd.waitFor();
        return said;
    }

    /**
     * @return whether it was started here
     */
    public boolean isOurs() {
        return process != null;
    }

    /**
     * @return its process
     * @throws IllegalStateException when it was not started here
     */
    public Process process() {
        return started().process;
    }

    private Started started() {
        if (process == null) {
            throw new IllegalStateException("the server was not started here");
        }
        return process;
    }

    /**
     * @return what it has written so far, line by line
     */
    public List<String> output() throws IOException {
        return Files.readAllLines(started().output);
    }

    /**
     * @return the sum of all metrics whose name and labels begin so; 0 when it does not answer
     */
    public long metric(String series) {
        return sum(metrics(), series);
    }

    /**
     * @return the first metric whose name and labels begin so, with its fraction; 0 for none
     */
    public double metricValue(String series) {
        Matcher matcher =
                Pattern.compile("^" + series + "[^ ]* ([0-9.E+-]+)$", Pattern.MULTILINE)
                        .matcher(metrics());
        return matcher.find() ? Double.parseDouble(matcher.group(1)) : 0;
    }

    /**
     * @return open file descriptors, 0 when unknown
     */
    public long files() {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return open.count();
        } catch (IOException e) {
            return 0;
        }
    }

    /**
     * @return threads of the kernel, 0 when unknown
     */
    public long threads() {
        Matcher matcher = Pattern.compile("Threads:\\s+(\\d+)").matcher(read("status"));
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    /**
     * @return the status of an answer, 0 when there is none
     */
    public int status(String path) {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(url + path))
                            .timeout(Duration.ofSeconds(2))
                            .build();
            return http.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException | InterruptedException e) {
            return 0;
        }
    }

    /** Ends it as an operator would, and starts another. */
    public ServerProcess restart() throws IOException, InterruptedException {
        Started before = process;
        close();
        return before == null
                ? start(options)
                : start(before.prefix, before.address, before.media, options);
    }

    public long rssBytes() {
        Matcher matcher = Pattern.compile("VmRSS:\\s+(\\d+) kB").matcher(read("status"));
        return matcher.find() ? Long.parseLong(matcher.group(1)) * 1024 : 0;
    }

    private String read(String file) {
        try {
            return pid == 0 ? "" : Files.readString(Path.of("/proc", Long.toString(pid), file));
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * @return when the JVM stood still since then; empty when it is not ours
     */
    public List<Pause> pausesSince(long millis) {
        List<Pause> pauses = new ArrayList<>();
        try {
            List<String> lines = safepoints == null ? List.of() : Files.readAllLines(safepoints);
            for (String line : lines) {
                Matcher matcher = SAFEPOINT.matcher(line);
                if (matcher.find() && Long.parseLong(matcher.group(1)) >= millis) {
                    pauses.add(
                            new Pause(
                                    Long.parseLong(matcher.group(1)),
                                    Long.parseLong(matcher.group(2))));
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return pauses;
    }

    @Override
    public void close() {
        if (process != null) {
            Process ending = process.process;
            ending.destroy();
            try {
                if (!ending.waitFor(10, TimeUnit.SECONDS)) {
                    ending.destroyForcibly();
                }
            } catch (InterruptedException e) {
                ending.destroyForcibly();
            }
        }
    }
}
