package dev.sluice.benchmarks.trust.endurance;

import dev.sluice.benchmarks.load.ServerProcess;
import dev.sluice.benchmarks.trust.endurance.Samples.Kind;
import dev.sluice.benchmarks.trust.endurance.Samples.Sample;
import dev.sluice.benchmarks.trust.lab.Joins;
import dev.sluice.benchmarks.trust.lab.Report;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Ten thousand who join and are gone without a word: nothing of them may be left. */
public final class CyclesRun {
    private static final int ROOMS = 100;
    private static final int JOINS_A_ROOM = 100;
    private static final int AT_ONCE = 4;

    /** Who is gone is kept for 30 s: faster, and buffers run out, and newcomers are refused. */
    private static final long REST_MILLIS = 2_000;

    /** Consent, then the room. */
    private static final int SETTLE_SECONDS = 60;

    private static final double HEAP = 1.05;
    private static final double MEBIBYTES = 8;

    private final List<String> options;
    private final Report report;
    private double mostMedia;

    public CyclesRun(List<String> options, Report report) {
        this.options = options;
        this.report = report;
    }

    public void run() throws IOException, InterruptedException {
        try (ServerProcess server = ServerProcess.start(options)) {
            cycle(server, "warm", 3);
            Sample before = settled(server);
            Joins all = cycle(server, "room", ROOMS);
            Sample after = settled(server);
            report.goal("10,000 joins", all.toString(), "all", all.failed() == 0);
            if (!all.firstFailure().isEmpty()) {
                report.note("the first that failed", all.firstFailure());
            }
            report.note("memory of media meanwhile, MiB", Report.number(mostMedia));
            for (Kind kind : Kind.values()) {
                double was = kind.of(before);
                double is = kind.of(after);
                double most =
                        switch (kind) {
                            case HEAP -> HEAP * was;
                            case RSS -> Double.POSITIVE_INFINITY;
                            case BUFFER_BYTES -> was + MEBIBYTES;
                            default -> was;
                        };
                report.goal(
                        kind.title(),
                        Report.number(was) + " -> " + Report.number(is),
                        "<= " + Report.number(most),
                        is <= most);
            }
            report.none("rooms left", server.metric("sluice_rooms"));
        }
    }

    private Joins cycle(ServerProcess server, String name, int rooms)
            throws IOException, InterruptedException {
        Joins joins = Joins.NONE;
        Samples samples = new Samples(server);
        for (int i = 0; i < rooms; i++) {
            joins = joins.and(Joins.make(server.url(), name + i, JOINS_A_ROOM, AT_ONCE));
            mostMedia = Math.max(mostMedia, Kind.BUFFER_BYTES.of(samples.take()));
            TimeUnit.MILLISECONDS.sleep(REST_MILLIS);
        }
        return joins;
    }

    private static Sample settled(ServerProcess server) throws IOException, InterruptedException {
        TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
        return new Samples(server).settled();
    }
}
