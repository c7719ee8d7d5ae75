package dev.sluice.core;

import dev.sluice.core.load.BufferMemory;
import dev.sluice.core.load.LoadLevel;
import dev.sluice.core.room.RoomEvents;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.DropReason;
import dev.sluice.core.transport.LiveHandshakes;
import dev.sluice.core.transport.TcpListener;
import dev.sluice.core.transport.UdpEndpoint;
import dev.sluice.dtls.Certificate;
import dev.sluice.dtls.DtlsIdentity;
import dev.sluice.dtls.DtlsSettings;
import dev.sluice.dtls.DtlsWarmUp;
import dev.sluice.ice.Candidate;
import dev.sluice.ice.stun.StunCodec;
import dev.sluice.srtp.SrtpProviders;
import io.netty.buffer.PooledByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A selective forwarding unit: starts and stops workers, places rooms on them.
 *
 * <pre>{@code
 * try (Sfu sfu = Sfu.start(SfuConfig.onAnyPort(InetAddress.getLoopbackAddress()))) {
 *     RoomHandle room = sfu.openRoom(events);
 *     PeerHandle peer = room.createPeer("alice", peerEvents).join();
 * }
 * }</pre>
 */
public final class Sfu implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sfu.class);

    /** From so busy on, others are asked first. */
    private static final double HOT = 0.7;

    /** What ends on one worker is passed on to another fewer times. */
    private static final int ANSWERS = 4;

    private final SfuConfig config;
    private final SecureRandom random = new SecureRandom();
    private final PooledByteBufAllocator allocator;
    private final List<Worker> workers = new ArrayList<>();
    private final List<TcpListener> listeners = new ArrayList<>();
    private final AtomicInteger relayKeys = new AtomicInteger();
    private final Set<RoomHandle> rooms = ConcurrentHashMap.newKeySet();
    private @Nullable Watchdog watchdog;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Sfu(SfuConfig config) {
        this.config = config;
        // no thread caches: the number of live buffers is exact, and media memory is reused anyway
        this.allocator = new PooledByteBufAllocator(true, 1, 1, 8192, 8, 0, 0, false);
    }

    /**
     * Binds all ports and starts the workers.
     *
     * @throws IllegalStateException when a port cannot be bound; the message names it
     */
    public static Sfu start(SfuConfig config) {
        SrtpProviders.Choice ciphers = SrtpProviders.choose(config.srtpProvider());
        ciphers.warnings().forEach(warning -> LOG.warn("srtp: {}", warning));
        LOG.info("srtp: {}", ciphers.description());
        Sfu sfu = start(config, ciphers);
        String sockets = config.sockets().resolve().description();
        for (int i = 0; i < sfu.workers.size(); i++) {
            LOG.info("udp: worker {} on {}: {}", i, locals(sfu.workers.get(i)), sockets);
        }
        sfu.listeners.forEach(listener -> LOG.info("tcp: {} for all workers", listener.local()));
        return sfu;
    }

    /** The same without a word in the log: a unit that warms the JVM up beside the real one. */
    public static Sfu warming(SfuConfig config) {
        return start(config, SrtpProviders.choose(config.srtpProvider()));
    }

    private static Sfu start(SfuConfig config, SrtpProviders.Choice ciphers) {
        Sfu sfu = new Sfu(config);
        Worker.Plan plan = new Worker.Plan(ciphers.provider(), config.sockets().resolve());
        DtlsIdentity dtls = sfu.identity();
        new StunCodec().warmUp();
        LiveHandshakes handshakes = new LiveHandshakes(config.maxHandshakes());
        for (int i = 0; i < config.workers(); i++) {
            Worker worker = new Worker(i, config, dtls, handshakes, plan, sfu.allocator);
            sfu.workers.add(worker);
            sfu.open(worker, i);
        }
        if (config.tcpPort() != SfuConfig.NO_TCP) {
            sfu.listen(plan);
        }
        sfu.watchdog = new Watchdog(sfu.workers);
        return sfu;
    }

    private DtlsIdentity identity() {
        InstantSource wallClock = InstantSource.system();
        Certificate certificate = Certificate.create(wallClock.instant(), random);
        DtlsSettings first = new DtlsSettings(random, certificate, config.srtpProfiles());
        DtlsWarmUp.start(first);
        return new DtlsIdentity(first, random, wallClock, Thread.ofVirtual()::start);
    }

    private void open(Worker worker, int index) {
        try {
            worker.open();
        } catch (Exception e) { // Netty throws what the socket threw, undeclared
            close();
            throw new IllegalStateException(
                    "cannot listen on UDP port "
                            + (config.udpPort() == 0 ? "0" : config.udpPort() + index)
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** Accepts TCP on the first worker's loop, for all. */
    private void listen(Worker.Plan plan) {
        Worker first = workers.get(0);
        for (InetAddress address : config.bind()) {
            TcpListener listener =
                    new TcpListener(
                            first.group(),
                            plan.sockets(),
                            workers.stream().map(Worker::tcp).toList(),
                            first.counters(),
                            allocator);
            try {
                listener.bind(new InetSocketAddress(address, config.tcpPort()));
                listeners.add(listener);
            } catch (Exception e) { // Netty throws what the socket threw, undeclared
                close();
                throw new IllegalStateException(
                        "cannot listen on TCP port " + config.tcpPort() + ": " + e.getMessage(), e);
            }
        }
    }

    private static List<InetSocketAddress> locals(Worker worker) {
        return worker.endpoints().stream().map(UdpEndpoint::local).toList();
    }

    /**
     * Opens a room on the worker that has the fewest peers, then the fewest rooms; one that is hot
     * or stands still comes last.
     */
    public RoomHandle openRoom(RoomEvents events) {
        return openRoom(leastLoaded(), events);
    }

    /** Opens a room on a worker of the caller's choice, such as for a test of that worker. */
    public RoomHandle openRoom(int worker, RoomEvents events) {
        return openRoom(workers.get(worker), events);
    }

    private RoomHandle openRoom(Worker worker, RoomEvents events) {
        RoomHandle room = new RoomHandle(this, worker, events);
        rooms.add(room);
        return room;
    }

    private static boolean isHot(Worker worker) {
        return worker.load().load() >= HOT || worker.isStalled();
    }

    private Worker leastLoaded() {
        Worker least = workers.get(0);
        long fewest = Long.MAX_VALUE;
        for (Worker worker : workers) {
            long count = rooms.stream().filter(room -> room.worker() == worker).count();
            long heat = worker.isStalled() ? 2 : isHot(worker) ? 1 : 0;
            long load = (heat << 60) + (worker.peerCount() << 32) + count;
            if (load < fewest) {
                fewest = load;
                least = worker;
            }
        }
        return least;
    }

    /**
     * Where a further subscriber of a room goes: home, as long as that worker is neither full nor
     * hot. Small rooms never cross a thread.
     */
    Worker placeSubscriber(Worker home) {
        boolean hot = isHot(home);
        if (home.peerCount() < config.peersBeforeOverflow() && !hot) {
            return home;
        }
        Worker least = leastLoaded();
        boolean cooler = hot && !isHot(least);
        return cooler || (!hot && least.peerCount() < home.peerCount()) ? least : home;
    }

    /**
     * @return a number for a track on its way between workers, never the same twice
     */
    int nextRelayKey() {
        return relayKeys.incrementAndGet();
    }

    void onRoomClosed(RoomHandle room) {
        rooms.remove(room);
    }

    SecureRandom random() {
        return random;
    }

    /** Candidates of a worker: over UDP, then over TCP; advertised addresses before its own. */
    List<Candidate> candidates(Worker worker) {
        List<Candidate> candidates = new ArrayList<>();
        for (InetSocketAddress address : reachable(locals(worker))) {
            candidates.add(Candidate.udp(address, candidates.size()));
        }
        List<InetSocketAddress> accepting = listeners.stream().map(TcpListener::local).toList();
        for (InetSocketAddress address : reachable(accepting)) {
            candidates.add(Candidate.tcp(address, candidates.size()));
        }
        return candidates;
    }

    /** Advertised addresses with the first socket's port, then the sockets themselves. */
    private List<InetSocketAddress> reachable(List<InetSocketAddress> locals) {
        List<InetSocketAddress> all = new ArrayList<>();
        for (InetAddress address : locals.isEmpty() ? List.<InetAddress>of() : config.advertise()) {
            all.add(new InetSocketAddress(address, locals.get(0).getPort()));
        }
        all.addAll(locals);
        return all;
    }

    /**
     * @return a counter summed over all workers
     */
    public long count(Counter counter) {
        return workers.stream().mapToLong(worker -> worker.counters().get(counter)).sum();
    }

    /**
     * @return a counter of one worker
     */
    public long count(int worker, Counter counter) {
        return workers.get(worker).counters().get(counter);
    }

    /**
     * @return the addresses that a worker's sockets are bound to
     */
    public List<InetSocketAddress> addresses(int worker) {
        return locals(workers.get(worker));
    }

    /**
     * @return how many workers there are
     */
    public int workerCount() {
        return config.workers();
    }

    /**
     * @return peers on one worker
     */
    public long peerCount(int worker) {
        return workers.get(worker).peerCount();
    }

    /**
     * @return a drop reason summed over all workers
     */
    public long count(DropReason reason) {
        return workers.stream().mapToLong(worker -> worker.counters().get(reason)).sum();
    }

    /**
     * @return whether every worker's loop turned within the last {@code millis}
     */
    public boolean isResponsive(long millis) {
        return workers.stream().allMatch(worker -> worker.isResponsive(millis));
    }

    /**
     * @return how busy a worker is, 0 to 1
     */
    public double load(int worker) {
        return workers.get(worker).load().load();
    }

    /**
     * @return the share of time by which a worker's ticks are late, 0 to 1
     */
    public double lag(int worker) {
        return workers.get(worker).load().lag();
    }

    /**
     * @return what a worker with too much to do no longer does
     */
    public LoadLevel level(int worker) {
        return workers.get(worker).load().level();
    }

    /**
     * @return whether a worker's loop stands still
     */
    public boolean isStalled(int worker) {
        return workers.get(worker).isStalled();
    }

    /**
     * @return how often a worker's loop stood still for two seconds
     */
    public long stallCount(int worker) {
        return workers.get(worker).load().stallCount();
    }

    /**
     * @return whether buffers take less than four fifths of the memory that there is for them
     */
    boolean hasMemory() {
        return BufferMemory.admits();
    }

    /**
     * @return whether some worker takes new rooms
     */
    public boolean takesRooms() {
        return hasMemory()
                && workers.stream()
                        .anyMatch(worker ->
                                worker.load().level() == LoadLevel.NORMAL && !worker.isStalled());
    }

    /**
     * @return rooms that are open
     */
    public int roomCount() {
        return rooms.size();
    }

    /**
     * @return live buffers of the media allocator; exact, since it keeps no thread caches
     */
    public long activeBuffers() {
        return allocator.metric().directArenas().stream()
                .mapToLong(arena -> arena.numActiveAllocations())
                .sum();
    }

    /**
     * @return bytes that the media allocator holds from the system
     */
    public long directBytes() {
        return allocator.metric().usedDirectMemory();
    }

    /**
     * @return timers, addresses and user name fragments in use, for tests of what is left over
     */
    public int residue() {
        int residue = 0;
        for (Worker worker : workers) {
            var count = new CompletableFuture<Integer>();
            worker.post(() ->
                    count.complete(
                            worker.timerCount()
                                    + worker.transports().directory().size()
                                    + worker.endpoints().stream()
                                            .mapToInt(UdpEndpoint::addressCount)
                                            .sum()));
            residue += count.join();
        }
        return residue;
    }

    /** Ends all rooms, then the workers; blocks until everything is freed; idempotent. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        for (RoomHandle room : rooms) {
            room.close();
        }
        if (watchdog != null) {
            watchdog.close(); // workers that end are not to be called stalled
        }
        listeners.forEach(TcpListener::close); // what is open there ends on the workers
        settle();
        workers.forEach(Worker::quiet);
        settle();
        workers.forEach(Worker::close);
        workers.forEach(Worker::closeLinks);
    }

    /** What one worker does may give others something to do, who may have to answer. */
    private void settle() {
        for (int i = 0; i < ANSWERS; i++) {
            workers.forEach(Worker::settle);
        }
    }
}
