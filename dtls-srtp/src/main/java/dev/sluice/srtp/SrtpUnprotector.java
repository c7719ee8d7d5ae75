package dev.sluice.srtp;

import dev.sluice.rtp.RtpPacket;
import io.netty.buffer.ByteBuf;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import org.jspecify.annotations.Nullable;

/**
 * Opens everything one peer sends. Order: structure, index guess, replay, tag; only then does any
 * state move, so a forged packet changes nothing (RFC 3711 §3.3).
 *
 * <p>At most {@link #MAX_SSRCS} SSRCs have state. The one unused longest gives way when it has been
 * silent for a minute; its highest index is kept as long as the keys live, so that its packets
 * cannot be replayed.
 */
public final class SrtpUnprotector {
    /** SSRCs of one peer with receive state. */
    public static final int MAX_SSRCS = 64;

    private static final int MAX_RETIRED = 1024;
    private static final long IDLE_NANOS = 60_000_000_000L;
    private static final int RTCP_HEADER = 8;

    /** Well below half a cycle, where the guess of an index begins to be wrong. */
    private static final int FAR = 1 << 13;

    private static final class Stream {
        final ReplayWindow rtp = new ReplayWindow();
        final ReplayWindow rtcp = new ReplayWindow();
        long usedAtNanos;
    }

    private final SrtpProfile profile;
    private final SrtpCipher rtp;
    private final SrtpCipher rtcp;
    private final CipherJob job = new CipherJob();
    private final RtpPacket view = new RtpPacket();
    private final IntObjectHashMap<Stream> streams = new IntObjectHashMap<>();
    private final IntObjectHashMap<long[]> retired = new IntObjectHashMap<>();

    /**
     * @param server whether Sluice was the DTLS server, and so receives with the client's keys
     */
    public SrtpUnprotector(SrtpCiphers ciphers, SrtpKeys keys, boolean server) {
        this(
                keys.profile(),
                ciphers.create(keys.profile(), keys.session(server, false), false),
                ciphers.create(keys.profile(), keys.session(server, true), false));
    }

    /** Takes ready ciphers, for tests. */
    SrtpUnprotector(SrtpProfile profile, SrtpCipher rtp, SrtpCipher rtcp) {
        this.profile = profile;
        this.rtp = rtp;
        this.rtcp = rtcp;
    }

    /**
     * An unprotector that copies instead of decrypting, beside {@link SrtpProtector#unciphered}.
     */
    public static SrtpUnprotector unciphered() {
        return new SrtpUnprotector(
                SrtpProfile.AEAD_AES_128_GCM, new CopyCipher(), new CopyCipher());
    }

    /**
     * Opens an SRTP packet; header and plaintext payload stand at {@code to} afterwards.
     *
     * @return bytes of the plain packet, or a negative {@link SrtpResult}
     */
    public int open(long nowNanos, ByteBuf from, int offset, int length, ByteBuf into, int to) {
        int sealed = length - profile.tagLength();
        if (length > JceScratch.CAPACITY || !view.wrapHeader(from, offset, sealed)) {
            return SrtpResult.MALFORMED;
        }
        int ssrc = (int) view.ssrc();
        Stream stream = streams.get(ssrc);
        long highest = stream == null ? retiredIndex(ssrc, 0) : stream.rtp.highest();
        long index = PacketIndex.guess(highest, view.sequenceNumber());
        if (index == PacketIndex.NONE
                || (stream == null ? index <= highest : !stream.rtp.accepts(index))) {
            return SrtpResult.REPLAYED;
        }
        int header = view.headerLength();
        job.source = from;
        job.sourceAt = offset + header;
        job.length = sealed - header;
        job.header = from;
        job.headerAt = offset;
        job.headerLength = header;
        job.destination = into;
        job.destinationAt = to + header;
        job.tagAt = offset + sealed;
        job.ssrc = ssrc;
        job.index = index;
        job.trailer = (int) (index >>> 16);
        job.rtcp = false;
        if (!rtp.open(job)) {
            return SrtpResult.BAD_TAG;
        }
        if (stream == null) {
            stream = admit(nowNanos, ssrc);
            if (stream == null) {
                return SrtpResult.TOO_MANY_SSRCS;
            }
        }
        stream.rtp.mark(index);
        stream.usedAtNanos = nowNanos;
        into.setBytes(to, from, offset, header);
        return sealed;
    }

