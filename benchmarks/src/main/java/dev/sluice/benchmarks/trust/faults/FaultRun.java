package dev.sluice.benchmarks.trust.faults;

import dev.sluice.benchmarks.load.ServerProcess;
import dev.sluice.benchmarks.load.ViewingPeer;
import dev.sluice.benchmarks.trust.lab.Joins;
import dev.sluice.benchmarks.trust.lab.Lab;
import dev.sluice.benchmarks.trust.lab.Lab.Host;
import dev.sluice.benchmarks.trust.lab.Report;
import dev.sluice.benchmarks.trust.lab.Witness;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Networks that lose, networks that vanish, people who vanish, servers that are ended one way or
 * the other: runs on the witness's host of a {@link Lab}.
 */
public final class FaultRun {
    private static final int JOINS = 100;
    private static final int JOINING_AT_ONCE = 5;
    private static final int BLACKOUT_SECONDS = 5;

    private final Lab lab;
    private final List<String> only;
    private final List<String> options;
    private final Report report;
    private final Consumer<String> progress;

    /**
     * @param only these of joins, networks, departure, signaling, repair and restart, all of which
     *     when empty; and narrow, only when it is named, since it takes ten minutes
     */
    public FaultRun(Lab lab, List<String> only, List<String> options, Consumer<String> progress) {
        this.lab = lab;
        this.only = only;
        this.options = options;
        this.progress = progress;
        this.report = new Report(progress);
    }

    /** Runs all of them. @return what was found */
    public Report run() throws IOException, InterruptedException {
        try {
            trials();
        } finally {
            lab.unplug();
        }
        return report;
    }

    private void trials() throws IOException, InterruptedException {
        if (wants("joins")) {
            joins("delay=100", true, 100, 2_000);
            joins("delay=100", false, 100, 2_000);
            joins("delay=100,loss=0.2", false, 99, 5_000);
            joins("delay=100,loss=0.4", false, 95, 10_000);
            joins("delay=100,reorder=0.3", false, 100, 2_000);
        }
        if (wants("networks")) {
            try (ServerProcess server = start()) {
                networks(server);
            }
        }
        if (wants("departure")) {
            try (ServerProcess server = start()) {
                new DepartureTrial(lab, server, report).run();
            }
        }
        if (wants("signaling")) {
            try (ServerProcess server = start()) {
                new SignalingTrial(lab, server, report).run();
            }
        }
        if (wants("repair")) {
            new RepairTrial(lab, options, report).run();
        }
        if (only.contains("narrow")) {
            new RepairTrial(lab, options, report).narrow();
        }
        if (wants("restart")) {
            new RestartTrial(lab, options, report, progress).run();
        }
    }

    private boolean wants(String trial) {
        return only.isEmpty() || only.contains(trial);
    }

