package dev.sluice.srtp;

import io.netty.buffer.ByteBuf;
import io.netty.util.collection.IntObjectHashMap;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * Seals everything Sluice sends to one peer. It owns the indexes: an RTP index is sealed once, or
 * again for the very same bytes, and the SRTCP index of each SSRC only counts up (RFC 3711 §3.4).
 */
public final class SrtpProtector {
    private static final long MAX_RTP_INDEX = (1L << 48) - 1;
    private static final int MAX_RTCP_INDEX = Integer.MAX_VALUE;
    private static final int ENCRYPTED = 0x8000_0000;
    private static final int RTCP_HEADER = 8;

    private static final class Stream {
        final UsedIndexes used = new UsedIndexes();
        @Nullable Fingerprints sealed;
        int rtcpIndex;
    }

    private final SrtpProfile profile;
    private final SrtpCipher rtp;
    private final SrtpCipher rtcp;
    private final IntObjectHashMap<Stream> streams = new IntObjectHashMap<>();
    private @Nullable Stream latest;
    private int latestSsrc;

    /**
     * @param server whether Sluice was the DTLS server, and so sends with the server's keys
     */
    public SrtpProtector(SrtpCiphers ciphers, SrtpKeys keys, boolean server) {
        profile = keys.profile();
        rtp = ciphers.create(profile, keys.session(!server, false), true);
        rtcp = ciphers.create(profile, keys.session(!server, true), true);
    }

    /** Takes ready ciphers, for tests. */
    SrtpProtector(SrtpProfile profile, SrtpCipher rtp, SrtpCipher rtcp) {
        this.profile = profile;
        this.rtp = rtp;
        this.rtcp = rtcp;
    }

    /** A protector that copies instead of encrypting: what forwarding costs without a cipher. */
    public static SrtpProtector unciphered() {
        return new SrtpProtector(SrtpProfile.AEAD_AES_128_GCM, new CopyCipher(), new CopyCipher());
    }

    /**
     * @return bytes that sealing adds to an RTP packet
     */
    public int overhead() {
        return profile.tagLength();
    }

    /**
     * @return bytes that sealing adds to an RTCP packet
     */
    public int rtcpOverhead() {
        return profile.tagLength() + 4;
    }

    /**
     * @return whether a sealed RTP packet is complete only after {@link SrtpCiphers#finish}
     */
    public boolean defers() {
        return rtp.defers();
    }

    /**
     * Seals an RTP packet whose header is finished.
     *
     * @param job header, payload and stream set by the caller
     * @return bytes of the whole sealed packet, or {@link SrtpResult#INDEX_USED} or {@link
     *     SrtpResult#KEY_EXHAUSTED} with nothing written
     */
    public int seal(CipherJob job) {
        if (job.index < 0 || job.index > MAX_RTP_INDEX) {
            return SrtpResult.KEY_EXHAUSTED;
        }
        if (!stream(job.ssrc).used.take(job.index)) {
            return SrtpResult.INDEX_USED;
        }
        return write(job);
    }

    /** The same for a packet that may have to be sealed again, by {@link #sealAgain}. */
    public int sealRepeatable(CipherJob job) {
        int sealed = seal(job);
        if (sealed >= 0) {
            Stream stream = stream(job.ssrc);
            if (stream.sealed == null) {
                stream.sealed = new Fingerprints(new SecureRandom());
            }
            stream.sealed.keep(job);
        }
        return sealed;
    }

    /**
     * Seals once more what {@link #sealRepeatable} sealed under this index not long ago. Two
     * packets under one index would betray keys and plaintext; the very same one betrays nothing.
     *
     * @return bytes of the whole sealed packet, the same as before, or {@link
     *     SrtpResult#INDEX_USED} with nothing written where header or payload differ in any bit, or
     *     it is too long ago to tell
     */
    public int sealAgain(CipherJob job) {
        Fingerprints sealed = stream(job.ssrc).sealed;
        return sealed != null && sealed.matches(job) ? write(job) : SrtpResult.INDEX_USED;
    }

    private int write(CipherJob job) {
        job.rtcp = false;
        job.trailer = (int) (job.index >>> 16);
        job.tagAt = job.destinationAt + job.length;
        rtp.seal(job);
        return job.headerLength + job.length + profile.tagLength();
    }

    /**
     * Seals a compound RTCP packet in place, under the SSRC at its start.
     *
     * @param length bytes of plain RTCP, at least 8; {@link #rtcpOverhead} more must fit
     * @return bytes of the sealed packet, or a negative {@link SrtpResult}
     */
    public int sealRtcp(CipherJob job, ByteBuf buffer, int offset, int length) {
        int ssrc = buffer.getInt(offset + 4);
        Stream stream = stream(ssrc);
        if (stream.rtcpIndex == MAX_RTCP_INDEX) {
            return SrtpResult.KEY_EXHAUSTED;
        }
        int index = ++stream.rtcpIndex;
        job.header(buffer, offset, RTCP_HEADER);
        job.payload(buffer, offset + RTCP_HEADER, length - RTCP_HEADER);
        job.ssrc = ssrc;
        job.index = index;
        job.rtcp = true;
        job.trailer = ENCRYPTED | index;
        int end = offset + length;
        int tag = profile.tagLength();
        job.tagAt = profile.isAead() ? end : end + 4;
        rtcp.seal(job);
        buffer.setInt(profile.isAead() ? end + tag : end, job.trailer);
        return length + tag + 4;
    }

    private Stream stream(int ssrc) {
        if (latest != null && ssrc == latestSsrc) { // a run of packets is of one stream
            return latest;
        }
        Stream stream = find(ssrc);
        latest = stream;
        latestSsrc = ssrc;
        return stream;
    }

    private Stream find(int ssrc) {
        Stream stream = streams.get(ssrc);
        if (stream == null) {
            stream = new Stream();
            streams.put(ssrc, stream);
        }
        return stream;
    }

    /** Moves the SRTCP index of an SSRC, for tests at its end. */
    void rtcpIndex(long ssrc, int index) {
        stream((int) ssrc).rtcpIndex = index;
    }

    /** Erases the keys. */
    public void close() {
        rtp.close();
        rtcp.close();
    }
}
