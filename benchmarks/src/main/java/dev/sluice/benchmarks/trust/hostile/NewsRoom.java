package dev.sluice.benchmarks.trust.hostile;

import dev.sluice.benchmarks.load.RoomMember;
import dev.sluice.benchmarks.trust.lab.Members;
import dev.sluice.signaling.client.ClientLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A few people who mute and unmute all the time, and how soon the others hear of it. */
final class NewsRoom implements AutoCloseable {
    static final int MEMBERS = 3;

    private static final long JOIN_SECONDS = 15;

    private final EventLoopGroup sockets =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ClientLoop loop = new ClientLoop("news");
    private final List<RoomMember> members = new ArrayList<>();
    private final ConcurrentLinkedQueue<Double> millis = new ConcurrentLinkedQueue<>();
    private volatile long toldNanos;

    NewsRoom(String url, String room) {
        Members people = new Members(sockets, loop, url);
        for (int i = 0; i < MEMBERS; i++) {
            RoomMember member = people.make(room, i, (sid, _, atNanos) -> hear(sid, atNanos));
            member.join().orTimeout(JOIN_SECONDS, TimeUnit.SECONDS).join();
            members.add(member);
        }
        members.getFirst().publish().orTimeout(JOIN_SECONDS, TimeUnit.SECONDS).join();
    }

    private void hear(String sid, long atNanos) {
        if (toldNanos != 0 && sid.equals(members.getFirst().sid())) {
            millis.add((atNanos - toldNanos) / 1e6);
        }
    }

    /** There are news. */
    void tell() {
        toldNanos = System.nanoTime();
        members.getFirst().toggle();
    }

    double percentile(double percent) {
        List<Double> sorted = millis.stream().sorted().toList();
        return sorted.isEmpty()
                ? Double.NaN
                : sorted.get((int) Math.min(sorted.size() - 1, sorted.size() * percent / 100));
    }

    @Override
    public void close() {
        members.forEach(RoomMember::leave);
        loop.close();
        sockets.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
