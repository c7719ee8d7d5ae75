package dev.sluice.sctp;

import io.netty.buffer.ByteBuf;
import java.util.zip.CRC32C;

/** The checksum of packets (RFC 9260 appendix A). */
final class Crc32c {
    static final int AT = 8;

    private static final byte[] ZERO = new byte[4];

    private final CRC32C crc = new CRC32C();

    /**
     * @return what the packet's field must hold, as it stands there (big-endian reading)
     */
    int of(ByteBuf packet, int at, int length) {
        crc.reset();
        crc.update(packet.nioBuffer(at, AT));
        crc.update(ZERO);
        crc.update(packet.nioBuffer(at + AT + 4, length - AT - 4));
        return Integer.reverseBytes((int) crc.getValue());
    }
}
