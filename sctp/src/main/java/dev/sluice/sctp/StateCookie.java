package dev.sluice.sctp;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What an INIT ACK gives the peer to keep, and a COOKIE ECHO brings back (RFC 9260 §5.1.3): nothing
 * need be stored for who only says INIT, and nobody can grant itself what was not negotiated.
 */
final class StateCookie {
    static final int LENGTH = 56;

    private static final long MAGIC = 0x534C_5549_4345_3031L; // SLUICE01
    private static final int SIGNED = 40;
    private static final int MAC = 16;
    private static final long LIFETIME_NANOS = 60_000_000_000L;
    private static final int FORWARD_TSN = 1;
    private static final int RECONFIG = 2;
    private static final int ZERO_CHECKSUM = 4;

    private final SecretKeySpec key;

    StateCookie(byte[] secret) {
        key = new SecretKeySpec(secret, "HmacSHA256");
    }

    private byte[] mac(byte[] signed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(signed, 0, SIGNED);
            byte[] whole = mac.doFinal();
            byte[] part = new byte[MAC];
            System.arraycopy(whole, 0, part, 0, MAC);
            return part;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HMAC-SHA-256", e);
        }
    }

    /** Writes one. */
    void write(long nowNanos, int ownTag, SctpParameters peer, ByteBuf into) {
        byte[] bytes = new byte[LENGTH];
        ByteBuffer cookie = ByteBuffer.wrap(bytes);
        int can =
                (peer.forwardTsn() ? FORWARD_TSN : 0)
                        | (peer.reconfig() ? RECONFIG : 0)
                        | (peer.zeroChecksum() ? ZERO_CHECKSUM : 0);
        cookie.putLong(MAGIC).putLong(nowNanos).putInt(ownTag).putInt(peer.tag());
        cookie.putInt(peer.initialTsn()).putInt((int) peer.window());
        cookie.putInt(peer.streams()).putInt(can).put(mac(bytes));
        into.writeBytes(bytes);
    }

    /**
     * @return what the peer said, null when this is not our cookie, or an old one
     */
    @Nullable SctpParameters read(long nowNanos, int ownTag, ByteBuf from, int at, int length) {
        if (length != LENGTH) {
            return null;
        }
        byte[] bytes = new byte[LENGTH];
        from.getBytes(at, bytes);
        ByteBuffer cookie = ByteBuffer.wrap(bytes);
        byte[] found = new byte[MAC];
        cookie.get(SIGNED, found);
        boolean ours =
                MessageDigest.isEqual(found, mac(bytes))
                        && cookie.getLong() == MAGIC
                        && nowNanos - cookie.getLong() <= LIFETIME_NANOS
                        && cookie.getInt() == ownTag;
        if (!ours) {
            return null;
        }
        int tag = cookie.getInt();
        int tsn = cookie.getInt();
        long window = cookie.getInt() & 0xFFFF_FFFFL;
        int streams = cookie.getInt();
        int can = cookie.getInt();
        return new SctpParameters(
                tag,
                window,
                streams,
                tsn,
                (can & FORWARD_TSN) != 0,
                (can & RECONFIG) != 0,
                (can & ZERO_CHECKSUM) != 0);
    }
}
