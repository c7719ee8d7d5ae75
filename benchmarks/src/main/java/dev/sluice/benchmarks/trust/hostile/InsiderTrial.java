package dev.sluice.benchmarks.trust.hostile;

import dev.sluice.benchmarks.load.ServerProcess;
import dev.sluice.benchmarks.load.WhipClient;
import dev.sluice.benchmarks.trust.lab.Joins;
import dev.sluice.benchmarks.trust.lab.Lab;
import dev.sluice.benchmarks.trust.lab.Lab.Host;
import dev.sluice.benchmarks.trust.lab.Report;
import dev.sluice.benchmarks.trust.lab.Witness;
import dev.sluice.dtls.Certificate;
import dev.sluice.dtls.DtlsFailure;
import dev.sluice.dtls.DtlsHandshake;
import dev.sluice.dtls.DtlsResult;
import dev.sluice.dtls.DtlsRole;
import dev.sluice.dtls.DtlsSettings;
import dev.sluice.dtls.DtlsSink;
import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.client.SyntheticPublisher;
import dev.sluice.srtp.SrtpProfile;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What those can do who were let in: floods of feedback, of fragments, of hellos, of messages. */
final class InsiderTrial {
    private static final int FLOODS = 10;
    private static final int SENDERS = 3;
    private static final int ENCODINGS = 9;
    private static final double KEY_FRAMES_A_SECOND = 2;
    private static final double FREE_REPAIRS = 96 * 1024;
    private static final int BOMBERS = 50;
    private static final int FRAGMENTS = 8_000;
    private static final int HALF_OPEN = 2_000;
    private static final int JOINS = 100;
    private static final int CHATTERS = 10;
    private static final int MESSAGES = 2_000;
    private static final double MEBIBYTE = 1 << 20;

    /**
     * Where those come from who never end their handshakes: others must not share their address.
     */
    private static final String ELSEWHERE = "10.99.0.22";

    private final Lab lab;
    private final ServerProcess server;
    private final Report report;
    private final WhipClient http;

    InsiderTrial(Lab lab, ServerProcess server, Report report) {
        this.lab = lab;
        this.server = server;
        this.report = report;
        this.http = new WhipClient(server.url());
    }

    /**
     * @param seconds of floods
     */
    void run(Witness witness, int seconds) throws IOException, InterruptedException {
        lab.run(Host.WITNESS, "ip", "addr", "add", ELSEWHERE + "/24", "dev", "wire");
        feedback(witness, seconds);
        bombs(witness);
        halfOpen(witness);
        messages(witness, seconds);
    }

    private void feedback(Witness witness, int seconds) throws InterruptedException {
        try (ClientLoop loop = new ClientLoop("feedback")) {
            List<FeedbackFlood> floods = new ArrayList<>();
            for (int i = 0; i < FLOODS; i++) {
                FeedbackFlood flood = new FeedbackFlood(loop);
                String offer = flood.offer(false, SENDERS, SENDERS, 0);
                flood.connect(http.post("/dev/whep-room/witness/flood" + i, offer))
                        .orTimeout(15, TimeUnit.SECONDS)
                        .join();
                floods.add(flood);
            }
            TimeUnit.SECONDS.sleep(2);
            long asked = asked(witness);
            double media = floods.stream().mapToLong(FeedbackFlood::media).sum();
            double repaired = floods.stream().mapToLong(FeedbackFlood::repaired).sum();
            Witness.Report seen = witness.measure(seconds);
            double perEncoding = (double) (asked(witness) - asked) / ENCODINGS / seconds;
            media = floods.stream().mapToLong(FeedbackFlood::media).sum() - media;
            repaired = floods.stream().mapToLong(FeedbackFlood::repaired).sum() - repaired;
            floods.forEach(FeedbackFlood::close);
            report.note("ten who want all again, 100 times a second", seen.toString());
            report.most("  witness's loss", seen.lossPercent(), 0.1, " %");
            report.most(
                    "  key frames asked of an encoding, a second",
                    perEncoding,
                    KEY_FRAMES_A_SECOND,
                    "");
            report.most(
                    "  bytes sent again, of those sent",
                    Math.max(0, repaired - FLOODS * FREE_REPAIRS) / Math.max(1, media),
                    0.25,
                    "");
        }
    }

    private static long asked(Witness witness) {
        return witness.publishers().stream().mapToLong(SyntheticPublisher::asked).sum();
    }

