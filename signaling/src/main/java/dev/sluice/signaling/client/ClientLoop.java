package dev.sluice.signaling.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** One thread that owns the sockets of many peers and calls them when time has passed. */
public final class ClientLoop implements AutoCloseable {
    private static final long TICK_MILLIS = 1;
    private static final long FOR_EVER = 0;

    /** A peer on the loop. */
    public interface Member {
        /** Datagrams are there. */
        void onReadable();

        /** About a millisecond has passed. */
        void onTick(long nowNanos);
    }

    private final Selector selector;
    private final List<Member> members = new ArrayList<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean closed;

    public ClientLoop(String name) {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = Thread.ofPlatform().daemon().name(name).start(this::run);
    }

    /** Adds a peer; from any thread. */
    void add(DatagramChannel channel, Member member) {
        post(() -> {
            if (!channel.isOpen()) {
                return; // closed meanwhile
            }
            register(channel, member);
            members.add(member);
        });
    }

    /** Reads a peer's socket from now on; on the loop. */
    void register(DatagramChannel channel, Member member) {
        try {
            channel.register(selector, SelectionKey.OP_READ, member);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Forgets a peer, then frees what it has; from any thread. */
    void remove(Member member, Runnable free) {
        post(() -> {
            members.remove(member);
            free.run();
        });
    }

    /** Runs a task on the loop; from any thread. */
    public void post(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    private void run() {
        long tickedAt = System.nanoTime();
        while (!closed) {
            try {
                long millis = members.isEmpty() ? FOR_EVER : TICK_MILLIS;
                selector.select(key -> ((Member) key.attachment()).onReadable(), millis);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            runTasks();
            long now = System.nanoTime();
            if (now - tickedAt >= 1_000_000L) {
                tickedAt = now;
                for (int i = 0; i < members.size(); i++) {
                    members.get(i).onTick(now);
                }
            }
        }
        runTasks(); // who closed its peers just before has them freed
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(1000);
            selector.close();
        } catch (IOException | InterruptedException e) {
            // the program ends anyway
        }
    }
}
