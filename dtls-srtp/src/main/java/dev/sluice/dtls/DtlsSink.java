package dev.sluice.dtls;

/** What a handshake tells its owner; called on the handshake's virtual thread, so post it on. */
public interface DtlsSink {
    /** A datagram is to be sent to the peer; the array is the callee's. */
    void onSend(byte[] datagram);

    /** The handshake is done. */
    void onDone(DtlsResult result);

    /** The handshake is over without keys. */
    void onFailed(DtlsFailure failure);
}
