package dev.sluice.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.sluice.core.stats.Counters;
import dev.sluice.srtp.SrtpCiphers;
import dev.sluice.srtp.SrtpProvider;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReturnPathTest {
    private final UdpEndpoint socket =
            new UdpEndpoint(
                    address(7882),
                    SocketMode.NIO,
                    new SealGate(new SrtpCiphers(SrtpProvider.SUN_JCE)),
                    new Counters(),
                    UnpooledByteBufAllocator.DEFAULT);
    private final ReturnPath path = new ReturnPath();

    @AfterEach
    void close() {
        socket.close();
    }

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    private InetSocketAddress take(int bytes) {
        SendPath taken = path.take(bytes);
        assertNotNull(taken);
        return taken.to();
    }

    @Test
    void anUnprovenAddressGetsThreeTimesWhatCameFromIt() {
        path.onMoved(socket, address(1));
        assertNull(path.take(100));
        path.onReceived(address(1), 100);
        path.onReceived(address(2), 10_000);

        assertEquals(address(1), take(200));
        assertEquals(address(1), take(100));
        assertNull(path.take(1));
    }

    @Test
    void aProvenAddressGetsEverything() {
        path.onMoved(socket, address(1));
        path.onProven(address(1));

        assertEquals(address(1), take(1_000_000));
    }

    @Test
    void whileTheNewAddressIsUnprovenTheProvenOneGoesOn() {
        path.onMoved(socket, address(1));
        path.onProven(address(1));
        path.onMoved(socket, address(2));
        assertEquals(address(1), take(1200));

        path.onProven(address(2));

        assertEquals(address(2), take(1200));
    }

    @Test
    void movingBackToTheProvenAddressNeedsNoNewProof() {
        path.onMoved(socket, address(1));
        path.onProven(address(1));
        path.onMoved(socket, address(2));
        path.onMoved(socket, address(1));

        assertEquals(address(1), take(1_000_000));
    }

    @Test
    void aHandshakeFinishedElsewhereThanWhereTheClientNominatedStillProves() {
        // the client checks two pairs, shakes hands on one and nominates the other meanwhile
        path.onMoved(socket, address(1));
        path.onMoved(socket, address(2));

        path.onProven(socket, address(1));

        assertEquals(address(1), take(1200));
        path.onProven(address(2));
        assertEquals(address(2), take(1200));
    }
}
