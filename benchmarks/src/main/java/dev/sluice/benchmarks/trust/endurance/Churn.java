package dev.sluice.benchmarks.trust.endurance;

import dev.sluice.benchmarks.load.Latencies;
import dev.sluice.benchmarks.load.RoomMember;
import dev.sluice.benchmarks.load.ViewingPeer;
import dev.sluice.benchmarks.load.WhipClient;
import dev.sluice.benchmarks.trust.lab.Members;
import dev.sluice.benchmarks.trust.lab.Noise;
import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.client.SyntheticPublisher;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * People who come and go in every way there is: politely, without a word, with sockets that break
 * and come back, from new ports, over networks that lose much; and a stranger who sends nonsense.
 * Runs on a thread of its own until it is closed.
 */
final class Churn implements AutoCloseable {
    private static final int MEMBERS = 6;
    private static final int VIEWERS = 5;
    private static final int STEP_MILLIS = 250;
    private static final int NOISE_A_STEP = 25;
    private static final int BITRATE = 900_000;
    private static final long JOIN_SECONDS = 10;
    private static final double LOSS = 0.05;
    private static final double BAD_LOSS = 0.3;
    private static final List<Noise> NOISES = List.of(Noise.values());

    private final SplittableRandom random;
    private final ClientLoop sending = new ClientLoop("churn-send");
    private final ClientLoop receiving = new ClientLoop("churn-receive");
    private final Latencies nobodyLooks = new Latencies();
    private final WhipClient http;
    private final Members people;
    private final List<RoomMember> members = new ArrayList<>();
    private final List<ViewingPeer> viewers = new ArrayList<>();
    private final AtomicLong joins = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final Map<String, Integer> causes = new ConcurrentHashMap<>();
    private final AtomicLong resumes = new AtomicLong();
    private final AtomicLong rebindings = new AtomicLong();
    private final Thread thread;
    private SyntheticPublisher camera;
    private int names;
    private volatile boolean ended;

    Churn(String url, EventLoopGroup sockets, long seed) {
        people = new Members(sockets, receiving, url);
        random = new SplittableRandom(seed);
        http = new WhipClient(url);
        camera = publish();
        thread = Thread.ofPlatform().daemon().name("churn").start(this::run);
    }

    private void run() {
        try (DatagramChannel stranger = DatagramChannel.open()) {
            InetSocketAddress server = camera.remote();
            while (!ended) {
                step();
                for (int i = 0; i < NOISE_A_STEP; i++) {
                    byte[] datagram =
                            NOISES.get(random.nextInt(NOISES.size())).datagram(random, "");
                    stranger.send(ByteBuffer.wrap(datagram), server);
                    if (i == 0) {
                        camera.sendRaw(datagram); // and from an address that is known
                    }
                }
                TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
            }
        } catch (IOException | InterruptedException e) {
            failures.incrementAndGet();
        }
    }

    private void step() {
        try {
            int dice = random.nextInt(100);
            if (dice < 25 && members.size() < MEMBERS) {
                members.add(join());
            } else if (dice < 45 && !members.isEmpty()) {
                RoomMember member = members.remove(random.nextInt(members.size()));
                if (random.nextInt(3) == 0) {
                    member.vanish();
                } else {
                    member.leave();
                }
            } else if (dice < 55 && !members.isEmpty()) {
                RoomMember member = members.get(random.nextInt(members.size()));
                member.cut();
                member.resume().orTimeout(JOIN_SECONDS, TimeUnit.SECONDS).join();
                resumes.incrementAndGet();
            } else {
                stepOfVideo(dice);
            }
        } catch (RuntimeException e) {
            failures.incrementAndGet();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            causes.merge(cause.toString(), 1, Integer::sum);
        }
    }

    private void stepOfVideo(int dice) {
        if (dice < 70) {
            changeViewers();
        } else if (dice < 90 && !viewers.isEmpty()) {
            disturb(viewers.get(random.nextInt(viewers.size())));
        } else if (dice == 99) {
            camera.close();
            camera = publish();
        }
    }

    private RoomMember join() {
        RoomMember member = people.make("churn", names++, (_, _, _) -> {});
        member.join().orTimeout(JOIN_SECONDS, TimeUnit.SECONDS).join();
        if (random.nextBoolean()) {
            member.publish().orTimeout(JOIN_SECONDS, TimeUnit.SECONDS).join();
        }
        joins.incrementAndGet();
        return member;
    }

    private void changeViewers() {
        if (viewers.size() == VIEWERS) {
            viewers.remove(random.nextInt(viewers.size())).close();
            return;
        }
        ViewingPeer viewer = new ViewingPeer(receiving, nobodyLooks, true).repairing();
        viewer.lose(random.nextBoolean() ? LOSS : 0);
        String offer = viewer.offer(false, 1, 1, 0);
        viewer.connect(http.post("/dev/whep/video/camera", offer))
                .orTimeout(JOIN_SECONDS, TimeUnit.SECONDS)
                .join();
        viewers.add(viewer);
        joins.incrementAndGet();
    }

    private void disturb(ViewingPeer viewer) {
        switch (random.nextInt(3)) {
            case 0 -> viewer.lose(BAD_LOSS);
            case 1 -> viewer.lose(0);
            default -> {
                viewer.rebind();
                rebindings.incrementAndGet();
            }
        }
    }

    private SyntheticPublisher publish() {
        SyntheticPublisher peer = new SyntheticPublisher(sending, BITRATE, 500_000, 0, true);
        peer.connect(http.post("/dev/whip/video/camera", peer.offer(true, 1, 1, 500_000, true)))
                .orTimeout(JOIN_SECONDS, TimeUnit.SECONDS)
                .join();
        joins.incrementAndGet();
        return peer;
    }

    /**
     * @return what happened so far, in words
     */
    String report() {
        return joins
                + " joins, "
                + resumes
                + " broken sockets resumed, "
                + rebindings
                + " new ports, "
                + failures
                + " attempts that failed "
                + causes;
    }

    /** Everybody leaves, most of them without a word. */
    @Override
    public void close() {
        ended = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(2 * JOIN_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        members.forEach(RoomMember::leave);
        viewers.forEach(ViewingPeer::close);
        camera.close();
        sending.close();
        receiving.close();
    }
}
