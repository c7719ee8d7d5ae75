package dev.sluice.srtp;

/** Copies the payload and writes no tag: only for measuring what is not cryptography. */
final class CopyCipher implements SrtpCipher {
    @Override
    public void seal(CipherJob job) {
        job.destination.setBytes(job.destinationAt, job.source, job.sourceAt, job.length);
    }

    @Override
    public boolean open(CipherJob job) {
        job.destination.setBytes(job.destinationAt, job.source, job.sourceAt, job.length);
        return true;
    }

    @Override
    public void close() {}
}
