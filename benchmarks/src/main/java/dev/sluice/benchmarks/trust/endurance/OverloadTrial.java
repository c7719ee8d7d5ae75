package dev.sluice.benchmarks.trust.endurance;

import dev.sluice.benchmarks.load.ServerProcess;
import dev.sluice.benchmarks.trust.lab.Report;
import dev.sluice.benchmarks.trust.lab.Witness;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A call on loopback that needs twice the processor that the server has from one moment to the
 * next.
 */
public final class OverloadTrial {
    private static final int PARTIES = 18;
    private static final int SECONDS = 20;
    private static final int PERIOD_MICROS = 20_000;
    private static final int LEVEL_OF_THINNING = 3;

    private final List<String> options;
    private final Report report;

    public OverloadTrial(List<String> options, Report report) {
        this.options = options;
        this.report = report;
    }

    /** A control group that takes part of a core from a process, version 1 or 2. */
    private static final class Quota implements AutoCloseable {
        private final Process process;
        private final Path tasks;
        private final List<String> squeezed;
        private final Path group;
        private final boolean unified;

        Quota(Process of) throws IOException {
            process = of;
            long pid = of.pid();
            tasks = Path.of("/proc", Long.toString(pid), "task");
            unified = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));
            Path root = Path.of(unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/cpu");
            group = root.resolve("sluice-" + pid);
            squeezed = unified ? threads("") : threads("sluice-worker-0");
            if (squeezed.isEmpty()) {
                throw new IllegalStateException("the server has no worker");
            }
            if (unified) {
                Files.writeString(root.resolve("cgroup.subtree_control"), "+cpu");
            }
            Files.createDirectory(group);
            if (unified) {
                Files.writeString(group.resolve("cgroup.procs"), Long.toString(pid));
            } else { // the worker alone: that it has too little is not to slow signaling down
                Files.writeString(group.resolve("tasks"), squeezed.getFirst());
            }
        }

        private List<String> threads(String name) throws IOException {
            List<String> found = new ArrayList<>();
            try (Stream<Path> threads = Files.list(tasks)) {
                for (Path thread : threads.toList()) {
                    if (Files.readString(thread.resolve("comm")).startsWith(name)) {
                        found.add(thread.getFileName().toString());
                    }
                }
            }
            return found;
        }

        /**
         * @return processor time that those to be squeezed have taken, seconds
         */
        double seconds() throws IOException {
            double nanos = 0;
            for (String thread : squeezed) {
                String taken = Files.readString(tasks.resolve(thread).resolve("schedstat"));
                nanos += Double.parseDouble(taken.substring(0, taken.indexOf(' ')));
            }
            return nanos / 1e9;
        }

        /**
         * @param share of a core, 0 for all there is
         */
        void set(double share) throws IOException {
            long micros = (long) (share * PERIOD_MICROS);
            if (unified) {
                String most = share == 0 ? "max" : Long.toString(micros);
                Files.writeString(group.resolve("cpu.max"), most + " " + PERIOD_MICROS);
            } else {
                Files.writeString(
                        group.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_MICROS));
                Files.writeString(
                        group.resolve("cpu.cfs_quota_us"),
                        share == 0 ? "-1" : Long.toString(micros));
            }
        }

        /** Ends the process: only an empty group can be removed. */
        @Override
        public void close() throws IOException {
            process.destroy();
            process.onExit().join();
            Files.deleteIfExists(group);
        }
    }

    public void run() throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("--rtc.workers=1", "--health.self_test=0"));
        try (ServerProcess server = ServerProcess.start(all);
                Quota quota = new Quota(server.process());
                Witness call = new Witness(server.url(), "call", PARTIES)) {
            TimeUnit.SECONDS.sleep(SECONDS);
            awaitNormal(server);
            double before = quota.seconds();
            Witness.Report calm = call.measure(SECONDS / 2);
            double needed = (quota.seconds() - before) / (SECONDS / 2.0);
            long shed = server.metric("sluice_worker_load_level");
            report.none("a call of eighteen: level of shedding", shed);
            report.note("  the call", calm.toString());
            report.note("  it needs", Report.number(100 * needed) + " % of a core");
            quota.set(needed / 2);
            TimeUnit.SECONDS.sleep(3);
            squeezed(server, call, calm);
            quota.set(0);
            recover(server);
        }
    }

    private void squeezed(ServerProcess server, Witness call, Witness.Report calm)
            throws IOException, InterruptedException {
        Witness.Sound before = call.sound();
        call.begin();
        long level = 0;
        double slowest = 0;
        int let = 0;
        for (int i = 0; i < SECONDS; i++) {
            long began = System.nanoTime();
            int status = join(server.url(), i);
            slowest = Math.max(slowest, (System.nanoTime() - began) / 1e6);
            let += status == 503 ? 0 : 1;
            level = Math.max(level, server.metric("sluice_worker_load_level"));
            TimeUnit.MILLISECONDS.sleep(900);
        }
        Witness.Report seen = call.report();
        report.note("half of that is left", seen.toString());
        report.goal(
                "  highest level of shedding",
                Long.toString(level),
                ">= " + LEVEL_OF_THINNING + ": video is thinned",
                level >= LEVEL_OF_THINNING);
        report.note(
                "  packets of media against before",
                Report.number(
                                100.0
                                        * seen.received()
                                        / SECONDS
                                        / (calm.received() / (SECONDS / 2.0)))
                        + " %");
        report.most("  sound lost", call.sound().lossPercentSince(before), 1, " %");
        report.none("  newcomers let in, of " + SECONDS, let);
        report.most("  slowest refusal", slowest, 50, " ms");
        report.goal(
                "  it lives",
                server.process().isAlive() ? "yes" : "no",
                "yes",
                server.process().isAlive());
    }

    private static int join(String url, int number) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(
                                            URI.create(url + "/dev/whip/other" + number + "/x"))
                                    .header("Content-Type", "application/sdp")
                                    .POST(HttpRequest.BodyPublishers.ofString("v=0\r\n"))
                                    .build(),
                            BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private static void awaitNormal(ServerProcess server) throws InterruptedException {
        long began = System.nanoTime();
        while (server.metric("sluice_worker_load_level") != 0 && System.nanoTime() - began < 60e9) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private void recover(ServerProcess server) throws InterruptedException {
        long began = System.nanoTime();
        awaitNormal(server);
        report.most("  back to normal after", (System.nanoTime() - began) / 1e9, 5, " s");
    }
}
