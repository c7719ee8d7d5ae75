package dev.sluice.benchmarks.trust.hostile;

import dev.sluice.benchmarks.trust.lab.Noise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** The hostile program: sends noise at a rate, for a time, and says how much it was. */
public final class Attack {
    private static final int PREPARED = 4096;
    private static final long STEP_NANOS = 1_000_000L;

    private Attack() {}

    /**
     * @param words kinds of noise joined by commas, address, port, packets a second, seconds,
     *     source ports, user name fragment of a live session or -
     */
    public static void main(String[] words) throws IOException {
        List<Noise> kinds = Arrays.stream(words[0].split(",", -1)).map(Noise::valueOf).toList();
        InetSocketAddress server =
                new InetSocketAddress(InetAddress.ofLiteral(words[1]), Integer.parseInt(words[2]));
        int rate = Integer.parseInt(words[3]);
        int seconds = Integer.parseInt(words[4]);
        String ufrag = words[6].equals("-") ? "" : words[6];
        SplittableRandom random = new SplittableRandom(1);
        List<ByteBuffer> prepared = new ArrayList<>();
        for (int i = 0; i < PREPARED; i++) {
            byte[] bytes = kinds.get(i % kinds.size()).datagram(random, ufrag);
            prepared.add(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
        }
        List<DatagramChannel> sockets = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(words[5]); i++) {
            DatagramChannel socket = DatagramChannel.open();
            socket.connect(server);
            sockets.add(socket);
        }
        System.out.println("sent " + send(prepared, sockets, rate, seconds));
    }

    private static long send(
            List<ByteBuffer> prepared, List<DatagramChannel> sockets, int rate, int seconds) {
        long began = System.nanoTime();
        long sent = 0;
        while (true) {
            long passed = System.nanoTime() - began;
            if (passed > seconds * 1_000_000_000L) {
                return sent;
            }
            for (long due = passed * rate / 1_000_000_000L; sent < due; sent++) {
                ByteBuffer datagram = prepared.get((int) (sent % PREPARED));
                try {
                    sockets.get((int) (sent % sockets.size())).write(datagram.rewind());
                } catch (IOException e) {
                    // the port answers that nobody is there: go on
                }
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
    }
}
