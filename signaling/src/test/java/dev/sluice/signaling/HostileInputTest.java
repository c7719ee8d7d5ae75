package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.core.Sfu;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.DropReason;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bytes that nobody meant, from an admitted peer, while two others talk. */
class HostileInputTest {
    private static final int INPUTS = 100_000;

    /** Datagrams sent before the server is given time to read them: its socket buffer is finite. */
    private static final int BURST = 200;

    /** Between bursts of authentic packets, of which a peer may send 10,000 a second. */
    private static final int WITHIN_LIMIT_MILLIS = 22;

    private final TestServer server = TestServer.start();
    private final Sfu sfu = server.server().sfu();
    private final ScriptedClient speaker = new ScriptedClient(server, "witness", "speaker");
    private final ScriptedClient listener = new ScriptedClient(server, "witness", "listener");
    private final ScriptedClient attacker = new ScriptedClient(server, "witness", "attacker");

    @BeforeEach
    void talk() throws InterruptedException {
        speaker.publish();
        listener.subscribe();
        attacker.subscribe();
        attacker.publish();
        for (int i = 0; i < 200 && listener.subscriber().received() == 0; i++) {
            speaker.sendAudio();
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertTrue(listener.subscriber().received() > 0, "the witness call is up");
    }

    @AfterEach
    void nobodyWasDisturbed() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(200);
        int before = listener.subscriber().received();
        for (int i = 0; i < 20; i++) {
            speaker.sendAudio();
            TimeUnit.MILLISECONDS.sleep(5);
        }
        TimeUnit.MILLISECONDS.sleep(200);
        int after = listener.subscriber().received();
        assertEquals(20, after - before, "the witness hears every packet");
        assertEquals(0, sfu.count(Counter.PEER_FAULTS), "no exception reached a loop");
        assertEquals(3, server.server().participantCount(), "nobody was thrown out");
        attacker.close();
        listener.close();
        speaker.close();
        server.close();
    }

    /** Sends inputs in bursts; the witness speaks in between. */
    private void flood(ScriptedPeer from, Function<SplittableRandom, byte[]> input)
            throws InterruptedException {
        flood(seed -> from.sendRaw(input.apply(new SplittableRandom(seed))));
    }

    private void flood(IntConsumer send) throws InterruptedException {
        long before = handled();
        int heardBefore = listener.subscriber().received();
        int said = 0;
        for (int seed = 0; seed < INPUTS; seed++) {
            send.accept(seed);
            if (seed % BURST == BURST - 1) {
                awaitHandled(before + seed + 1 + said);
                speaker.sendAudio();
                said++;
            }
        }
        awaitHandled(before + INPUTS);
        TimeUnit.MILLISECONDS.sleep(300);
        int heard = listener.subscriber().received() - heardBefore;
        assertEquals(said, heard, "the witness heard everything during the flood");
    }

    /** Everything that came in and was dropped, answered or used. */
    private long handled() {
        long handled =
                sfu.count(Counter.AUDIO_PACKETS_IN)
                        + sfu.count(Counter.RTCP_IN)
                        + sfu.count(Counter.STUN_IN)
                        + sfu.count(Counter.DTLS_IN);
        for (DropReason reason : EnumSet.allOf(DropReason.class)) {
            boolean countedAbove =
                    reason.name().startsWith("STUN") || reason.name().startsWith("DTLS");
            if (reason.isInbound() && !countedAbove) {
                handled += sfu.count(reason);
            }
        }
        return handled;
    }

    private void awaitHandled(long count) throws InterruptedException {
        // a datagram may end in more than one counter, or be dropped by the kernel: do not wait for
        // ever
        for (int i = 0; i < 40 && handled() < count; i++) {
            TimeUnit.MICROSECONDS.sleep(500);
        }
    }

    private static byte[] any(SplittableRandom random, int... firstBytes) {
        byte[] bytes = new byte[random.nextInt(1, random.nextInt(10) == 0 ? 2000 : 200)];
        random.nextBytes(bytes);
        bytes[0] = (byte) firstBytes[random.nextInt(firstBytes.length)];
        return bytes;
    }

    /** Keeps the attacker within what a peer may send, and the others' consent alive. */
    private void restAfter(int seed) throws InterruptedException {
        if (seed % BURST == 0) {
            TimeUnit.MILLISECONDS.sleep(WITHIN_LIMIT_MILLIS);
        }
        if (seed % (100 * BURST) == 0) {
            listener.subscriber().check();
        }
    }

