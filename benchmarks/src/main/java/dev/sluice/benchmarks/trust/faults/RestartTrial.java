package dev.sluice.benchmarks.trust.faults;

import dev.sluice.benchmarks.load.RoomMember;
import dev.sluice.benchmarks.load.ServerProcess;
import dev.sluice.benchmarks.trust.lab.Joins;
import dev.sluice.benchmarks.trust.lab.Lab;
import dev.sluice.benchmarks.trust.lab.Lab.Host;
import dev.sluice.benchmarks.trust.lab.Members;
import dev.sluice.benchmarks.trust.lab.Report;
import dev.sluice.benchmarks.trust.lab.Witness;
import dev.sluice.signaling.client.ClientLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A server that is killed and comes again, and one that is asked to end. */
final class RestartTrial {
    private static final int MEMBERS = 30;
    private static final int ROOMS = 5;
    private static final int ATTEMPT_SECONDS = 10;
    private static final int RETRY_MILLIS = 200;
    private static final int RETRIES = 300;
    private static final int DRAIN_SECONDS = 20;

    private final Lab lab;
    private final List<String> options;
    private final Report report;
    private final Consumer<String> progress;

    RestartTrial(Lab lab, List<String> options, Report report, Consumer<String> progress) {
        this.lab = lab;
        this.options = options;
        this.report = report;
        this.progress = progress;
    }

    void run() throws IOException, InterruptedException {
        killed();
        drained();
        emptied();
    }

    private ServerProcess start(String... more) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of(more));
        return ServerProcess.start(lab.on(Host.SERVER), Host.SERVER.address(), all);
    }

    /** SIGKILL, and at once another server. */
    private void killed() throws IOException, InterruptedException {
        EventLoopGroup sockets = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        List<RoomMember> members = new ArrayList<>();
        ServerProcess server = start();
        try (ClientLoop loop = new ClientLoop("members")) {
            Members people = new Members(sockets, loop, server.url());
            for (int i = 0; i < MEMBERS; i++) {
                RoomMember member = people.make("room" + i % ROOMS, i, (_, _, _) -> {});
                member.join().orTimeout(ATTEMPT_SECONDS, TimeUnit.SECONDS).join();
                member.publish().orTimeout(ATTEMPT_SECONDS, TimeUnit.SECONDS).join();
                members.add(member);
            }
            List<Long> back = Collections.synchronizedList(new ArrayList<>());
            List<CompletableFuture<Void>> returning = new ArrayList<>();
            members.forEach(member ->
                    returning.add(
                            member.told()
                                    .thenRunAsync(
                                            () -> comeBack(member, back),
                                            Thread::startVirtualThread)));
            ProcessHandle killed = server.process().toHandle();
            killed.destroyForcibly();
            killed.onExit().join();
            long began = System.nanoTime();
            CompletableFuture<Long> listening =
                    CompletableFuture.supplyAsync(
                            () -> listening(server), Thread::startVirtualThread);
            ServerProcess next = start();
            long opened = listening.join();
            CompletableFuture.allOf(returning.toArray(CompletableFuture<?>[]::new)).join();
            long last = Collections.max(back);
            report.note(
                    "killed: from start to listening, to ready",
                    Report.number((opened - began) / 1e9)
                            + " s, "
                            + Report.number(next.readyMillis() / 1e3)
                            + " s");
            report.most(
                    "  30 publish and receive again, after listening",
                    (last - opened) / 1e9,
                    3,
                    " s");
            report.none(
                    "  participants too many or missing",
                    next.metric("sluice_participants") - MEMBERS);
            members.forEach(RoomMember::leave);
            next.close();
        } finally {
            sockets.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private static long listening(ServerProcess server) {
        while (server.status("/") == 0) {
            Thread.onSpinWait();
        }
        return System.nanoTime();
    }

    private void comeBack(RoomMember member, List<Long> back) {
        for (int attempt = 0; attempt < RETRIES; attempt++) {
            try {
                member.join().orTimeout(ATTEMPT_SECONDS, TimeUnit.SECONDS).join();
                member.publish().orTimeout(ATTEMPT_SECONDS, TimeUnit.SECONDS).join();
                back.add(System.nanoTime());
                return;
            } catch (RuntimeException e) { // not yet
                CompletableFuture.runAsync(
                                () -> {},
                                CompletableFuture.delayedExecutor(
                                        RETRY_MILLIS, TimeUnit.MILLISECONDS))
                        .join();
            }
        }
        progress.accept("somebody did not get back in: " + member.progress());
    }

    /** SIGTERM beside a call, which goes on until it ends by itself. */
    private void drained() throws IOException, InterruptedException {
        ServerProcess server = start("--drain.timeout=" + DRAIN_SECONDS);
        Witness witness = new Witness(server.url(), "witness");
        TimeUnit.SECONDS.sleep(3);
        witness.begin();
        long began = System.nanoTime();
        server.process().destroy();
        while (server.status("/readyz") == 200) {
            Thread.onSpinWait();
        }
        report.most("SIGTERM: not ready after", (System.nanoTime() - began) / 1e6, 100, " ms");
        Joins refused = Joins.make(server.url(), "new", 1);
        report.goal(
                "  a new room is refused",
                refused.failed() == 1 ? "yes" : "no",
                "yes",
                refused.failed() == 1);
        TimeUnit.SECONDS.sleep(DRAIN_SECONDS / 2);
        Witness.Report seen = witness.report();
        report.note("  the call meanwhile", seen.toString());
        report.none("  packets lost", seen.lost());
        server.process().waitFor(2L * DRAIN_SECONDS, TimeUnit.SECONDS);
        report.note("  ended after", Report.number((System.nanoTime() - began) / 1e9) + " s of 20");
        report.none("  exit status", server.process().exitValue());
        witness.close();
    }

    /** SIGTERM without anybody there. */
    private void emptied() throws IOException, InterruptedException {
        ServerProcess server = start("--drain.timeout=" + DRAIN_SECONDS);
        long began = System.nanoTime();
        server.process().destroy();
        server.process().waitFor(DRAIN_SECONDS, TimeUnit.SECONDS);
        report.most("SIGTERM, empty: ended after", (System.nanoTime() - began) / 1e9, 1, " s");
        report.none("  exit status", server.process().exitValue());
    }
}
