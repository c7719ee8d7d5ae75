package dev.sluice.core.transport;

import dev.sluice.srtp.SrtpCiphers;

/**
 * Completes deferred sealing before anything is sent. Counts failures, so that every socket of the
 * worker can tell whether one happened since its packets were sealed.
 */
public final class SealGate {
    private final SrtpCiphers ciphers;
    private long failures;

    public SealGate(SrtpCiphers ciphers) {
        this.ciphers = ciphers;
    }

    /** Completes what was sealed. @return failures so far */
    long complete() {
        if (!ciphers.finish()) {
            failures++;
        }
        return failures;
    }

    long failures() {
        return failures;
    }
}
