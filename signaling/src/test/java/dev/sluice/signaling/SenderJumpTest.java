package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A sender's sequence numbers jump, further than packets are lost in a row (RFC 3550 appendix A.1:
 * 3,000): receivers see none of it.
 */
class SenderJumpTest {
    private static final long SSRC = 0x1234_5678L;
    private static final int EACH = 40;

    private static void send(ScriptedClient ada, long first) throws InterruptedException {
        for (int i = 0; i < EACH; i++) {
            ada.publisher().sendRtp(SSRC, first + i, 111, new byte[80]);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private static List<Integer> numbers(ScriptedClient bob) {
        List<Integer> numbers = new ArrayList<>();
        for (byte[] packet : bob.subscriber().packets()) {
            numbers.add(ByteBuffer.wrap(packet).getShort(2) & 0xFFFF);
        }
        return numbers;
    }

    @ParameterizedTest
    @ValueSource(longs = {4_000, 9_000, 30_000})
    void numbersThatJumpAheadGoOnWithoutAGap(long ahead) throws InterruptedException {
        try (TestServer server = TestServer.start();
                ScriptedClient ada = new ScriptedClient(server, "jump", "ada");
                ScriptedClient bob = new ScriptedClient(server, "jump", "bob")) {
            ada.publish();
            bob.subscribe();
            send(ada, 60_000); // and over the edge of 16 bits
            send(ada, 60_000 + EACH + ahead);

            List<Integer> numbers = numbers(bob);
            assertTrue(numbers.size() > 2 * EACH - 15, numbers.size() + " of " + 2 * EACH);
            for (int i = 1; i < numbers.size(); i++) {
                assertEquals((numbers.get(i - 1) + 1) & 0xFFFF, numbers.get(i), numbers.toString());
            }
        }
    }
}
