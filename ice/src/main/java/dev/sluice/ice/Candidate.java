package dev.sluice.ice;

import java.net.InetSocketAddress;

/**
 * A host candidate of the server (RFC 8445 §5.1.1, RFC 8839 §5.1; over TCP always passive, RFC
 * 6544). Immutable.
 *
 * @param protocol how it is reached
 * @param address where the peer reaches us
 * @param localPreference 0…65,535; higher is tried first
 */
public record Candidate(
        TransportProtocol protocol, InetSocketAddress address, int localPreference) {
    private static final int HOST_TYPE_PREFERENCE = 126;
    private static final int COMPONENT = 1;

    /** Of a passive host candidate, in the upper three bits (RFC 6544 §4.2). */
    private static final int PASSIVE_PREFERENCE = 4;

    private static final int OTHER_PREFERENCES = 1 << 13;

    /**
     * @param order 0 for the first, counting up
     */
    public static Candidate udp(InetSocketAddress address, int order) {
        return new Candidate(TransportProtocol.UDP, address, 65_535 - order);
    }

    /**
     * A passive candidate, after every one of UDP.
     *
     * @param order 0 for the first, counting up
     */
    public static Candidate tcp(InetSocketAddress address, int order) {
        return new Candidate(
                TransportProtocol.TCP,
                address,
                PASSIVE_PREFERENCE * OTHER_PREFERENCES + OTHER_PREFERENCES - 1 - order);
    }

    /**
     * @return the priority by the formula of RFC 8445 §5.1.2.1
     */
    public long priority() {
        return (long) HOST_TYPE_PREFERENCE << 24 | (long) localPreference << 8 | 256 - COMPONENT;
    }

    /**
     * @return the value of an {@code a=candidate} line, without the attribute's name
     */
    public String toSdp() {
        String host = address.getAddress().getHostAddress();
        int zone = host.indexOf('%');
        if (zone >= 0) {
            host = host.substring(0, zone);
        }
        boolean tcp = protocol == TransportProtocol.TCP;
        int base = address.getAddress().hashCode(); // another base or protocol: another foundation
        return Integer.toUnsignedString(tcp ? ~base : base)
                + (tcp ? " 1 tcp " : " 1 udp ")
                + priority()
                + " "
                + host
                + " "
                + address.getPort()
                + (tcp ? " typ host tcptype passive" : " typ host");
    }
}
