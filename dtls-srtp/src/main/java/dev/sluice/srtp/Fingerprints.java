package dev.sluice.srtp;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What was sealed under the last indexes of one stream: to seal an index twice is harmless when
 * header and payload are the very same, since then the sealed bytes are, too. HMAC-SHA-256, half of
 * it, under a key that nobody knows, so that no publisher can make two payloads that look alike.
 */
final class Fingerprints {
    /** Indexes that are remembered. */
    static final int KEPT = 128;

    private static final String ALGORITHM = "HmacSHA256";
    private static final int BYTES = 32;

    private final Mac mac;
    private final byte[] hash = new byte[BYTES];
    private final ByteBuffer words = ByteBuffer.wrap(hash);
    private final long[] indexes = new long[KEPT];
    private final long[] first = new long[KEPT];
    private final long[] second = new long[KEPT];
    private byte[] scratch = new byte[512];

    Fingerprints(SecureRandom random) {
        byte[] key = new byte[BYTES];
        random.nextBytes(key);
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
        Arrays.fill(indexes, -1);
    }

    /** Remembers what a job seals. */
    void keep(CipherJob job) {
        print(job);
        int at = (int) job.index & (KEPT - 1);
        indexes[at] = job.index;
        first[at] = words.getLong(0);
        second[at] = words.getLong(Long.BYTES);
    }

    /**
     * @return whether the very same was sealed under this index, not long ago
     */
    boolean matches(CipherJob job) {
        int at = (int) job.index & (KEPT - 1);
        if (indexes[at] != job.index) {
            return false;
        }
        print(job);
        return first[at] == words.getLong(0) && second[at] == words.getLong(Long.BYTES);
    }

    private void print(CipherJob job) {
        int length = 1 + job.headerLength + job.length;
        if (scratch.length < length) {
            scratch = new byte[length];
        }
        scratch[0] = (byte) job.headerLength; // where the payload begins matters, too
        job.header.getBytes(job.headerAt, scratch, 1, job.headerLength);
        job.source.getBytes(job.sourceAt, scratch, 1 + job.headerLength, job.length);
        mac.update(scratch, 0, length);
        try {
            mac.doFinal(hash, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the hash has " + BYTES + " bytes", e);
        }
    }
}
