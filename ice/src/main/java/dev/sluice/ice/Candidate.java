package dev.sluice.ice;

import java.net.InetSocketAddress;

/**
 * A host candidate of the server (RFC 8445 §5.1.1, RFC 8839 §5.1). Immutable.
 *
 * @param address where the peer reaches us
 * @param localPreference 0…65,535; higher is tried first
 */
public record Candidate(InetSocketAddress address, int localPreference) {
    private static final int HOST_TYPE_PREFERENCE = 126;
    private static final int COMPONENT = 1;

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
        String foundation = Integer.toUnsignedString(address.getAddress().hashCode());
        return foundation
                + " 1 udp "
                + priority()
                + " "
                + host
                + " "
                + address.getPort()
                + " typ host";
    }
}
