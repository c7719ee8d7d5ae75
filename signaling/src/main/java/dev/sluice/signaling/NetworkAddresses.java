package dev.sluice.signaling;

import dev.sluice.signaling.config.ConfigException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which local addresses media listens on: concrete ones, since a wildcard answers from any. */
final class NetworkAddresses {
    private NetworkAddresses() {}

    /**
     * @param bind addresses or interface names; empty means every suitable address
     * @param loopback whether loopback is among them
     */
    static List<InetAddress> toBind(List<String> bind, boolean loopback) throws ConfigException {
        try {
            Set<InetAddress> addresses = new LinkedHashSet<>();
            if (bind.isEmpty()) {
                for (NetworkInterface each : interfaces()) {
                    if (each.isUp() && !each.isLoopback() && !each.isPointToPoint()) {
                        addSuitable(addresses, each);
                    }
                }
                if (loopback || addresses.isEmpty()) {
                    addresses.add(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
                }
            }
            for (String name : bind) {
                NetworkInterface named = NetworkInterface.getByName(name);
                if (named != null) {
                    addSuitable(addresses, named);
                } else {
                    addresses.add(parse("rtc.bind", name));
                }
            }
            return List.copyOf(addresses);
        } catch (SocketException | UnknownHostException e) {
            throw new ConfigException(
                    "rtc.bind: cannot list network interfaces: " + e.getMessage());
        }
    }

    private static List<NetworkInterface> interfaces() throws SocketException {
        return NetworkInterface.networkInterfaces().toList();
    }

    private static void addSuitable(Set<InetAddress> addresses, NetworkInterface from) {
        from.inetAddresses()
                .filter(address ->
                        address instanceof Inet4Address
                                || (address instanceof Inet6Address
                                        && !address.isLinkLocalAddress()
                                        && !address.isSiteLocalAddress()))
                .forEach(addresses::add);
    }

    static List<InetAddress> toAdvertise(List<String> advertise) throws ConfigException {
        List<InetAddress> addresses = new ArrayList<>();
        for (String text : advertise) {
            addresses.add(parse("rtc.advertise", text));
        }
        return addresses;
    }

    /** Numbers only: no name is ever resolved. */
    private static InetAddress parse(String key, String text) throws ConfigException {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new ConfigException(
                key + ": expected an IP address or interface name, found " + text);
    }
}
