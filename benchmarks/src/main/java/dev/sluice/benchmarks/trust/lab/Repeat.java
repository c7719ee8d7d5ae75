package dev.sluice.benchmarks.trust.lab;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/** Sends one datagram again and again. */
public final class Repeat {
    private static final long EVERY_MILLIS = 30;

    private Repeat() {}

    /**
     * @param words address, port, how often, the datagram in hexadecimal digits
     */
    public static void main(String[] words) throws IOException, InterruptedException {
        byte[] bytes = HexFormat.of().parseHex(words[3]);
        InetAddress to = InetAddress.ofLiteral(words[0]);
        DatagramPacket packet =
                new DatagramPacket(bytes, bytes.length, to, Integer.parseInt(words[1]));
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int i = 0; i < Integer.parseInt(words[2]); i++) {
                socket.send(packet);
                TimeUnit.MILLISECONDS.sleep(EVERY_MILLIS);
            }
        }
    }
}
