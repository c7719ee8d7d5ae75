package dev.sluice.signaling;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.Semaphore;

/** Lets a peer that speaks UDP reach a server by TCP (RFC 4571 framing). */
final class TcpTunnel implements AutoCloseable {
    private static final int SMALL_BUFFER = 16 * 1024;

    private final DatagramSocket datagrams;
    private final Socket stream = new Socket();
    private final Semaphore reading = new Semaphore(1);
    private volatile InetSocketAddress client = InetSocketAddress.createUnresolved("", 0);

    TcpTunnel(int port) {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        try {
            datagrams = new DatagramSocket(new InetSocketAddress(loopback, 0));
            stream.setReceiveBufferSize(SMALL_BUFFER); // a stalled one is felt soon
            stream.connect(new InetSocketAddress(loopback, port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::up);
        Thread.ofVirtual().start(this::down);
    }

    /**
     * @return where the peer is to send what the server should get
     */
    InetSocketAddress address() {
        return (InetSocketAddress) datagrams.getLocalSocketAddress();
    }

    /**
     * @return the server's port
     */
    int port() {
        return stream.getPort();
    }

    /** Stops taking what the server sends. */
    void stall() {
        reading.acquireUninterruptibly();
    }

    void goOn() {
        reading.release();
    }

    private void up() {
        byte[] buffer = new byte[2048];
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        try {
            DataOutputStream out = new DataOutputStream(stream.getOutputStream());
            while (true) {
                packet.setLength(buffer.length);
                datagrams.receive(packet);
                client = (InetSocketAddress) packet.getSocketAddress();
                byte[] framed = new byte[packet.getLength() + 2];
                framed[0] = (byte) (packet.getLength() >>> 8);
                framed[1] = (byte) packet.getLength();
                System.arraycopy(buffer, 0, framed, 2, packet.getLength());
                int half = framed.length / 2; // as networks may cut it
                out.write(framed, 0, half);
                out.flush();
                out.write(Arrays.copyOfRange(framed, half, framed.length));
                out.flush();
            }
        } catch (IOException e) {
            close();
        }
    }

    private void down() {
        try {
            DataInputStream in = new DataInputStream(stream.getInputStream());
            while (true) {
                reading.acquireUninterruptibly();
                reading.release();
                byte[] packet = in.readNBytes(in.readUnsignedShort());
                datagrams.send(new DatagramPacket(packet, packet.length, client));
            }
        } catch (IOException e) {
            close();
        }
    }

    /**
     * @return whether the server still has the connection open
     */
    boolean isOpen() {
        return !datagrams.isClosed();
    }

    @Override
    public void close() {
        datagrams.close();
        try {
            stream.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
