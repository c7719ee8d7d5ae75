package dev.sluice.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveHandshakesTest {
    private static final InetAddress ONE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.2");

    private final LiveHandshakes handshakes = new LiveHandshakes(100);

    @Test
    void oneSourceCannotTakeThemAll() {
        for (int i = 0; i < 64; i++) {
            assertTrue(handshakes.begin(ONE));
        }
        assertFalse(handshakes.begin(ONE));
        assertTrue(handshakes.begin(OTHER), "others begin theirs");

        handshakes.end(ONE);
        assertTrue(handshakes.begin(ONE));
        assertFalse(handshakes.begin(ONE));
    }

    @Test
    void oneNetworkOfIpv6IsOneSource() {
        for (int i = 0; i < 64; i++) {
            assertTrue(handshakes.begin(InetAddress.ofLiteral("2001:db8::" + (i + 1))));
        }
        assertFalse(handshakes.begin(InetAddress.ofLiteral("2001:db8::ffff")));
        assertTrue(handshakes.begin(InetAddress.ofLiteral("2001:db8:0:1::1")));
    }

    @Test
    void theyAreBoundedInAllAndLeaveNothing() {
        List<InetAddress> begun = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            InetAddress source = InetAddress.ofLiteral("198.51.100." + i);
            assertTrue(handshakes.begin(source));
            begun.add(source);
        }
        assertFalse(handshakes.begin(ONE));
        assertEquals(100, handshakes.sources(), "who is refused is not remembered");

        begun.forEach(handshakes::end);
        assertEquals(0, handshakes.sources());
        assertTrue(handshakes.begin(ONE));
    }
}