    /** Fragments of huge messages, and of one that never ends, from addresses that were checked. */
    private void bombs(Witness witness) throws IOException, InterruptedException {
        List<CheckedSocket> bombers = new ArrayList<>();
        try (ClientLoop loop = new ClientLoop("bombers")) {
            InetAddress here = InetAddress.ofLiteral(Host.WITNESS.address());
            for (int i = 0; i < BOMBERS; i++) {
                bombers.add(CheckedSocket.open(http, loop, "/dev/whip/bombs/b" + i, here));
            }
            double heap = server.heapBytes();
            long idle = cpuIn(2);
            long cpu = server.cpuNanos();
            long began = System.nanoTime();
            witness.begin();
            for (int n = 0; n < FRAGMENTS; n++) {
                for (CheckedSocket bomber : bombers) {
                    bomber.send(
                            n % 2 == 0 ? fragment(0xFFFFFF, n % 17, 0) : fragment(16_000, 0, n));
                }
                if (n % 2 == 0) {
                    TimeUnit.MILLISECONDS.sleep(1); // 50,000 a second at most
                }
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            double used = (server.cpuNanos() - cpu) / 1e6 - idle / 1e6 / 2 * seconds;
            Witness.Report seen = witness.report();
            double grown = (server.heapBytes() - heap) / MEBIBYTE;
            report.note("bombs of 8,000 fragments from 50 addresses", seen.toString());
            report.most("  witness's loss", seen.lossPercent(), 0.1, " %");
            report.most("  heap more than before, for each", grown / BOMBERS, 1, " MiB");
            report.most("  CPU for each", used / BOMBERS, 100, " ms");
        } finally {
            for (CheckedSocket bomber : bombers) {
                bomber.close();
            }
        }
    }

    private long cpuIn(int seconds) throws IOException, InterruptedException {
        long before = server.cpuNanos();
        TimeUnit.SECONDS.sleep(seconds);
        return server.cpuNanos() - before;
    }

    /** One byte of a ClientHello (RFC 6347 §4.2.2). */
    private static byte[] fragment(int declared, int message, int offset) {
        ByteBuffer record = ByteBuffer.allocate(26);
        record.put((byte) 22).putShort((short) 0xFEFD).putLong(1).putShort((short) 13);
        record.put((byte) 1).put((byte) (declared >>> 16)).putShort((short) declared);
        record.putShort((short) message).put((byte) (offset >>> 16)).putShort((short) offset);
        return record.put((byte) 0).putShort((short) 1).put((byte) 0).array();
    }

    /** Handshakes that begin as they should and never go on. */
    private void halfOpen(Witness witness) throws IOException, InterruptedException {
        byte[] hello = hello();
        List<CheckedSocket> silent = new ArrayList<>();
        try (ClientLoop loop = new ClientLoop("silent")) {
            InetAddress elsewhere = InetAddress.ofLiteral(ELSEWHERE);
            witness.begin();
            for (int i = 0; i < HALF_OPEN; i++) {
                CheckedSocket one =
                        CheckedSocket.open(http, loop, "/dev/whip/half/h" + i, elsewhere);
                silent.add(one);
                one.send(hello);
            }
            Joins joins = Joins.make(server.url(), "beside", JOINS);
            Witness.Report seen = witness.report();
            report.note("2,000 who never end their handshakes", seen.toString());
            report.most("  witness's loss", seen.lossPercent(), 0.1, " %");
            report.goal(
                    "  joins of others beside them",
                    joins.toString(),
                    "p95 <= 1000 ms, all of them",
                    joins.percentile(95) <= 1_000 && joins.failed() == 0);
            report.note(
                    "  handshakes that found no place",
                    Long.toString(
                            server.metric(
                                    "sluice_rtp_dropped_packets_total\\{[^}]*too_many_handshakes")));
        } finally {
            for (CheckedSocket one : silent) {
                one.close();
            }
        }
    }

    /**
     * @return the first datagram of a client
     */
    private static byte[] hello() {
        SecureRandom random = new SecureRandom();
        Certificate certificate = Certificate.create(Instant.now(), random);
        CompletableFuture<byte[]> first = new CompletableFuture<>();
        DtlsSink sink =
                new DtlsSink() {
                    @Override
                    public void onSend(byte[] datagram) {
                        first.complete(datagram);
                    }

                    @Override
                    public void onDone(DtlsResult result) {}

                    @Override
                    public void onFailed(DtlsFailure failure) {}
                };
        DtlsHandshake handshake =
                new DtlsHandshake(
                        new DtlsSettings(random, certificate, List.of(SrtpProfile.values())),
                        DtlsRole.CLIENT,
                        List.of(certificate.fingerprint()),
                        sink);
        handshake.start("hello");
        byte[] hello = first.orTimeout(5, TimeUnit.SECONDS).join();
        handshake.abort();
        return hello;
    }

    private void messages(Witness witness, int seconds) throws InterruptedException {
        try (MessageFlood flood = new MessageFlood(server.url(), CHATTERS, MESSAGES)) {
            witness.begin();
            TimeUnit.SECONDS.sleep(seconds / 2);
            Joins joins = Joins.make(server.url(), "chatting", JOINS);
            Witness.Report seen = witness.report();
            report.note("ten who never stop talking: " + flood.report(), seen.toString());
            report.most("  witness's loss", seen.lossPercent(), 0.1, " %");
            report.goal(
                    "  joins beside them",
                    joins.toString(),
                    "p95 <= 500 ms, all of them",
                    joins.percentile(95) <= 500 && joins.failed() == 0);
        }
    }
}
