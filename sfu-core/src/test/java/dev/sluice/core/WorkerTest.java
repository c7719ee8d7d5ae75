package dev.sluice.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.core.loop.Deadlines;
import dev.sluice.core.loop.Timed;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.transport.LiveHandshakes;
import dev.sluice.core.transport.SocketMode;
import dev.sluice.dtls.Certificate;
import dev.sluice.dtls.DtlsIdentity;
import dev.sluice.dtls.DtlsSettings;
import dev.sluice.srtp.SrtpProvider;
import io.netty.buffer.PooledByteBufAllocator;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkerTest {
    private final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true);

    private Worker worker(int index) {
        SecureRandom random = new SecureRandom();
        SfuConfig config = SfuConfig.onAnyPort(InetAddress.getLoopbackAddress());
        DtlsSettings dtls =
                new DtlsSettings(
                        random, Certificate.create(Instant.EPOCH, random), config.srtpProfiles());
        Worker worker =
                new Worker(
                        index,
                        config,
                        new DtlsIdentity(dtls, random, InstantSource.system(), Runnable::run),
                        new LiveHandshakes(1),
                        new Worker.Plan(SrtpProvider.SUN_JCE, SocketMode.NIO),
                        allocator);
        worker.open();
        return worker;
    }

    /** Tells another worker something at every tick, as a relay of reports does. */
    private static final class Chatter implements Timed {
        private final Worker to;
        private final AtomicInteger said = new AtomicInteger();
        private long next;

        Chatter(Worker to) {
            this.to = to;
        }

        @Override
        public long nextTimeout() {
            return next;
        }

        @Override
        public void onTimeout(long nowNanos) {
            said.incrementAndGet();
            next = nowNanos + 1;
            to.post(() -> {});
        }
    }

    @Test
    void nobodySpeaksToAWorkerThatHasEnded() throws InterruptedException {
        Worker first = worker(0);
        Worker second = worker(1);
        Chatter chatter = new Chatter(first);
        second.post(() -> {
            Deadlines.Timer timer = second.media().deadlines().add(chatter);
            timer.update();
        });
        for (int i = 0; i < 500 && chatter.said.get() < 3; i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertTrue(chatter.said.get() >= 3, "it speaks by itself");

        List<Worker> all = List.of(first, second);
        all.forEach(Worker::quiet);
        all.forEach(Worker::settle);
        int last = chatter.said.get();
        first.close();
        TimeUnit.MILLISECONDS.sleep(50); // ten ticks
        second.close();

        assertEquals(last, chatter.said.get());
        assertEquals(0, second.counters().get(Counter.PEER_FAULTS));
    }
}