    /** One that makes no calls to itself, which would be counted. */
    private ServerProcess start() throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(options);
        all.add("--health.self_test=0");
        return ServerProcess.start(lab.on(Host.SERVER), Host.SERVER.address(), all);
    }

    /**
     * Joins over a wire with faults.
     *
     * @param everything whether signaling takes that wire, too, rather than media alone: what TCP
     *     makes of lost packets is not the server's doing
     */
    private void joins(String faults, boolean everything, double percent, double limit)
            throws IOException, InterruptedException {
        lab.badWire(faults);
        String signaling = everything ? Lab.BAD_SERVER : Host.SERVER.address();
        try (ServerProcess server =
                ServerProcess.start(lab.on(Host.SERVER), signaling, Lab.BAD_SERVER, options)) {
            Joins joins = Joins.make(server.url(), "bad", JOINS, JOINING_AT_ONCE);
            String way = everything ? ", signaling too" : "";
            report.goal(
                    "joins, each way " + faults + way,
                    joins.toString() + "; within " + limit + " ms: " + joins.percentWithin(limit),
                    ">= " + percent + " %",
                    joins.percentWithin(limit) >= percent);
        }
    }

    /** What happens to a running call when its network does. */
    private void networks(ServerProcess server) throws IOException, InterruptedException {
        try (Witness witness = new Witness(server.url(), "witness")) {
            TimeUnit.SECONDS.sleep(3);
            long handshakes = server.metric("sluice_dtls_handshakes_total\\{result=\"done\"");
            List<Double> back = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                back.add(blackout(witness));
                TimeUnit.SECONDS.sleep(3);
            }
            double worst = back.stream().mapToDouble(each -> each).max().orElse(Double.NaN);
            report.most("blackout of 5 s, media back after, worst of 3", worst, 500, " ms");
            report.most("one way cut for 5 s, media back after", oneWay(witness), 500, " ms");
            TimeUnit.SECONDS.sleep(3);
            interfaceDown(server, witness);
            TimeUnit.SECONDS.sleep(3);
            witness.begin();
            List<Double> moved = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                moved.add(rebind(witness));
            }
            worst = moved.stream().mapToDouble(each -> each).max().orElse(Double.NaN);
            report.most("new port of a receiver, media after, worst of 5", worst, 1_000, " ms");
            for (int i = 0; i < 5; i++) {
                witness.publishers().getFirst().rebind();
                TimeUnit.SECONDS.sleep(2);
            }
            Witness.Report seen = witness.report();
            report.most("new ports of a sender: longest gap", seen.gap(), 1_000, " ms");
            report.none(
                    "new handshakes since",
                    server.metric("sluice_dtls_handshakes_total\\{result=\"done\"") - handshakes);
            report.none("participants lost since", 6 - server.metric("sluice_participants"));
        }
    }

    /** Nothing gets through either way. @return milliseconds from its end until media is back */
    private double blackout(Witness witness) throws IOException, InterruptedException {
        lab.cut(Host.SERVER, Host.WITNESS, true);
        lab.cut(Host.WITNESS, Host.SERVER, true);
        TimeUnit.SECONDS.sleep(BLACKOUT_SECONDS);
        lab.cut(Host.WITNESS, Host.SERVER, false);
        lab.cut(Host.SERVER, Host.WITNESS, false);
        return untilMedia(witness.viewers(), System.nanoTime());
    }

    /** Nothing gets from the server to the others; it hears them all the time. */
    private double oneWay(Witness witness) throws IOException, InterruptedException {
        lab.cut(Host.WITNESS, Host.SERVER, true);
        TimeUnit.SECONDS.sleep(BLACKOUT_SECONDS);
        lab.cut(Host.WITNESS, Host.SERVER, false);
        return untilMedia(witness.viewers(), System.nanoTime());
    }

    /** The server's own interface goes away and comes back. */
    private void interfaceDown(ServerProcess server, Witness witness)
            throws IOException, InterruptedException {
        lab.run(Host.SERVER, "ip", "link", "set", "wire", "down");
        long cpu = server.cpuNanos();
        TimeUnit.SECONDS.sleep(BLACKOUT_SECONDS);
        double used = (server.cpuNanos() - cpu) / 1e9 / BLACKOUT_SECONDS;
        lab.run(Host.SERVER, "ip", "link", "set", "wire", "up");
        double back = untilMedia(witness.viewers(), System.nanoTime());
        report.most("interface down for 5 s, CPU meanwhile", 100 * used, 5, " % of a core");
        report.most("  media back after", back, 3_000, " ms");
    }

    private static double rebind(Witness witness) throws InterruptedException {
        ViewingPeer viewer = witness.viewers().getFirst();
        viewer.rebind();
        return untilMedia(List.of(viewer), System.nanoTime());
    }

    private static double untilMedia(List<ViewingPeer> viewers, long sinceNanos)
            throws InterruptedException {
        long[] before = viewers.stream().mapToLong(ViewingPeer::received).toArray();
        boolean all = false;
        while (!all && System.nanoTime() - sinceNanos < 30e9) {
            TimeUnit.MILLISECONDS.sleep(2);
            all = true;
            for (int i = 0; i < before.length; i++) {
                all &= viewers.get(i).received() > before[i];
            }
        }
        return all ? (System.nanoTime() - sinceNanos) / 1e6 : Double.POSITIVE_INFINITY;
    }
}
