package dev.sluice.signaling.selftest;

import dev.sluice.core.Sfu;
import dev.sluice.signaling.client.ClientLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a call through every worker at intervals, and sooner while the last one says otherwise than
 * those before. It closes nothing and hinders nobody: it is only asked whether the server is ready.
 */
public final class SelfTest implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SelfTest.class);

    /** So much sooner the next call is made when the last one is not believed yet. */
    private static final int IN_DOUBT = 4;

    private final Sfu sfu;
    private final long everyMillis;
    private final boolean advertised;
    private final AtomicIntegerArray bad;
    private final AtomicReferenceArray<CallResult> latest;
    private final AtomicLong whole = new AtomicLong();
    private final AtomicLong late = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ClientLoop loop = new ClientLoop("sluice-self-test-client");
    private final List<Thread> threads = new ArrayList<>();

    /**
     * Begins; the first calls are made at once.
     *
     * @param everySeconds between two calls through a worker
     * @param advertised as {@link TestCall} takes it
     */
    public SelfTest(Sfu sfu, int everySeconds, boolean advertised) {
        this.sfu = sfu;
        this.everyMillis = 1_000L * everySeconds;
        this.advertised = advertised;
        int workers = sfu.workerCount();
        bad = new AtomicIntegerArray(workers);
        latest = new AtomicReferenceArray<>(workers);
        for (int i = 0; i < workers; i++) {
            int worker = i;
            threads.add(Thread.ofVirtual().name("self-test-" + i).start(() -> run(worker)));
        }
    }

    private void run(int worker) {
        Verdict verdict = new Verdict();
        try {
            boolean end = false;
            while (!end) {
                call(worker, verdict);
                long millis = verdict.isInDoubt() ? everyMillis / IN_DOUBT : everyMillis;
                end = ended.await(millis, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server ends
        }
    }

    private void call(int worker, Verdict verdict) throws InterruptedException {
        CallResult result = new TestCall(sfu, worker, loop, advertised).make();
        boolean before = verdict.isGood();
        verdict.on(result.outcome());
        countOf(result.outcome()).incrementAndGet();
        latest.set(worker, result);
        bad.set(worker, verdict.isGood() ? 0 : 1);
        if (verdict.isGood() != before && before) {
            LOG.error("self-test: worker {} carries no calls: {}", worker, result.error());
        } else if (verdict.isGood() != before) {
            LOG.info("self-test: worker {} carries calls again", worker);
        }
    }

    /**
     * @return whether calls can be made through every worker
     */
    public boolean isGood() {
        for (int i = 0; i < bad.length(); i++) {
            if (bad.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * @return the latest call through a worker, null before the first has ended
     */
    public @Nullable CallResult latest(int worker) {
        return latest.get(worker);
    }

    private AtomicLong countOf(CallResult.Outcome outcome) {
        return switch (outcome) {
            case GOOD -> whole;
            case LATE -> late;
            case FAILED -> failed;
        };
    }

    /**
     * @return calls that went so
     */
    public long count(CallResult.Outcome outcome) {
        return countOf(outcome).get();
    }

    /** Ends it; blocks. */
    @Override
    public void close() {
        ended.countDown();
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loop.close();
    }
}
