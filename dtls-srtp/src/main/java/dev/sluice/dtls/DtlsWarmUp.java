package dev.sluice.dtls;

import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * One handshake with ourselves in memory, so that the first client does not wait for class loading:
 * cold it takes most of a second. Safe from any thread.
 */
public final class DtlsWarmUp {
    private DtlsWarmUp() {}

    private static final class End implements DtlsSink {
        private final CountDownLatch ended;
        private volatile DtlsHandshake other;

        @SuppressWarnings("NullAway.Init") // set before either end starts
        End(CountDownLatch ended) {
            this.ended = ended;
        }

        @Override
        public void onSend(byte[] datagram) {
            other.offer(datagram);
        }

        @Override
        public void onDone(DtlsResult result) {
            result.keys().erase();
            ended.countDown();
        }

        @Override
        public void onFailed(DtlsFailure failure) {
            ended.countDown();
        }
    }

    /** Runs the handshake; returns at once. @return reaches zero when both ends are done */
    public static CountDownLatch start(DtlsSettings settings) {
        CountDownLatch ended = new CountDownLatch(2);
        List<Fingerprint> own = List.of(settings.certificate().fingerprint());
        End clientEnd = new End(ended);
        End serverEnd = new End(ended);
        DtlsHandshake client = new DtlsHandshake(settings, DtlsRole.CLIENT, own, clientEnd);
        DtlsHandshake server = new DtlsHandshake(settings, DtlsRole.SERVER, own, serverEnd);
        clientEnd.other = server;
        serverEnd.other = client;
        server.start("warm-up-server");
        client.start("warm-up-client");
        return ended;
    }
}
