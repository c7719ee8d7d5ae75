package dev.sluice.dtls;

import dev.sluice.srtp.SrtpKeys;
import org.bouncycastle.tls.DTLSTransport;

/**
 * What a finished handshake leaves: keys, and the association for what comes after. Made only after
 * the peer's fingerprint matched.
 */
public final class DtlsResult {
    private final SrtpKeys keys;
    private final DtlsRole role;
    private final DTLSTransport association;
    private final QueueTransport transport;

    DtlsResult(SrtpKeys keys, DtlsRole role, DTLSTransport association, QueueTransport transport) {
        this.keys = keys;
        this.role = role;
        this.association = association;
        this.transport = transport;
    }

    /**
     * @return the SRTP master keys; the receiver erases them once ciphers are made
     */
    public SrtpKeys keys() {
        return keys;
    }

    public DtlsRole role() {
        return role;
    }

    DTLSTransport association() {
        return association;
    }

    QueueTransport transport() {
        return transport;
    }
}
