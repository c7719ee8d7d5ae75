package dev.sluice.benchmarks.trust.hostile;

import dev.sluice.benchmarks.load.ServerProcess;
import dev.sluice.benchmarks.load.WhipClient;
import dev.sluice.benchmarks.trust.lab.Joins;
import dev.sluice.benchmarks.trust.lab.Lab;
import dev.sluice.benchmarks.trust.lab.Lab.Host;
import dev.sluice.benchmarks.trust.lab.Report;
import dev.sluice.benchmarks.trust.lab.Witness;
import dev.sluice.signaling.client.Answer;
import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.client.SyntheticPublisher;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Attacks, each while a call is measured: runs on the witness's host of a {@link Lab}, with the
 * server and the attackers on theirs.
 */
public final class HostileRun {
    private static final int FLOOD = 20_000;
    private static final int SPOOFED = 5_000;
    private static final int HELLOS = 1_000;
    private static final int JOINS = 100;
    private static final int SOME_JOINS = 40;
    private static final int SILENT = 500;

    /** Of the witness's call, three that send and three that receive. */
    private static final int WITNESSES = 6;

    private static final int SETTLE_SECONDS = 45;
    private static final double MEBIBYTE = 1 << 20;

    private final Lab lab;
    private final int seconds;
    private final List<String> only;
    private final List<String> options;
    private final Report report;

    /**
     * @param seconds of each attack
     * @param only these of door, strangers, spoofed, hellos, silent, reflection and insiders; all
     *     when empty
     */
    public HostileRun(
            Lab lab,
            int seconds,
            List<String> only,
            List<String> options,
            Consumer<String> progress) {
        this.lab = lab;
        this.seconds = seconds;
        this.only = only;
        this.options = options;
        this.report = new Report(progress);
    }

    /** Runs all of them. @return what was found */
    public Report run() throws IOException, InterruptedException {
        try (ServerProcess server =
                        ServerProcess.start(lab.on(Host.SERVER), Host.SERVER.address(), options);
                Witness witness = new Witness(server.url(), "witness")) {
            Joins.make(server.url(), "warm", SOME_JOINS);
            long cpu = server.cpuNanos();
            Witness.Report calm = witness.measure(seconds / 2);
            double idle = percent(server.cpuNanos() - cpu, seconds / 2.0);
            Joins joins = Joins.make(server.url(), "calm", SOME_JOINS);
            report.note("calm: witness", calm.toString());
            report.note("calm: server's CPU", Report.number(idle) + " % of a core");
            report.note("calm: joins", joins.toString());
            if (wants("door")) {
                new DoorTrial(server, report).run("witness", idle);
            }
            if (wants("strangers")) {
                strangers(server, witness, calm, joins, idle);
            }
            if (wants("spoofed")) {
                spoofed(server, witness);
            }
            if (wants("hellos")) {
                hellos(server, joins);
            }
            if (wants("silent")) {
                silent(server, witness);
            }
            if (wants("reflection")) {
                new ReflectionTrial(lab, server, report).run();
            }
            if (wants("insiders")) {
                new InsiderTrial(lab, server, report).run(witness, seconds);
            }
            report.none("lines of errors in the log", count(server, " ERROR "));
            report.none("faults", server.metric("sluice_peers_total\\{event=\"fault\""));
        }
        return report;
    }

    private boolean wants(String trial) {
        return only.isEmpty() || only.contains(trial);
    }

    private static double percent(long nanos, double seconds) {
        return 100 * nanos / 1e9 / seconds;
    }

    private static long count(ServerProcess server, String what) throws IOException {
        return server.output().stream().filter(line -> line.contains(what)).count();
    }

    /** Starts an attacker. @return it, running */
    private Process attack(String noise, InetSocketAddress to, int rate, int time, int sources)
            throws IOException {
        return lab.start(
                Host.HOSTILE,
                Attack.class,
                noise,
                to.getAddress().getHostAddress(),
                Integer.toString(to.getPort()),
                Integer.toString(rate),
                Integer.toString(time),
                Integer.toString(sources),
                "-");
    }

