package dev.sluice.dtls;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.function.Consumer;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.TlsFatalAlertReceived;

/**
 * The association after the handshake, pumped by the worker without a thread: it repeats our last
 * flight when the peer repeats its own, hears authenticated alerts, and carries application data.
 */
public final class DtlsTransport {
    /** What one datagram did. */
    public enum Event {
        /** Nothing the owner need know; application data has been handed on. */
        NONE,
        /** A record was refused; the association goes on. */
        REFUSED,
        /** The peer closed the association, authenticated. */
        CLOSED
    }

    /** Takes application data. */
    public interface DataSink {
        /** One record's bytes; valid during the call. */
        void onData(byte[] bytes, int length);
    }

    private final DTLSTransport association;
    private final QueueTransport transport;
    private final DataSink data;
    private final byte[] plain = new byte[QueueTransport.RECEIVE_LIMIT];
    private boolean closed;

    /**
     * @param output takes the datagrams to send, on the caller's thread
     * @param data takes application data
     */
    public DtlsTransport(DtlsResult result, Consumer<byte[]> output, DataSink data) {
        this.data = data;
        association = result.association();
        transport = result.transport();
        transport.pump(output);
    }

    /** Feeds one filtered datagram. */
    public Event onDatagram(byte[] datagram) {
        if (closed || !transport.offer(datagram)) {
            return Event.NONE;
        }
        Event event = Event.NONE;
        try {
            while (true) {
                int length = association.receive(plain, 0, plain.length, 1);
                if (length <= 0) {
                    break;
                }
                data.onData(plain, length);
                if (closed) {
                    return Event.NONE; // by who took it
                }
            }
        } catch (InterruptedIOException e) {
            transport.flush(); // the queue is empty
        } catch (TlsFatalAlertReceived e) {
            closed = true;
            return Event.CLOSED;
        } catch (IOException | RuntimeException e) {
            transport.discard(); // BouncyCastle's alert about a record that somebody forged
            event = Event.REFUSED;
        }
        if (transport.isClosed()) {
            transport.flush(); // our own goodbye
            closed = true;
            return Event.CLOSED;
        }
        return event;
    }

    /**
     * Sends application data as one record.
     *
     * @return false when it cannot be sent
     */
    public boolean send(byte[] bytes, int length) {
        if (closed) {
            return false;
        }
        try {
            association.send(bytes, 0, length);
            transport.flush();
            return true;
        } catch (IOException | RuntimeException e) {
            transport.discard();
            return false;
        }
    }

    /** Sends close_notify once. */
    public void close() {
        if (!closed) {
            closed = true;
            try {
                association.close();
            } catch (IOException | RuntimeException e) {
                transport.discard(); // already failed: there is nobody to tell
            }
            transport.flush();
        }
    }
}
