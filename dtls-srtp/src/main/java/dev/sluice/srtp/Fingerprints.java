package dev.sluice.srtp;

import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.macs.SipHash;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * What was sealed under the last indexes of one stream: to seal an index twice is harmless when
 * header and payload are the very same, since then the sealed bytes are, too. SipHash-2-4 under a
 * key that nobody knows, so that no publisher can make two payloads that look alike.
 */
final class Fingerprints {
    /** Indexes that are remembered. */
    static final int KEPT = 128;

    private static final int KEY_BYTES = 16;

    private final SipHash hash = new SipHash();
    private final long[] indexes = new long[KEPT];
    private final long[] prints = new long[KEPT];
    private byte[] scratch = new byte[512];

    Fingerprints(SecureRandom random) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        hash.init(new KeyParameter(key));
        Arrays.fill(indexes, -1);
    }

    /** Remembers what a job seals. */
    void keep(CipherJob job) {
        int at = (int) job.index & (KEPT - 1);
        indexes[at] = job.index;
        prints[at] = print(job);
    }

    /**
     * @return whether the very same was sealed under this index, not long ago
     */
    boolean matches(CipherJob job) {
        int at = (int) job.index & (KEPT - 1);
        return indexes[at] == job.index && prints[at] == print(job);
    }

    private long print(CipherJob job) {
        int length = 1 + job.headerLength + job.length;
        if (scratch.length < length) {
            scratch = new byte[length];
        }
        scratch[0] = (byte) job.headerLength; // where the payload begins matters, too
        job.header.getBytes(job.headerAt, scratch, 1, job.headerLength);
        job.source.getBytes(job.sourceAt, scratch, 1 + job.headerLength, job.length);
        hash.update(scratch, 0, length);
        return hash.doFinal();
    }
}
