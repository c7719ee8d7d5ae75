package dev.sluice.benchmarks.trust;

import dev.sluice.benchmarks.load.ServerProcess;
import dev.sluice.benchmarks.trust.Lab.Host;
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

/** A call that needs twice the processor that the server has from one moment to the next. */
final class OverloadTrial {
    private static final int PARTIES = 10;
    private static final int SECONDS = 20;
    private static final int PERIOD_MICROS = 10_000;
    private static final int LEVEL_OF_THINNING = 3;

    private final Lab lab;
    private final List<String> options;
    private final Report report;

    OverloadTrial(Lab lab, List<String> options, Report report) {
        this.lab = lab;
        this.options = options;
        this.report = report;
    }

    /** A control group that takes part of a core from a process, version 1 or 2. */
    private static final class Quota {
        private final Path group;
        private final boolean unified;

        Quota(long pid) throws IOException {
            unified = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));
            Path root = Path.of(unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/cpu");
            group = root.resolve("sluice-" + pid);
            if (unified) {
                Files.writeString(root.resolve("cgroup.subtree_control"), "+cpu");
            }
            Files.createDirectory(group);
            Files.writeString(group.resolve("cgroup.procs"), Long.toString(pid));
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

        void remove() throws IOException {
            Files.deleteIfExists(group);
        }
    }

    void run() throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("--rtc.workers=1", "--health.self_test=0"));
        ServerProcess server = ServerProcess.start(lab.on(Host.SERVER), Host.SERVER.address(), all);
        Quota quota = new Quota(server.process().pid());
        try (Witness call = new Witness(server.url(), "call", PARTIES)) {
            TimeUnit.SECONDS.sleep(SECONDS);
            long cpu = server.cpuNanos();
            Witness.Report calm = call.measure(SECONDS / 2);
            double needed = (server.cpuNanos() - cpu) / 1e9 / (SECONDS / 2.0);
            report.note("a call of ten", calm.toString());
            report.note("  it needs", Report.number(100 * needed) + " % of a core");
            quota.set(needed / 2);
            TimeUnit.SECONDS.sleep(3);
            squeezed(server, call, calm);
            quota.set(0);
            recover(server);
        } finally {
            server.close();
            quota.remove();
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

    private void recover(ServerProcess server) throws InterruptedException {
        long began = System.nanoTime();
        while (server.metric("sluice_worker_load_level") != 0 && System.nanoTime() - began < 60e9) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        report.most("  back to normal after", (System.nanoTime() - began) / 1e9, 5, " s");
    }
}
