package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** RTCP says things about others, and about oneself that others need not know. */
class ForeignReportsTest {
    /** What all {@link ScriptedClient}s publish with. */
    private static final int SSRC = 0x1234_5678;

    private static final String NAME = "ada-at-her-home-machine";

    /** A sender report and a CNAME (RFC 3550 §6.4.1, §6.5). */
    private static byte[] report(int packets) {
        byte[] name = NAME.getBytes(StandardCharsets.US_ASCII);
        int chunk = (4 + 2 + name.length + 1 + 3) & ~3;
        ByteBuffer compound = ByteBuffer.allocate(28 + 4 + chunk);
        compound.putInt(0x80C80006).putInt(SSRC).putLong(0xE000_0000_0000_0000L);
        compound.putInt(960 * packets).putInt(packets).putInt(80 * packets);
        compound.putInt(0x81CA0000 | chunk / 4).putInt(SSRC);
        compound.put((byte) 1).put((byte) name.length).put(name);
        return compound.array();
    }

    /** An empty receiver report, then goodbye to a stream (§6.6). */
    private static byte[] goodbye(int ssrc) {
        return ByteBuffer.allocate(16)
                .putInt(0x80C90001)
                .putInt(7)
                .putInt(0x81CB0001)
                .putInt(ssrc)
                .array();
    }

    @Test
    void namesOfSendersStayWithTheServer() throws InterruptedException {
        try (TestServer server = TestServer.start();
                ScriptedClient ada = new ScriptedClient(server, "names", "ada");
                ScriptedClient bob = new ScriptedClient(server, "names", "bob")) {
            ada.publish();
            bob.subscribe();
            for (int i = 0; i < 300 && bob.subscriber().reports().size() < 3; i++) {
                ada.sendAudio();
                if (i % 25 == 0) {
                    ada.publisher().sendRtcp(report(i + 1));
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }

            assertTrue(bob.subscriber().reports().size() >= 3, "the server reports");
            for (byte[] report : bob.subscriber().reports()) {
                String text = new String(report, StandardCharsets.ISO_8859_1);
                assertFalse(text.contains(NAME.substring(0, 8)), "somebody else's name");
            }
        }
    }

    @Test
    void nobodySaysGoodbyeForSomebodyElse() throws InterruptedException {
        try (TestServer server = TestServer.start();
                ScriptedClient ada = new ScriptedClient(server, "goodbye", "ada");
                ScriptedClient eve = new ScriptedClient(server, "goodbye", "eve");
                ScriptedClient bob = new ScriptedClient(server, "goodbye", "bob")) {
            ada.publish();
            eve.publish();
            bob.subscribe();
            for (int i = 0; i < 20; i++) {
                ada.sendAudio();
                eve.publisher().sendRtcp(goodbye(SSRC)); // and eve's own has that number, too
                eve.subscriber().sendRtcp(goodbye(SSRC));
                TimeUnit.MILLISECONDS.sleep(10);
            }
            int before = bob.subscriber().received();
            for (int i = 0; i < 50; i++) {
                ada.sendAudio();
                TimeUnit.MILLISECONDS.sleep(10);
            }

            assertTrue(bob.subscriber().received() - before > 40, "ada is still heard");
        }
    }
}
