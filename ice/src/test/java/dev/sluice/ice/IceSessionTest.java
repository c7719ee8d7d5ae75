package dev.sluice.ice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.ice.stun.StunCodec;
import dev.sluice.ice.stun.StunPeek;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** The session in virtual time; the tests write their own requests. */
class IceSessionTest {
    private static final long SECOND = 1_000_000_000L;
    private static final IceCredentials LOCAL =
            new IceCredentials("locfrag1", "local-password-local-password-00");
    private static final IceCredentials NEXT =
            new IceCredentials("locfrag2", "other-password-other-password-00");
    private static final InetSocketAddress OURS =
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 7882);

    /** Remembers everything. */
    private static final class Recorder implements IceSink {
        final List<byte[]> sent = new ArrayList<>();
        final List<CandidatePair> admitted = new ArrayList<>();
        final List<CandidatePair> forgotten = new ArrayList<>();
        final List<CandidatePair> selected = new ArrayList<>();
        final List<Boolean> quiet = new ArrayList<>();
        final List<Boolean> expired = new ArrayList<>();

        @Override
        public void onSend(CandidatePair via, byte[] message) {
            sent.add(message);
        }

        @Override
        public void onAdmitted(CandidatePair pair) {
            admitted.add(pair);
        }

        @Override
        public void onForgotten(CandidatePair pair) {
            forgotten.add(pair);
        }

        @Override
        public void onSelected(CandidatePair pair) {
            selected.add(pair);
        }

        @Override
        public void onQuiet(boolean isQuiet) {
            quiet.add(isQuiet);
        }

        @Override
        public void onExpired(boolean connectedOnce) {
            expired.add(connectedOnce);
        }
    }

    private final Recorder sink = new Recorder();
    private final IceSession session = new IceSession(0, LOCAL, new StunCodec(), sink);

    private static CandidatePair pair(int port) {
        return new CandidatePair(
                TransportProtocol.UDP,
                OURS,
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
    }

    private static void attribute(ByteArrayOutputStream out, int type, byte[] value) {
        out.writeBytes(
                ByteBuffer.allocate(4)
                        .putShort((short) type)
                        .putShort((short) value.length)
                        .array());
        out.writeBytes(value);
        out.writeBytes(new byte[-value.length & 3]);
    }

    /** A Binding request as a client writes it. */
    private static byte[] request(String username, String password, int... flags) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        attribute(body, 0x0006, username.getBytes(StandardCharsets.US_ASCII));
        for (int flag : flags) {
            attribute(body, flag, flag == 0x8029 || flag == 0x802A ? new byte[8] : new byte[0]);
        }
        byte[] attributes = body.toByteArray();
        ByteBuffer message = ByteBuffer.allocate(20 + attributes.length + 24);
        message.putShort((short) 1).putShort((short) (attributes.length + 24));
        message.putInt(0x2112A442).put(new byte[12]).put(attributes);
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.US_ASCII), "HmacSHA1"));
            mac.update(message.array(), 0, message.position());
            message.putShort((short) 8).putShort((short) 20).put(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
        return message.array();
    }

    private StunResult check(long nowNanos, CandidatePair from, IceCredentials to, int... flags) {
        return take(nowNanos, from, request(to.ufrag() + ":remo", to.password(), flags));
    }

    private StunResult take(long nowNanos, CandidatePair from, byte[] message) {
        StunPeek peek = new StunPeek();
        assertTrue(peek.wrap(Unpooled.wrappedBuffer(message), 0, message.length));
        return session.onRequest(nowNanos, peek, message, from);
    }

    @Test
    void aValidCheckAdmitsAndNominationSelects() {
        session.remoteUfrag(0, "remo");

        assertEquals(StunResult.ANSWERED, check(1, pair(5000), LOCAL));
        assertEquals(IceState.CHECKED, session.state());
        assertEquals(List.of(pair(5000)), sink.admitted);
        assertTrue(sink.selected.isEmpty());

        assertEquals(StunResult.ANSWERED, check(2, pair(5000), LOCAL, 0x0025));
        assertEquals(IceState.SELECTED, session.state());
        assertEquals(List.of(pair(5000)), sink.selected);
        assertEquals(2, sink.sent.size());
    }

    @Test
    void badChecksAreNotAnsweredAndChangeNothing() {
        session.remoteUfrag(0, "remo");

        assertEquals(
                StunResult.BAD_INTEGRITY,
                take(1, pair(1), request("locfrag1:remo", "wrong-password-wrong-password")));
        assertEquals(
                StunResult.BAD_USER, take(1, pair(1), request("locfrag1:else", LOCAL.password())));
        assertEquals(
                StunResult.UNKNOWN_USER,
                take(1, pair(1), request("nobody:remo", LOCAL.password())));
        assertTrue(sink.sent.isEmpty());
        assertTrue(sink.admitted.isEmpty());
        assertEquals(IceState.NEW, session.state());
    }

    @Test
    void ourRoleClaimedAndUnknownAttributesAreRefusedWithoutEffect() {
        session.remoteUfrag(0, "remo");

        assertEquals(StunResult.ANSWERED, check(1, pair(1), LOCAL, 0x8029));
        assertEquals(StunResult.ANSWERED, check(1, pair(1), LOCAL, 0x7001));

        assertEquals(0x0111, Unpooled.wrappedBuffer(sink.sent.get(0)).getUnsignedShort(0));
        assertEquals(0x0111, Unpooled.wrappedBuffer(sink.sent.get(1)).getUnsignedShort(0));
        assertTrue(sink.admitted.isEmpty());
    }

    @Test
    void anEarlyCheckWaitsForTheRemoteFragment() {
        assertEquals(StunResult.HELD, check(1, pair(1), LOCAL));
        assertTrue(sink.sent.isEmpty());

        session.remoteUfrag(SECOND, "remo");

        assertEquals(1, sink.sent.size());
        assertEquals(List.of(pair(1)), sink.admitted);
    }

    @Test
    void tooOldAnEarlyCheckIsForgotten() {
        assertEquals(StunResult.HELD, check(1, pair(1), LOCAL));

        session.remoteUfrag(3 * SECOND, "remo");

        assertTrue(sink.sent.isEmpty());
    }

    @Test
    void tenThousandSourcePortsLeaveEightAddressesAndNeverDropTheSelected() {
        session.remoteUfrag(0, "remo");
        check(0, pair(1), LOCAL, 0x0025);
        for (int i = 0; i < 10_000; i++) {
            long now = (i + 1) * SECOND / 40;
            session.onHeard(now, true);
            assertEquals(StunResult.ANSWERED, check(now, pair(2000 + i), LOCAL));
        }

        assertEquals(IceSession.MAX_ADDRESSES, session.addressCount());
        assertEquals(pair(1), session.selected());
        assertFalse(sink.forgotten.contains(pair(1)));
    }

    @Test
    void checksAreLimitedPerSession() {
        session.remoteUfrag(0, "remo");
        int answered = 0;
        for (int i = 0; i < 1000; i++) {
            answered += check(1, pair(1), LOCAL) == StunResult.ANSWERED ? 1 : 0;
        }

        assertEquals(100, answered);
    }

    @Test
    void rebindingWithoutNominationMovesAfterSilence() {
        session.remoteUfrag(0, "remo");
        check(0, pair(1), LOCAL, 0x0025);
        session.onHeard(SECOND, true);

        check(2 * SECOND, pair(2), LOCAL);
        assertEquals(pair(1), session.selected());

        check(4 * SECOND, pair(2), LOCAL);
        assertEquals(pair(2), session.selected());
    }

    @Test
    void silencePausesAndAnyAuthenticatedPacketResumes() {
        session.remoteUfrag(0, "remo");
        check(0, pair(1), LOCAL, 0x0025);

        session.onTimeout(4 * SECOND);
        assertTrue(sink.quiet.isEmpty());
        session.onTimeout(5 * SECOND);
        assertEquals(List.of(true), sink.quiet);

        session.onHeard(6 * SECOND, true);
        assertEquals(List.of(true, false), sink.quiet);
    }

    @Test
    void consentEndsThirtySecondsAfterTheLastCheckWhateverElseComes() {
        session.remoteUfrag(0, "remo");
        check(0, pair(1), LOCAL, 0x0025);
        for (long second = 1; second < 30; second++) {
            session.onHeard(second * SECOND, true);
            session.onTimeout(second * SECOND);
        }
        assertTrue(sink.expired.isEmpty());

        session.onTimeout(30 * SECOND);

        assertEquals(List.of(true), sink.expired);
        assertEquals(IceState.CLOSED, session.state());
        assertEquals(Long.MAX_VALUE, session.nextTimeout());
    }

    @Test
    void neverConnectedEndsThirtySecondsAfterCreation() {
        session.onTimeout(29 * SECOND);
        assertTrue(sink.expired.isEmpty());

        session.onTimeout(30 * SECOND);

        assertEquals(List.of(false), sink.expired);
    }

    @Test
    void restartKeepsTheOldGenerationUntilTheNewOneIsNominated() {
        session.remoteUfrag(0, "remo");
        check(0, pair(1), LOCAL, 0x0025);

        session.restart(NEXT);
        session.remoteUfrag(SECOND, "remo");
        assertEquals(StunResult.ANSWERED, check(SECOND, pair(1), LOCAL, 0x0025));
        assertEquals(LOCAL.ufrag(), session.previousUfrag());

        assertEquals(StunResult.ANSWERED, check(2 * SECOND, pair(2), NEXT, 0x0025));
        assertEquals(pair(2), session.selected());
        assertEquals(StunResult.ANSWERED, check(3 * SECOND, pair(1), LOCAL, 0x0025));
        assertEquals(pair(2), session.selected()); // the old generation cannot select

        session.onTimeout(13 * SECOND);
        assertNull(session.previousUfrag());
        assertEquals(StunResult.UNKNOWN_USER, check(13 * SECOND, pair(1), LOCAL));
    }

    @Test
    void closeForgetsEveryAddress() {
        session.remoteUfrag(0, "remo");
        check(0, pair(1), LOCAL, 0x0025);
        check(0, pair(2), LOCAL);

        session.close();

        assertEquals(2, sink.forgotten.size());
        assertEquals(StunResult.UNKNOWN_USER, check(1, pair(1), LOCAL));
    }

    @Test
    void candidatesAreWrittenWithTheirPriority() {
        Candidate candidate = Candidate.udp(OURS, 0);

        assertTrue(candidate.toSdp().endsWith(" 1 udp 2130706431 127.0.0.1 7882 typ host"));
    }
}
