package dev.sluice.ice.stun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.ice.CandidatePair;
import dev.sluice.ice.IceCredentials;
import dev.sluice.ice.IceSession;
import dev.sluice.ice.IceSink;
import dev.sluice.ice.TransportProtocol;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.ice4j.message.Message;

/** Checks of whoever sends some. */
class StunFuzzTest {
    private static final byte[] PASSWORD =
            "a-password-of-32-characters-long".getBytes(StandardCharsets.US_ASCII);

    private final StunCodec codec = new StunCodec();
    private final InetSocketAddress from =
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 4000);

    /** Beside ice4j: what we let pass it can read, or refuses without harm. */
    @FuzzTest(maxDuration = "10m")
    void anyMessage(byte[] bytes) {
        StunPeek peek = new StunPeek();
        boolean plausible = peek.wrap(Unpooled.wrappedBuffer(bytes), 0, bytes.length);
        if (plausible) {
            assertTrue(peek.username().length() <= bytes.length);
            assertTrue(peek.username().startsWith(peek.localUfrag()));
            assertTrue(peek.type() >= 0 && peek.type() < 0x4000);
        }
        // nobody can know the password
        assertNull(codec.authenticate(bytes, from, peek.username(), PASSWORD));
        try {
            Message message = Message.decode(bytes, (char) 0, (char) bytes.length);
            assertTrue(!plausible || message.getMessageType() == peek.type());
        } catch (Exception e) { // ice4j's way to refuse
            assertTrue(true);
        }
    }

    /** A session in the middle of its life hears anything, and only time ends it. */
    @FuzzTest(maxDuration = "10m")
    void anySequence(FuzzedDataProvider data) {
        String password = new String(PASSWORD, StandardCharsets.US_ASCII);
        IceCredentials local = new IceCredentials("ufragufr", password);
        Sink sink = new Sink();
        IceSession session = new IceSession(0, local, codec, sink);
        session.remoteUfrag(0, "them");
        StunPeek peek = new StunPeek();
        long nowNanos = 0;
        for (int i = 0; i < 100 && data.remainingBytes() > 0; i++) {
            nowNanos += data.consumeLong(0, 1_000_000_000L);
            byte[] bytes = data.consumeBytes(data.consumeInt(0, 150));
            if (peek.wrap(Unpooled.wrappedBuffer(bytes), 0, bytes.length)) {
                session.onRequest(
                        nowNanos,
                        peek,
                        bytes,
                        new CandidatePair(TransportProtocol.UDP, from, from));
            }
        }
        assertEquals(0, sink.sent, "no answer to who does not know the password");
    }

    private static final class Sink implements IceSink {
        int sent;

        @Override
        public void onSend(CandidatePair via, byte[] message) {
            sent++;
        }

        @Override
        public void onAdmitted(CandidatePair pair) {
            sent++;
        }

        @Override
        public void onForgotten(CandidatePair pair) {}

        @Override
        public void onSelected(CandidatePair pair) {
            sent++;
        }

        @Override
        public void onQuiet(boolean quiet) {}

        @Override
        public void onExpired(boolean connectedOnce) {}
    }
}
