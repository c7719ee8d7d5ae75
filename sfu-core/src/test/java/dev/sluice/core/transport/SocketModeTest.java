package dev.sluice.core.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.Counters;
import dev.sluice.rtp.ExtensionIds;
import dev.sluice.srtp.SrtpCiphers;
import dev.sluice.srtp.SrtpProvider;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every way of sending, through real sockets on loopback. */
class SocketModeTest {
    private static final OutgoingStream VIDEO =
            new OutgoingStream(1, new byte[0], ExtensionIds.NONE, false);

    @ParameterizedTest
    @CsvSource({
        "NATIVE, 127.0.0.1", "EPOLL, 127.0.0.1", "NIO, 127.0.0.1",
        "NATIVE, ::1", "EPOLL, ::1", "NIO, ::1"
    })
    void packetsArriveOneByOneAsTheyWereWritten(SocketMode mode, String address) throws Exception {
        InetAddress loopback = InetAddress.ofLiteral(address);
        IoHandlerFactory io =
                mode == SocketMode.NIO ? NioIoHandler.newFactory() : EpollIoHandler.newFactory();
        MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, io);
        Counters counters = new Counters();
        UdpEndpoint endpoint =
                new UdpEndpoint(
                        new InetSocketAddress(loopback, 0),
                        mode.resolve(),
                        new SealGate(new SrtpCiphers(SrtpProvider.SUN_JCE)),
                        counters,
                        UnpooledByteBufAllocator.DEFAULT);
        try (DatagramSocket receiver = new DatagramSocket(0, loopback)) {
            receiver.setSoTimeout(5_000);
            endpoint.open(group.next(), new Nobody(), UnpooledByteBufAllocator.DEFAULT);
            InetSocketAddress to = (InetSocketAddress) receiver.getLocalSocketAddress();
            int[] lengths = {1200, 1200, 1200, 1200, 800, 1100, 1100, 3};
            group.next()
                    .submit(() -> sendAll(endpoint, new SendPath(endpoint, to), lengths))
                    .syncUninterruptibly();

            for (int i = 0; i < lengths.length; i++) {
                assertArrayEquals(packet(i, lengths[i]), receive(receiver), "packet " + i);
            }
            assertEquals(mode == SocketMode.NATIVE ? 2 : 0, counters.get(Counter.RUNS_OUT));
        } finally {
            endpoint.close();
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private static void sendAll(UdpEndpoint endpoint, SendPath path, int[] lengths) {
        for (int i = 0; i < lengths.length; i++) {
            int at = endpoint.queue().claim(0, false);
            endpoint.queue().buffer().setBytes(at, packet(i, lengths[i]));
            endpoint.queue().push(lengths[i], path, VIDEO);
        }
        endpoint.flush(0);
    }

    private static byte[] packet(int number, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) (number + 1));
        return bytes;
    }

    private static byte[] receive(DatagramSocket receiver) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
        receiver.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    private static final class Nobody implements UdpEndpoint.Receiver {
        @Override
        public void onDatagram(UdpEndpoint endpoint, InetSocketAddress from, ByteBuf datagram) {}

        @Override
        public void onBurstEnd(UdpEndpoint endpoint) {}

        @Override
        public void onFlushAgain() {}
    }
}
