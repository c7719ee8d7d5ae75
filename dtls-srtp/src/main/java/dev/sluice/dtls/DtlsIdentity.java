package dev.sluice.dtls;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongFunction;

/**
 * Who we are to new sessions: a new key and certificate every day, made in the background. Sessions
 * keep the one they began with, whose fingerprint their signaling told. Safe from any thread.
 */
public final class DtlsIdentity implements LongFunction<DtlsSettings> {
    private static final long AGE_NANOS = TimeUnit.HOURS.toNanos(24);
    private static final long UNUSED = Long.MAX_VALUE;

    private record Epoch(DtlsSettings settings, long sinceNanos) {}

    private final SecureRandom random;
    private final InstantSource wallClock;
    private final Executor background;
    private final AtomicBoolean renewing = new AtomicBoolean();
    private volatile Epoch current;

    /**
     * @param first settings for the first day, which begins with the first session
     * @param wallClock for the validity of certificates
     * @param background where keys are made: milliseconds of computing
     */
    public DtlsIdentity(
            DtlsSettings first, SecureRandom random, InstantSource wallClock, Executor background) {
        this.random = random;
        this.wallClock = wallClock;
        this.background = background;
        current = new Epoch(first, UNUSED);
    }

    /**
     * @param nowNanos monotonic time
     * @return settings for a session that begins now
     */
    @Override
    public DtlsSettings apply(long nowNanos) {
        Epoch epoch = current;
        if (epoch.sinceNanos == UNUSED) {
            epoch = new Epoch(epoch.settings, nowNanos);
            current = epoch;
        }
        if (nowNanos - epoch.sinceNanos >= AGE_NANOS && renewing.compareAndSet(false, true)) {
            background.execute(() -> renew(nowNanos));
        }
        return epoch.settings;
    }

    private void renew(long nowNanos) {
        try {
            Certificate certificate = Certificate.create(wallClock.instant(), random);
            current = new Epoch(current.settings.with(certificate), nowNanos);
        } finally {
            renewing.set(false);
        }
    }
}
