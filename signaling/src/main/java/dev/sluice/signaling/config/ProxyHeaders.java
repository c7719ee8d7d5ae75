package dev.sluice.signaling.config;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a request comes from, when proxies of ours stand in between. What others write into {@code
 * X-Forwarded-For} is not believed. Any thread.
 */
public final class ProxyHeaders {
    private final List<IpSubnetFilterRule> trusted = new ArrayList<>();

    /**
     * @param networks addresses with a prefix length, such as 10.0.0.0/8, or without
     * @throws IllegalArgumentException when one is none
     */
    public ProxyHeaders(List<String> networks) {
        for (String network : networks) {
            int slash = network.indexOf('/');
            String address = slash < 0 ? network : network.substring(0, slash);
            InetAddress parsed = NetUtil.createInetAddressFromIpAddressString(address);
            if (parsed == null) {
                throw new IllegalArgumentException("expected networks, found " + network);
            }
            trusted.add(rule(network, parsed, slash < 0 ? "" : network.substring(slash + 1)));
        }
    }

    private static IpSubnetFilterRule rule(String network, InetAddress address, String prefix) {
        int bits = address.getAddress().length * Byte.SIZE;
        try {
            int length = prefix.isEmpty() ? bits : Integer.parseInt(prefix);
            return new IpSubnetFilterRule(address, length, IpFilterRuleType.ACCEPT);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected networks, found " + network, e);
        }
    }

    private boolean isTrusted(InetAddress address) {
        InetSocketAddress any = new InetSocketAddress(address, 0);
        return trusted.stream().anyMatch(rule -> rule.matches(any));
    }

    /**
     * @param peer who opened the connection
     * @param forwardedFor the header's values, each proxy's added at the end; null for none
     * @return the last address that no proxy of ours has
     */
    public InetAddress client(InetAddress peer, @Nullable String forwardedFor) {
        InetAddress client = peer;
        if (forwardedFor == null || trusted.isEmpty()) {
            return client;
        }
        String[] hops = forwardedFor.split(",", -1);
        for (int i = hops.length - 1; i >= 0 && isTrusted(client); i--) {
            InetAddress hop = NetUtil.createInetAddressFromIpAddressString(hops[i].strip());
            if (hop == null) {
                return client;
            }
            client = hop;
        }
        return client;
    }
}
