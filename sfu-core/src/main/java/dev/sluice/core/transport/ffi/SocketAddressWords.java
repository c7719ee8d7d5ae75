package dev.sluice.core.transport.ffi;

import dev.sluice.srtp.ffi.NativeMemory;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An address as the kernel wants it, in 64-bit words: {@code sockaddr_in} (16 bytes) for sockets of
 * IPv4, {@code sockaddr_in6} (28 bytes) for the others, with IPv4 addresses mapped (RFC 4291
 * §2.5.5.2). Immutable.
 */
public final class SocketAddressWords {
    /** Bytes that hold any of them. */
    public static final int BYTES = 32;

    private static final short AF_INET = 2;
    private static final short AF_INET6 = 10;
    private static final int INET_LENGTH = 16;
    private static final int INET6_LENGTH = 28;

    private final int length;
    private final long first;
    private final long second;
    private final long third;
    private final long fourth;

    /**
     * @param inet4 whether the socket is one of IPv4, which takes no other addresses
     */
    public SocketAddressWords(InetSocketAddress address, boolean inet4) {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.nativeOrder());
        byte[] ip = address.getAddress().getAddress();
        boolean v4 = address.getAddress() instanceof Inet4Address;
        bytes.putShort(0, inet4 ? AF_INET : AF_INET6);
        bytes.put(2, (byte) (address.getPort() >>> 8)).put(3, (byte) address.getPort());
        if (inet4) {
            bytes.put(4, v4 ? ip : new byte[4]);
        } else if (v4) {
            bytes.put(18, (byte) 0xff).put(19, (byte) 0xff).put(20, ip);
        } else {
            bytes.put(8, ip);
        }
        length = inet4 ? INET_LENGTH : INET6_LENGTH;
        first = bytes.getLong(0);
        second = bytes.getLong(8);
        third = bytes.getLong(16);
        fourth = bytes.getLong(24);
    }

    int length() {
        return length;
    }

    void write(long address) {
        NativeMemory.putLong(address, first);
        NativeMemory.putLong(address + 8, second);
        if (length == INET6_LENGTH) {
            NativeMemory.putLong(address + 16, third);
            NativeMemory.putLong(address + 24, fourth);
        }
    }
}
