package dev.sluice.dtls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.srtp.SrtpProfile;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our client and server against each other in memory, through the record filter. */
class DtlsHandshakeTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** One end: its datagrams go through the other's filter, as on the wire. */
    private static final class End implements DtlsSink {
        final CompletableFuture<DtlsResult> done = new CompletableFuture<>();
        final CompletableFuture<DtlsFailure> failed = new CompletableFuture<>();
        final List<byte[]> sent = new ArrayList<>();
        final DtlsHandshake handshake;
        final DtlsRecordFilter filter;
        private Predicate<byte[]> passes = datagram -> true;
        private End other;

        @SuppressWarnings("NullAway.Init") // connected before it starts
        End(DtlsSettings settings, DtlsRole role, Fingerprint expected) {
            handshake = new DtlsHandshake(settings, role, List.of(expected), this);
            filter = new DtlsRecordFilter(role);
        }

        @Override
        public synchronized void onSend(byte[] datagram) {
            sent.add(datagram);
            if (passes.test(datagram)) {
                other.receive(datagram);
            }
        }

        synchronized void receive(byte[] datagram) {
            boolean accepted =
                    filter.accepts(0, Unpooled.wrappedBuffer(datagram), 0, datagram.length);
            if (accepted) {
                handshake.offer(datagram);
            }
        }

        @Override
        public void onDone(DtlsResult result) {
            done.complete(result);
        }

        @Override
        public void onFailed(DtlsFailure failure) {
            failed.complete(failure);
        }
    }

    private static DtlsSettings settings(List<SrtpProfile> profiles) {
        return new DtlsSettings(RANDOM, Certificate.create(Instant.now(), RANDOM), profiles);
    }

    private final DtlsSettings clientSettings = settings(List.of(SrtpProfile.values()));
    private final DtlsSettings serverSettings = settings(List.of(SrtpProfile.values()));

    private End clientEnd() {
        return new End(clientSettings, DtlsRole.CLIENT, serverSettings.certificate().fingerprint());
    }

    private End serverEnd() {
        return new End(serverSettings, DtlsRole.SERVER, clientSettings.certificate().fingerprint());
    }

    private static void connect(End client, End server) {
        client.other = server;
        server.other = client;
        server.handshake.start("server");
        client.handshake.start("client");
    }

    private static <T> T get(CompletableFuture<T> future)
            throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void bothEndsAgreeOnAProfile(SrtpProfile profile) throws Exception {
        DtlsSettings only = settings(List.of(profile));
        End client = new End(clientSettings, DtlsRole.CLIENT, only.certificate().fingerprint());
        End server = new End(only, DtlsRole.SERVER, clientSettings.certificate().fingerprint());

        connect(client, server);

        assertEquals(profile, get(client.done).keys().profile());
        assertEquals(profile, get(server.done).keys().profile());
    }

    @Test
    void theServersPreferenceDecides() throws Exception {
        End client = clientEnd();
        End server = serverEnd();

        connect(client, server);

        assertEquals(SrtpProfile.AEAD_AES_128_GCM, get(server.done).keys().profile());
    }

    @ParameterizedTest
    @EnumSource(DtlsRole.class)
    void aWrongFingerprintGivesNoKeysInEitherRole(DtlsRole deceived) throws Exception {
        Fingerprint wrong = Certificate.create(Instant.now(), RANDOM).fingerprint();
        boolean server = deceived == DtlsRole.SERVER;
        End client =
                new End(
                        clientSettings,
                        DtlsRole.CLIENT,
                        server ? serverSettings.certificate().fingerprint() : wrong);
        End serverEnd =
                new End(
                        serverSettings,
                        DtlsRole.SERVER,
                        server ? wrong : clientSettings.certificate().fingerprint());

        connect(client, serverEnd);

        End victim = server ? serverEnd : client;
        assertEquals(DtlsFailure.FINGERPRINT_MISMATCH, get(victim.failed));
        assertFalse(victim.done.isDone());
    }

    @Test
    void weakFingerprintsMatchNothing() throws Exception {
        End client = clientEnd();
        End server = new End(serverSettings, DtlsRole.SERVER, new Fingerprint("sha-1", "00"));

        connect(client, server);

        assertEquals(DtlsFailure.FINGERPRINT_MISMATCH, get(server.failed));
    }

    @Test
    void lostFlightsAreSentAgain() throws Exception {
        End client = clientEnd();
        End server = serverEnd();
        client.passes = datagram -> client.sent.size() != 1;
        server.passes = datagram -> server.sent.size() != 1;

        connect(client, server);

        assertNotNull(get(client.done));
        assertNotNull(get(server.done));
    }

    @Test
    void aWireThatIsDeadForFourSecondsIsTriedAgain() throws Exception {
        End client = clientEnd();
        End server = serverEnd();
        long alive = System.nanoTime() + 4_000_000_000L;
        client.passes = _ -> System.nanoTime() - alive > 0;
        server.passes = _ -> System.nanoTime() - alive > 0;

        connect(client, server);

        assertNotNull(get(client.done));
        assertNotNull(get(server.done));
    }

    /** What BouncyCastle alone answered with 260 MiB, and with seconds of its thread. */
    @Test
    void bombsOfFragmentsHoldNoMemory() throws Exception {
        End server = serverEnd();
        server.other = server;
        server.passes = _ -> false;
        server.handshake.start("server");
        long before = usedHeap();

        for (int i = 0; i < 20_000; i++) {
            server.receive(fragment(0xFFFFFF, i % 17, 0));
            server.receive(fragment(16_000, 0, i % 16_000));
        }

        long after = usedHeap();
        assertTrue(after - before < 1 << 20, (after - before) + " bytes are held");
        server.handshake.abort();
        assertEquals(DtlsFailure.ABORTED, get(server.failed));
    }

    /** One byte of a ClientHello that says to be so long. */
    private static byte[] fragment(int declared, int message, int offset) {
        ByteBuffer record = ByteBuffer.allocate(26);
        record.put((byte) 22).putShort((short) 0xFEFD).putLong(1).putShort((short) 13);
        record.put((byte) 1).put((byte) (declared >>> 16)).putShort((short) declared);
        record.putShort((short) message).put((byte) (offset >>> 16)).putShort((short) offset);
        return record.put((byte) 0).putShort((short) 1).put((byte) 0).array();
    }

    private static long usedHeap() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(50);
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    @Test
    void abortEndsAWaitingHandshake() throws Exception {
        End server = serverEnd();
        server.other = server;
        server.handshake.start("server");

        server.handshake.abort();

        assertEquals(DtlsFailure.ABORTED, get(server.failed));
    }

    @Test
    void theAssociationSurvivesForgeriesAndHearsTheGoodbye() throws Exception {
        End client = clientEnd();
        End server = serverEnd();
        connect(client, server);
        List<byte[]> fromServer = new ArrayList<>();
        DtlsTransport serverSide =
                new DtlsTransport(get(server.done), fromServer::add, (_, _) -> {});
        List<byte[]> fromClient = new ArrayList<>();
        DtlsTransport clientSide =
                new DtlsTransport(get(client.done), fromClient::add, (_, _) -> {});

        byte[] forged = new byte[13 + 40];
        forged[0] = 23;
        forged[1] = (byte) 0xFE;
        forged[2] = (byte) 0xFD;
        forged[4] = 1;
        forged[12] = 40;
        assertEquals(DtlsTransport.Event.NONE, serverSide.onDatagram(forged));
        assertTrue(fromServer.isEmpty(), "a forged record must not be answered");

        clientSide.close();
        assertEquals(1, fromClient.size());
        assertEquals(DtlsTransport.Event.CLOSED, serverSide.onDatagram(fromClient.get(0)));
    }

    @Test
    void everyRecordHasANonceOfItsOwn() throws Exception {
        End client = clientEnd();
        End server = serverEnd();
        connect(client, server);
        Set<Long> nonces = new HashSet<>();
        List<byte[]> records = new ArrayList<>();
        DtlsTransport sending = new DtlsTransport(get(client.done), records::add, (_, _) -> {});

        for (int i = 0; i < 10_000; i++) {
            records.clear();
            assertTrue(sending.send(new byte[100], 100));
            assertEquals(1, records.size());
            // the explicit part of the nonce follows the header (RFC 5288 §3)
            nonces.add(ByteBuffer.wrap(records.getFirst()).getLong(13));
        }

        assertEquals(10_000, nonces.size());
    }

    @Test
    void fingerprintsOfAllAcceptedHashesMatch() {
        byte[] der = serverSettings.certificate().encoded();

        for (String hash : new String[] {"sha-256", "sha-384", "sha-512"}) {
            Fingerprint fingerprint = Fingerprint.of(hash, der);
            assertTrue(
                    Fingerprint.anyMatches(
                            List.of(new Fingerprint("sha-1", "AA"), fingerprint), der));
        }
        assertFalse(Fingerprint.anyMatches(List.of(), der));
    }
}
