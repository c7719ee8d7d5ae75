package dev.sluice.srtp;

/**
 * Encrypts and authenticates packets under one session key; RTP and RTCP have an instance each,
 * both directions too.
 *
 * <p>A bad tag is a result, not an exception, and leaves the destination undefined.
 */
public interface SrtpCipher {
    /** Encrypts the job's payload and writes the tag; at once, unless it {@link #defers}. */
    void seal(CipherJob job);

    /**
     * @return whether sealed RTP is complete only after {@link SrtpCiphers#finish}; until then its
     *     plaintext must not change
     */
    default boolean defers() {
        return false;
    }

    /**
     * @return whether the tag was right and the plaintext has been written
     */
    boolean open(CipherJob job);

    /** Erases the keys; no other method may be called afterwards. */
    void close();
}
