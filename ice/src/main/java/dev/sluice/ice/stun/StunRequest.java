package dev.sluice.ice.stun;

import org.ice4j.TransportAddress;
import org.ice4j.message.Request;

/** An authenticated Binding request, opaque to everyone but the codec. */
public final class StunRequest {
    private final Request request;
    private final TransportAddress source;
    private final String username;
    private final byte[] password;

    StunRequest(Request request, TransportAddress source, String username, byte[] password) {
        this.request = request;
        this.source = source;
        this.username = username;
        this.password = password;
    }

    Request request() {
        return request;
    }

    TransportAddress source() {
        return source;
    }

    String username() {
        return username;
    }

    byte[] password() {
        return password;
    }
}