    @Test
    void stunFromAnAdmittedAddress() throws InterruptedException {
        long answeredNot = sfu.count(DropReason.STUN_MALFORMED);

        flood(
                attacker.publisher(),
                random -> {
                    byte[] bytes = any(random, 0, 0, 1, 2, 3);
                    if (bytes.length > 20 && random.nextBoolean()) { // plausible
                        bytes[1] = 1;
                        int body = (bytes.length - 20) & ~3;
                        bytes[2] = (byte) (body >>> 8);
                        bytes[3] = (byte) body;
                        byte[] cookie = {0x21, 0x12, (byte) 0xA4, 0x42};
                        System.arraycopy(cookie, 0, bytes, 4, 4);
                        return Arrays.copyOf(bytes, 20 + body);
                    }
                    return bytes;
                });

        assertTrue(sfu.count(DropReason.STUN_MALFORMED) > answeredNot + INPUTS / 4);
    }

    @Test
    void dtlsFromAnAdmittedPeer() throws InterruptedException {
        flood(
                attacker.publisher(),
                random -> {
                    byte[] bytes = any(random, 20, 21, 22, 23, 25, 40, 63);
                    if (bytes.length > 14 && random.nextBoolean()) {
                        bytes[1] = (byte) 0xFE;
                        bytes[2] = (byte) (random.nextBoolean() ? 0xFD : 0xFF);
                        bytes[3] = 0;
                        bytes[4] = (byte) random.nextInt(2);
                        bytes[11] = (byte) ((bytes.length - 13) >>> 8);
                        bytes[12] = (byte) (bytes.length - 13);
                    }
                    return bytes;
                });

        assertTrue(sfu.count(DropReason.DTLS_FILTER) > INPUTS / 2);
    }

    @Test
    void srtpFromAnAdmittedPeer() throws InterruptedException {
        flood(attacker.publisher(), random -> any(random, 0x80, 0x90, 0xB0, 0xBF, 0xA0));

        assertTrue(sfu.count(DropReason.SRTP_BAD_TAG) > INPUTS / 4);
        assertTrue(sfu.count(DropReason.SRTP_MALFORMED) > 0);
    }

    @Test
    void authenticRtcpWithNonsenseInside() throws InterruptedException {
        for (int seed = 0; seed < INPUTS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] bytes = new byte[random.nextInt(8, 200)];
            random.nextBytes(bytes);
            bytes[0] = (byte) (0x80 | random.nextInt(0x40));
            bytes[1] = (byte) (200 + random.nextInt(8));
            if (random.nextBoolean()) {
                bytes[2] = 0;
                bytes[3] = (byte) random.nextInt(bytes.length / 4 + 1);
            }
            // each SSRC costs the server state: one peer may have 64
            bytes[4] = 0;
            bytes[5] = 0;
            bytes[6] = 0;
            bytes[7] = (byte) random.nextInt(16);
            attacker.subscriber().sendRtcp(bytes);
            restAfter(seed);
        }
        TimeUnit.MILLISECONDS.sleep(500);

        assertTrue(sfu.count(Counter.RTCP_IN) > INPUTS / 2);
        assertTrue(sfu.count(DropReason.RTCP_MALFORMED) > INPUTS / 10);
    }

    @Test
    void authenticRtpWithNonsenseInside() throws InterruptedException {
        ScriptedPeer peer = attacker.publisher();
        for (int seed = 0; seed < INPUTS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] payload = new byte[random.nextInt(0, 60)];
            random.nextBytes(payload);
            long ssrc = random.nextInt(4) == 0 ? 0x1234_5678L : random.nextInt(1, 20);
            peer.sendRtp(ssrc, 2000 + seed, random.nextInt(128) | random.nextInt(2) << 7, payload);
            restAfter(seed);
        }
        TimeUnit.MILLISECONDS.sleep(500);

        long dropped =
                sfu.count(DropReason.RTP_UNKNOWN_STREAM)
                        + sfu.count(DropReason.RTP_UNKNOWN_PAYLOAD_TYPE);
        assertTrue(dropped > INPUTS / 4, "dropped " + dropped);
    }

    @Test
    void moreAuthenticMediaThanAnybodySends() throws InterruptedException {
        byte[] payload = new byte[60];
        long started = System.nanoTime();

        flood(seed -> attacker.publisher().sendRtp(0x1234_5678L, 2000 + seed, 111, payload));

        long seconds = (System.nanoTime() - started) / 1_000_000_000L + 1;
        long passed = sfu.count(Counter.AUDIO_PACKETS_IN) - sfu.count(DropReason.RTP_DUPLICATE);
        assertTrue(passed < 2_000 + 10_000 * seconds + INPUTS / 50, "passed " + passed);
        assertTrue(sfu.count(DropReason.PEER_TOO_FAST) > 0, "nothing was too fast");
    }
}
