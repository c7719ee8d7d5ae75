package dev.sluice.benchmarks.trust.hostile;

import dev.sluice.benchmarks.load.WhipClient;
import dev.sluice.signaling.client.Answer;
import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.client.IceChecks;
import dev.sluice.signaling.client.SyntheticPublisher;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/**
 * Somebody with a right to be here, whose address passed a check, and who can send anything now.
 */
final class CheckedSocket implements AutoCloseable {
    private static final int MTU = 1500;
    private static final int PATIENCE_MILLIS = 2_000;

    private final DatagramChannel channel;

    private CheckedSocket(DatagramChannel channel) {
        this.channel = channel;
    }

    /**
     * Begins a session and has an address checked.
     *
     * @param loop for what is never sent
     * @param path of WHIP
     * @param from which address
     */
    static CheckedSocket open(WhipClient http, ClientLoop loop, String path, InetAddress from)
            throws IOException {
        SyntheticPublisher peer = new SyntheticPublisher(loop, -1, 10, 0);
        Answer answer = http.post(path, peer.offer(true, 1, 0, 10));
        peer.close();
        DatagramChannel channel = DatagramChannel.open();
        channel.bind(new InetSocketAddress(from, 0));
        channel.connect(answer.address());
        CheckedSocket socket = new CheckedSocket(channel);
        socket.send(IceChecks.nominating(answer.ufrag(), answer.password(), peer.ufrag()));
        socket.awaitAnswer();
        return socket;
    }

    private void awaitAnswer() throws IOException {
        channel.socket().setSoTimeout(PATIENCE_MILLIS);
        try {
            channel.socket().receive(new DatagramPacket(new byte[MTU], MTU));
        } catch (SocketTimeoutException e) {
            throw new IllegalStateException("the check was not answered", e);
        }
    }

    void send(byte[] datagram) throws IOException {
        channel.write(ByteBuffer.wrap(datagram));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
