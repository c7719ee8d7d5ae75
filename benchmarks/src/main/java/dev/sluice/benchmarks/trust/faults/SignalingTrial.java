package dev.sluice.benchmarks.trust.faults;

import dev.sluice.benchmarks.load.RoomMember;
import dev.sluice.benchmarks.load.ServerProcess;
import dev.sluice.benchmarks.load.ViewingPeer;
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
import java.util.concurrent.TimeUnit;

/** Signaling is cut for a while, media is not: nobody may hear of it. */
final class SignalingTrial {
    private static final int SECONDS = 20;
    private static final long PATIENCE_SECONDS = 15;

    private final Lab lab;
    private final ServerProcess server;
    private final Report report;

    SignalingTrial(Lab lab, ServerProcess server, Report report) {
        this.lab = lab;
        this.server = server;
        this.report = report;
    }

    void run() throws IOException, InterruptedException {
        EventLoopGroup sockets = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try (ClientLoop loop = new ClientLoop("signaling")) {
            Members people = new Members(sockets, loop, server.url());
            RoomMember speaker = people.make("cut", 1, (_, _, _) -> {});
            RoomMember hearer = people.make("cut", 2, (_, _, _) -> {});
            await(speaker.join());
            await(speaker.publish());
            await(hearer.join());
            TimeUnit.SECONDS.sleep(2);
            gap(loop, hearer);
            lab.cutTcp(Host.SERVER, Host.WITNESS, true);
            lab.cutTcp(Host.WITNESS, Host.SERVER, true);
            TimeUnit.SECONDS.sleep(SECONDS);
            lab.cutTcp(Host.WITNESS, Host.SERVER, false);
            lab.cutTcp(Host.SERVER, Host.WITNESS, false);
            double slowest = Math.max(resume(speaker), resume(hearer));
            TimeUnit.SECONDS.sleep(1);
            report.most("signaling cut for 20 s: resumed after", slowest, 1_000, " ms");
            report.most("  longest time without a packet of sound", gap(loop, hearer), 100, " ms");
            report.none("  people lost", 2 - server.metric("sluice_participants"));
            speaker.leave();
            hearer.leave();
        } finally {
            sockets.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private static void await(CompletableFuture<Void> done) {
        done.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /**
     * @return milliseconds from a new socket to the end of what the server has to tell
     */
    private static double resume(RoomMember member) {
        member.cut();
        long began = System.nanoTime();
        await(member.resume());
        return (System.nanoTime() - began) / 1e6;
    }

    /**
     * @return milliseconds, since the last call
     */
    private static double gap(ClientLoop loop, RoomMember of) {
        ViewingPeer viewer = of.viewer();
        if (viewer == null) {
            throw new IllegalStateException("it receives nothing");
        }
        CompletableFuture<Long> longest = new CompletableFuture<>();
        loop.post(() -> longest.complete(viewer.takeLongestGap()));
        return longest.join() / 1e6;
    }
}
