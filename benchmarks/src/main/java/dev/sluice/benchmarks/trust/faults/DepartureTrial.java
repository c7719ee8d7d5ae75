package dev.sluice.benchmarks.trust.faults;

import dev.sluice.benchmarks.load.RoomMember;
import dev.sluice.benchmarks.load.ServerProcess;
import dev.sluice.benchmarks.trust.lab.Lab;
import dev.sluice.benchmarks.trust.lab.Lab.Host;
import dev.sluice.benchmarks.trust.lab.Members;
import dev.sluice.benchmarks.trust.lab.Report;
import dev.sluice.signaling.client.ClientLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Somebody's cable is pulled: how soon the others hear of it, and how soon nothing is kept. */
final class DepartureTrial {
    private static final long JOIN_SECONDS = 15;

    private final Lab lab;
    private final ServerProcess server;
    private final Report report;

    DepartureTrial(Lab lab, ServerProcess server, Report report) {
        this.lab = lab;
        this.server = server;
        this.report = report;
    }

    /** The program on the host whose cable is pulled: joins, speaks, and waits for its end. */
    public static final class Leaver {
        private Leaver() {}

        /**
         * @param words URL of the server
         */
        public static void main(String[] words) throws InterruptedException {
            EventLoopGroup sockets = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
            ClientLoop loop = new ClientLoop("leaver");
            RoomMember member =
                    new Members(sockets, loop, words[0]).make("pulled", 2, (_, _, _) -> {});
            member.join().orTimeout(JOIN_SECONDS, TimeUnit.SECONDS).join();
            member.publish().orTimeout(JOIN_SECONDS, TimeUnit.SECONDS).join();
            System.out.println("in");
            TimeUnit.MINUTES.sleep(5);
        }
    }

    void run() throws IOException, InterruptedException {
        CompletableFuture<Long> told = new CompletableFuture<>();
        CompletableFuture<Long> gone = new CompletableFuture<>();
        RoomMember.Ear ear =
                new RoomMember.Ear() {
                    @Override
                    public void onMuted(String sid, boolean muted, long atNanos) {}

                    @Override
                    public void onLost(String sid, boolean forGood, long atNanos) {
                        told.complete(atNanos);
                        if (forGood) {
                            gone.complete(atNanos);
                        }
                    }
                };
        EventLoopGroup sockets = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try (ClientLoop loop = new ClientLoop("stayer")) {
            RoomMember stayer = new Members(sockets, loop, server.url()).make("pulled", 1, ear);
            stayer.join().orTimeout(JOIN_SECONDS, TimeUnit.SECONDS).join();
            long peers = peers();
            Process leaver = lab.start(Host.HOSTILE, Leaver.class, server.url());
            leaver.inputReader().readLine();
            TimeUnit.SECONDS.sleep(3);
            lab.run(Host.HOSTILE, "ip", "link", "set", "wire", "down");
            long pulled = System.nanoTime();
            report.most("cable pulled: others told after", seconds(told, pulled), 8, " s");
            report.most("  gone for good after", seconds(gone, pulled), 30.5, " s");
            TimeUnit.SECONDS.sleep(1);
            report.none("  connections left", peers() - peers);
            leaver.destroyForcibly();
            stayer.leave();
        } finally {
            sockets.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
        lab.run(Host.HOSTILE, "ip", "link", "set", "wire", "up");
    }

    private long peers() {
        return server.metric("sluice_worker_peers");
    }

    private static double seconds(CompletableFuture<Long> at, long sinceNanos) {
        try {
            return (at.orTimeout(60, TimeUnit.SECONDS).join() - sinceNanos) / 1e9;
        } catch (CompletionException e) {
            if (e.getCause() instanceof TimeoutException) {
                return Double.POSITIVE_INFINITY;
            }
            throw e;
        }
    }
}