    /**
     * Whoever leaves packets unopened must open one now and then: the index of a packet is guessed
     * from the last one opened, and is wrong for good when that lies half a cycle of sequence
     * numbers back (RFC 3711 §3.3.1).
     *
     * @param sequence of the packet at hand, 0…65,535
     * @return whether this packet is to be opened for that reason
     */
    public boolean isLosing(int ssrc, int sequence) {
        Stream stream = streams.get(ssrc);
        long highest = stream == null ? retiredIndex(ssrc, 0) : stream.rtp.highest();
        int ahead = (sequence - (int) highest) & 0xFFFF;
        return highest < 0 || (ahead >= FAR && ahead < 1 << 15);
    }

    /**
     * Opens an SRTCP packet (RFC 3711 §3.4, RFC 7714 §9).
     *
     * @return bytes of plain RTCP, or a negative {@link SrtpResult}
     */
    public int openRtcp(long nowNanos, ByteBuf from, int offset, int length, ByteBuf into, int to) {
        int tag = profile.tagLength();
        int sealed = length - tag - 4;
        if (sealed < RTCP_HEADER || length > JceScratch.CAPACITY) {
            return SrtpResult.MALFORMED;
        }
        int wordAt = offset + (profile.isAead() ? length - 4 : sealed);
        int word = from.getInt(wordAt);
        if (word >= 0) {
            return SrtpResult.NOT_ENCRYPTED;
        }
        int ssrc = from.getInt(offset + 4);
        long index = word & 0x7FFF_FFFF;
        Stream stream = streams.get(ssrc);
        if (stream == null ? index <= retiredIndex(ssrc, 1) : !stream.rtcp.accepts(index)) {
            return SrtpResult.REPLAYED;
        }
        job.source = from;
        job.sourceAt = offset + RTCP_HEADER;
        job.length = sealed - RTCP_HEADER;
        job.header = from;
        job.headerAt = offset;
        job.headerLength = RTCP_HEADER;
        job.destination = into;
        job.destinationAt = to + RTCP_HEADER;
        job.tagAt = profile.isAead() ? offset + sealed : wordAt + 4;
        job.ssrc = ssrc;
        job.index = index;
        job.trailer = word;
        job.rtcp = true;
        if (!rtcp.open(job)) {
            return SrtpResult.BAD_TAG;
        }
        if (stream == null) {
            stream = admit(nowNanos, ssrc);
            if (stream == null) {
                return SrtpResult.TOO_MANY_SSRCS;
            }
        }
        stream.rtcp.mark(index);
        stream.usedAtNanos = nowNanos;
        into.setBytes(to, from, offset, RTCP_HEADER);
        return sealed;
    }

    private long retiredIndex(int ssrc, int which) {
        long[] indexes = retired.get(ssrc);
        return indexes == null ? -1 : indexes[which];
    }

    /** Makes state for an SSRC whose packet was authenticated; null when there is no room. */
    private @Nullable Stream admit(long nowNanos, int ssrc) {
        if (streams.size() >= MAX_SSRCS && !retireOne(nowNanos)) {
            return null;
        }
        Stream stream = new Stream();
        long[] indexes = retired.remove(ssrc);
        if (indexes != null) {
            stream.rtp.resumeAt(indexes[0]);
            stream.rtcp.resumeAt(indexes[1]);
        }
        streams.put(ssrc, stream);
        return stream;
    }

    private boolean retireOne(long nowNanos) {
        if (retired.size() >= MAX_RETIRED) {
            return false;
        }
        int oldest = 0;
        Stream found = null;
        for (IntObjectMap.PrimitiveEntry<Stream> entry : streams.entries()) {
            if (found == null || entry.value().usedAtNanos - found.usedAtNanos < 0) {
                found = entry.value();
                oldest = entry.key();
            }
        }
        if (found == null || nowNanos - found.usedAtNanos < IDLE_NANOS) {
            return false;
        }
        streams.remove(oldest);
        retired.put(oldest, new long[] {found.rtp.highest(), found.rtcp.highest()});
        return true;
    }

    /**
     * @return SSRCs with state
     */
    public int streamCount() {
        return streams.size();
    }

    /** Erases the keys. */
    public void close() {
        rtp.close();
        rtcp.close();
    }
}
