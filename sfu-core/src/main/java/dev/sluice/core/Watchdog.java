package dev.sluice.core;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the workers' loops turn, on a thread of its own: who waits for a loop cannot tell
 * that it stands still. Nothing is placed on a worker that does; the log says once what it is
 * doing.
 */
final class Watchdog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    private static final long LOOK_MILLIS = 250;
    private static final int FRAMES = 12;

    private final List<Worker> workers;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;

    Watchdog(List<Worker> workers) {
        this.workers = List.copyOf(workers);
        thread = Thread.ofPlatform().daemon().name("sluice-watchdog").start(this::run);
    }

    private void run() {
        try {
            while (!ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                workers.forEach(Watchdog::look);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void look(Worker worker) {
        boolean stands = worker.isStalled();
        if (stands == worker.load().isToldStalled()) {
            return;
        }
        worker.load().stalled(stands);
        if (stands) {
            LOG.error("worker {} stands still; it is at {}", worker.load().index(), place(worker));
        } else {
            LOG.info("worker {} goes on", worker.load().index());
        }
    }

    private static String place(Worker worker) {
        StringBuilder place = new StringBuilder();
        StackTraceElement[] stack = worker.load().stack();
        for (int i = 0; i < Math.min(FRAMES, stack.length); i++) {
            place.append(i == 0 ? "" : " < ").append(stack[i]);
        }
        return place.toString();
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