    private static String said(Process process) throws IOException, InterruptedException {
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = reader.readLine();
            process.waitFor(5, TimeUnit.SECONDS);
            return line == null ? "nothing" : line;
        }
    }

    private void strangers(
            ServerProcess server, Witness witness, Witness.Report calm, Joins joins, double idle)
            throws IOException, InterruptedException {
        InetSocketAddress to = witness.viewers().getFirst().remote();
        long lines = server.output().size();
        Process attacker = attack("STUN,DTLS,SRTP,FRAGMENT,ANY", to, FLOOD, seconds, 64);
        TimeUnit.SECONDS.sleep(2);
        witness.begin();
        long cpu = server.cpuNanos();
        long began = System.nanoTime();
        Joins during = Joins.make(server.url(), "flood", SOME_JOINS);
        TimeUnit.SECONDS.sleep(
                Math.max(1, seconds - 4 - (System.nanoTime() - began) / 1_000_000_000L));
        double time = (System.nanoTime() - began) / 1e9;
        double used = percent(server.cpuNanos() - cpu, time) - idle;
        Witness.Report seen = witness.report();
        report.note("strangers, 20,000/s: " + said(attacker), seen.toString());
        report.most("  witness's loss", seen.lossPercent(), 0.1, " %");
        report.most("  witness's p99, more than calm", seen.p99() - calm.p99(), 5, " ms");
        report.most("  CPU more than calm", used, 25, " % of a core");
        report.most("  log lines a second", (server.output().size() - lines) / time, 10, "");
        report.note("  joins", during.toString());
        double ratio = during.percentile(95) / joins.percentile(95);
        report.goal(
                "  joins' p95 against calm",
                Report.number(ratio),
                "<= 1.5, all of them",
                ratio <= 1.5 && during.failed() == 0);
    }

    private void spoofed(ServerProcess server, Witness witness)
            throws IOException, InterruptedException {
        SyntheticPublisher speaker = witness.publishers().getFirst();
        InetSocketAddress as = speaker.local();
        InetSocketAddress to = speaker.remote();
        for (int i = 0;
                i < SETTLE_SECONDS && server.metric("sluice_participants") > WITNESSES;
                i++) {
            TimeUnit.SECONDS.sleep(1); // those who joined before left without a word
        }
        long participants = server.metric("sluice_participants");
        long refused = server.metric("sluice_rtp_dropped_packets_total\\{[^}]*srtp_bad_tag");
        lab.spoof(
                Host.HOSTILE,
                Integer.toString(to.getPort()),
                as.getAddress().getHostAddress() + ":" + as.getPort());
        Process attacker = attack("SRTP,ALERT,SRTP,FRAGMENT,SRTP,SRTP", to, SPOOFED, seconds, 1);
        TimeUnit.SECONDS.sleep(2);
        Witness.Report seen = witness.measure(seconds - 4);
        String sent = said(attacker);
        lab.unspoof(Host.HOSTILE);
        long arrived =
                server.metric("sluice_rtp_dropped_packets_total\\{[^}]*srtp_bad_tag") - refused;
        report.note("from a speaker's address, 5,000/s: " + sent, seen.toString());
        report.goal(
                "  bad tags that the server counted",
                Long.toString(arrived),
                "> " + SPOOFED * seconds / 4,
                arrived > (long) SPOOFED * seconds / 4);
        report.most("  witness's loss", seen.lossPercent(), 0.5, " %");
        report.goal(
                "  participants before and after",
                participants + ", " + server.metric("sluice_participants"),
                "the same",
                participants == server.metric("sluice_participants"));
    }

    private void hellos(ServerProcess server, Joins calm) throws IOException, InterruptedException {
        try (ClientLoop loop = new ClientLoop("target")) {
            SyntheticPublisher peer = new SyntheticPublisher(loop, -1, 10, 0);
            Answer answer =
                    new WhipClient(server.url())
                            .post("/dev/whip/hello/x", peer.offer(true, 1, 0, 10));
            Process one = attack("DTLS", answer.address(), HELLOS, seconds, 16);
            TimeUnit.SECONDS.sleep(1);
            Joins joins = Joins.make(server.url(), "hellos", JOINS);
            report.note("hellos of strangers, 1,000/s: " + said(one), joins.toString());
            report.goal(
                    "  joins",
                    joins.millis().size() + " of " + JOINS,
                    "all of them",
                    joins.failed() == 0);
            report.most(
                    "  median against calm", joins.percentile(50) / calm.percentile(50), 1.2, "");
            peer.close();
        }
    }

    /** Sockets that take nothing, in a room with much news. */
    private void silent(ServerProcess server, Witness witness)
            throws IOException, InterruptedException {
        server.heapBytes();
        double before = server.rssBytes() / MEBIBYTE;
        try (SilentSockets silent = new SilentSockets(server.url());
                NewsRoom room = new NewsRoom(server.url(), "busy")) {
            silent.join("busy", SILENT);
            silent.dawdle(SILENT);
            long began = System.nanoTime();
            witness.begin();
            CompletableFuture<Joins> joining =
                    CompletableFuture.supplyAsync(
                            () -> Joins.make(server.url(), "beside", SOME_JOINS));
            double most = before;
            double gone = Double.NaN;
            while (System.nanoTime() - began < 45e9) {
                room.tell();
                most = Math.max(most, server.rssBytes() / MEBIBYTE);
                long open = server.metric("sluice_websocket_connections");
                if (open <= NewsRoom.MEMBERS && Double.isNaN(gone)) {
                    gone = (System.nanoTime() - began) / 1e9;
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
            report.note("500 who read nothing, 500 who dawdle", witness.report().toString());
            report.note("  joins beside them", joining.join().toString());
            report.most("  memory more than before", most - before, 64, " MiB");
            report.goal(
                    "  all of them closed after",
                    Report.number(gone) + " s",
                    "<= 30 s",
                    gone <= 30);
            report.most("  witness's loss", witness.report().lossPercent(), 0.1, " %");
            report.most("  news heard, p99", room.percentile(99), 100, " ms");
        }
    }
}
