package dev.sluice.srtp;

import dev.sluice.srtp.ffi.NativeMemory;
import io.netty.buffer.ByteBuf;

/**
 * What the native ciphers of one worker share: addresses of the packet at hand, which are checked
 * against its buffers, and room for IV, additional data and tag.
 */
final class NativeJob {
    private static final int BYTES = 640;
    private static final int TAG = 64;
    private static final int WRITTEN = 96;
    private static final int SHA1 = 128;
    private static final int AAD = 384;
    private static final int MAX_RTCP_HEADER = BYTES - AAD - 4;

    private final long scratch = NativeMemory.allocate(BYTES);
    long in;
    long out;
    long header;
    long tagAt;

    /** Takes the addresses of a packet to be sealed. */
    void seals(CipherJob job, int tagLength) {
        in = address(job.source, job.sourceAt, job.length);
        out = address(job.destination, job.destinationAt, job.length);
        header = address(job.header, job.headerAt, job.headerLength);
        tagAt = address(job.destination, job.tagAt, tagLength);
    }

    /** Takes the addresses of a packet to be opened. */
    void opens(CipherJob job, int tagLength) {
        in = address(job.source, job.sourceAt, job.length);
        out = address(job.destination, job.destinationAt, job.length);
        header = address(job.header, job.headerAt, job.headerLength);
        tagAt = address(job.source, job.tagAt, tagLength);
    }

    private static long address(ByteBuf buffer, int at, int length) {
        if ((at | length) < 0 || at + length > buffer.capacity()) {
            throw new IndexOutOfBoundsException(at + " + " + length + " of " + buffer);
        }
        return buffer.memoryAddress() + at;
    }

    long iv() {
        return scratch;
    }

    /** Where the tag of an opened packet is computed. */
    long tag() {
        return scratch + TAG;
    }

    /** Where libcrypto says how much it wrote. */
    long written() {
        return scratch + WRITTEN;
    }

    /** Room for a SHA-1 state and a digest. */
    long sha1() {
        return scratch + SHA1;
    }

    /**
     * @return address of a word in network order
     */
    long word(int value) {
        NativeMemory.putInt(scratch + AAD, Integer.reverseBytes(value));
        return scratch + AAD;
    }

    /** RFC 7714 §9.2: the header and, apart from it, E and index of SRTCP. */
    long additionalData(CipherJob job) {
        if (!job.rtcp) {
            return header;
        }
        if (job.headerLength > MAX_RTCP_HEADER) {
            throw new IndexOutOfBoundsException("an RTCP header of " + job.headerLength);
        }
        long aad = scratch + AAD;
        NativeMemory.copy(header, aad, job.headerLength);
        NativeMemory.putInt(aad + job.headerLength, Integer.reverseBytes(job.trailer));
        return aad;
    }

    static int additionalLength(CipherJob job) {
        return job.rtcp ? job.headerLength + 4 : job.headerLength;
    }

    /** Writes the 80 bits of an HMAC-SHA1 tag that stand at {@code from} (RFC 3711 §4.2.1). */
    static void writeHmacTag(long from, long to) {
        NativeMemory.putLong(to, NativeMemory.getLong(from));
        NativeMemory.putByte(to + 8, NativeMemory.getByte(from + 8));
        NativeMemory.putByte(to + 9, NativeMemory.getByte(from + 9));
    }

    /**
     * @return whether both tags are the same; takes as long either way
     */
    static boolean sameTag(long one, long other, int length) {
        int difference = 0;
        for (int i = 0; i < length; i++) {
            difference |= NativeMemory.getByte(one + i) ^ NativeMemory.getByte(other + i);
        }
        return difference == 0;
    }

    void close() {
        NativeMemory.free(scratch, BYTES);
    }
}
