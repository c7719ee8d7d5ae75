package dev.sluice.core.transport;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which transport owns which local user name fragment, and which socket has which address. */
public final class PeerDirectory {
    private final Map<String, PeerTransport> byUfrag = new HashMap<>();
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

    void add(String ufrag, PeerTransport peer) {
        byUfrag.put(ufrag, peer);
    }

    void remove(String ufrag) {
        byUfrag.remove(ufrag);
    }

    /**
     * @return the socket bound to this address, null when there is none
     */
    @Nullable UdpEndpoint endpoint(InetSocketAddress local) {
        for (int i = 0; i < endpoints.size(); i++) {
            if (endpoints.get(i).local().equals(local)) {
                return endpoints.get(i);
            }
        }
        return null;
    }

    /**
     * @return user name fragments in use
     */
    public int size() {
        return byUfrag.size();
    }
}
