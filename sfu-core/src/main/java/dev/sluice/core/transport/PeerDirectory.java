package dev.sluice.core.transport;

import dev.sluice.ice.CandidatePair;
import dev.sluice.ice.TransportProtocol;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which transport owns which local user name fragment, and which socket or connection has which
 * address.
 */
public final class PeerDirectory {
    private final Map<String, PeerTransport> byUfrag = new ConcurrentHashMap<>();
    private final Map<CandidatePair, TcpConnection> connections = new HashMap<>();
    private final List<UdpEndpoint> endpoints;

    public PeerDirectory(List<UdpEndpoint> endpoints) {
        this.endpoints = endpoints;
    }

    /**
     * @return the owner of this fragment, null when there is none
     */
    public @Nullable PeerTransport byUfrag(String ufrag) {
        return byUfrag.get(ufrag);
    }

    /**
     * @return whether a transport here has this fragment; from any thread
     */
    boolean owns(String ufrag) {
        return byUfrag.containsKey(ufrag);
    }

    void add(String ufrag, PeerTransport peer) {
        byUfrag.put(ufrag, peer);
    }

    void remove(String ufrag) {
        byUfrag.remove(ufrag);
    }

    void add(TcpConnection connection) {
        connections.put(connection.pair(), connection);
    }

    void remove(TcpConnection connection) {
        connections.remove(connection.pair(), connection);
    }

    /**
     * @return our end of this pair, null when there is none
     */
    @Nullable Endpoint endpoint(CandidatePair pair) {
        if (pair.protocol() == TransportProtocol.TCP) {
            return connections.get(pair);
        }
        InetSocketAddress local = pair.local();
        for (int i = 0; i < endpoints.size(); i++) {
            if (endpoints.get(i).local().equals(local)) {
                return endpoints.get(i);
            }
        }
        return null;
    }

    /**
     * @return user name fragments and TCP connections in use
     */
    public int size() {
        return byUfrag.size() + connections.size();
    }
}
