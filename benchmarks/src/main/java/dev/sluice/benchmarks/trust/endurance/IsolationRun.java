package dev.sluice.benchmarks.trust.endurance;

import dev.sluice.benchmarks.load.ServerProcess;
import dev.sluice.benchmarks.trust.lab.Members;
import dev.sluice.benchmarks.trust.lab.Report;
import dev.sluice.signaling.client.ClientLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Rooms whose people do at random whatever there is to do, and try to reach into other rooms:
 * nothing of a room may be seen in another.
 */
public final class IsolationRun {
    private static final int ROOMS = 20;
    private static final long SEED = 1;
    private static final int REPORT_SECONDS = 30;

    private final int seconds;
    private final List<String> options;
    private final Report report;

    public IsolationRun(int seconds, List<String> options, Report report) {
        this.seconds = seconds;
        this.options = options;
        this.report = report;
    }

    public void run() throws IOException, InterruptedException {
        EventLoopGroup sockets = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try (ServerProcess server = ServerProcess.start(options);
                ClientLoop loop = new ClientLoop("isolation")) {
            Borders borders = new Borders();
            List<Island> islands = new ArrayList<>();
            for (int i = 0; i < ROOMS; i++) {
                Members people = new Members(sockets, loop, server.url());
                islands.add(new Island(i, borders, people, server.url(), loop, SEED + i));
            }
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            while (System.nanoTime() < end) {
                TimeUnit.SECONDS.sleep(Math.min(seconds, REPORT_SECONDS));
                System.err.println(borders);
            }
            islands.forEach(Island::close);
            report.note("20 rooms, " + seconds + " s", borders.toString());
            report.goal(
                    "  packets, messages and trespasses that were looked at",
                    borders.looked(),
                    "> 0 each",
                    borders.hasLooked());
            report.none("  packets of another room", borders.packets());
            report.none("  messages that name another room or what is in it", borders.messages());
            report.none("  data of another room", borders.data());
            report.none("  trespasses that were let in", borders.trespasses());
            report.none("faults", server.metric("sluice_peers_total\\{event=\"fault\""));
        } finally {
            sockets.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }
}
