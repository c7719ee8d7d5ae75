package dev.sluice.core;

import dev.sluice.core.data.DataScope;
import dev.sluice.core.load.LoadLevel;
import dev.sluice.core.load.LoopLoad;
import dev.sluice.core.loop.Deadlines;
import dev.sluice.core.media.FeedbackScratch;
import dev.sluice.core.media.HeldFrames;
import dev.sluice.core.media.MediaScope;
import dev.sluice.core.media.Padding;
import dev.sluice.core.media.Shedding;
import dev.sluice.core.relay.RelayLink;
import dev.sluice.core.relay.RelayReader;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.Counters;
import dev.sluice.core.stats.DropReason;
import dev.sluice.core.transport.DatagramReceiver;
import dev.sluice.core.transport.Egress;
import dev.sluice.core.transport.Endpoint;
import dev.sluice.core.transport.LiveHandshakes;
import dev.sluice.core.transport.OpenTarget;
import dev.sluice.core.transport.PeerDirectory;
import dev.sluice.core.transport.SealGate;
import dev.sluice.core.transport.SocketMode;
import dev.sluice.core.transport.TcpHome;
import dev.sluice.core.transport.TransportScope;
import dev.sluice.core.transport.UdpEndpoint;
import dev.sluice.dtls.DtlsIdentity;
import dev.sluice.ice.stun.StunCodec;
import dev.sluice.rtp.RtpPacket;
import dev.sluice.rtp.codec.VideoPayload;
import dev.sluice.rtp.codec.Vp8Descriptor;
import dev.sluice.sctp.Association;
import dev.sluice.srtp.CipherJob;
import dev.sluice.srtp.SrtpCiphers;
import dev.sluice.srtp.SrtpProvider;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop with its sockets, and everything that lives on it. It reads the clock once per
 * burst or tick and calls whoever is due; others talk to it by {@link #post}.
 */
public final class Worker implements UdpEndpoint.Receiver {
    /**
     * What was chosen for this machine, the same for all workers.
     *
     * @param provider who encrypts
     * @param sockets how datagrams leave; resolved
     */
    record Plan(SrtpProvider provider, SocketMode sockets) {}

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    /** Deadlines are met at multiples of this: a wake-up costs more than what it is for. */
    private static final long TICK_NANOS = 5_000_000L;

    /** A loop with nothing to do still shows that it turns. */
    private static final long HEARTBEAT_NANOS = 1_000_000_000L;

    private static final long SHUTDOWN_SECONDS = 5;

    /** A loop that did not tick for so long stands still. */
    static final long STALLED_MILLIS = 2_000;

    private final int index;
    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;
    private final Counters counters = new Counters();
    private final Deadlines deadlines = new Deadlines();
    private final List<UdpEndpoint> endpoints = new ArrayList<>();
    private final ByteBufAllocator allocator;
    private final ByteBuf scratch;
    private final ByteBuf rtcp;
    private final SrtpCiphers ciphers;
    private final Egress egress;
    private final TransportScope transports;
    private final MediaScope media;
    private final DataScope data;
    private final DatagramReceiver receiver;
    private final TcpHome tcp;
    private final RelayReader relayed;
    private final WorkerLoad load;
    private final Map<Worker, RelayLink> links = new HashMap<>();
    private final List<RelayLink> linkList = new ArrayList<>();
    private final AtomicLong created = new AtomicLong();
    private final Runnable flushing;
    private final Runnable runDue;
    private final Runnable releaseDue;
    private final Alarm ticks;
    private final Alarm holds;
    private boolean awake = true;
    private long nowNanos = System.nanoTime();
    private boolean newBurst = true;
    private int burst;
    private volatile long tickedAtNanos = System.nanoTime();

    Worker(
            int index,
            SfuConfig config,
            DtlsIdentity dtls,
            LiveHandshakes handshakes,
            Plan plan,
            ByteBufAllocator allocator) {
        this.index = index;
        this.allocator = allocator;
        ciphers = new SrtpCiphers(plan.provider());
        SealGate gate = new SealGate(ciphers);
        Shedding shedding = new Shedding();
        load = new WorkerLoad(index, counters, shedding, config.loadLimit() / 100.0);
        ThreadFactory threads = task -> new Thread(task, "sluice-worker-" + index);
        group = new MultiThreadIoEventLoopGroup(1, threads, io(plan.sockets()));
        loop = group.next();
        ticks = new Alarm(loop, this::tick);
        holds = new Alarm(loop, this::releaseHeld);
        scratch = allocator.directBuffer(OpenTarget.SLOT);
        rtcp = allocator.directBuffer(OpenTarget.SLOT);
        addEndpoints(config, plan.sockets(), gate);
        egress = new Egress(counters, endpoints);
        PeerDirectory directory = new PeerDirectory(endpoints);
        transports =
                new TransportScope(
                        this::post,
                        this::nowNanos,
                        dtls,
                        handshakes,
                        new StunCodec(),
                        ciphers,
                        scratch,
                        rtcp,
                        new CipherJob(),
                        directory,
                        egress,
                        counters,
                        deadlines);
        data = new DataScope(sctp(), config.dataBytesPerSecond());
        media =
                new MediaScope(
                        allocator,
                        egress,
                        counters,
                        deadlines,
                        new VideoPayload(),
                        new RtpPacket(),
                        new Vp8Descriptor(),
                        new FeedbackScratch(),
                        new Padding(allocator),
                        new HeldFrames(),
                        shedding,
                        new SplittableRandom(),
                        config.audio(),
                        System.currentTimeMillis() * 1_000_000L - nowNanos);
        receiver = new DatagramReceiver(counters, directory);
        tcp = new TcpHome(this::post, directory, gate, counters, allocator, this::receive);
        relayed = new RelayReader(media, this::nowNanos);
        flushing = this::flushAll;
        releaseDue = () -> media.held().releaseDue(nowNanos);
        runDue = () -> deadlines.runDue(nowNanos);
    }

    private void addEndpoints(SfuConfig config, SocketMode sockets, SealGate gate) {
        int port = config.udpPort() == 0 ? 0 : config.udpPort() + index;
        for (InetAddress address : config.bind()) {
            endpoints.add(
                    new UdpEndpoint(
                            new InetSocketAddress(address, port),
                            sockets,
                            gate,
                            counters,
                            allocator));
        }
    }

    private Association.Scope sctp() {
        SecureRandom random = new SecureRandom();
        byte[] cookieSecret = new byte[32];
        random.nextBytes(cookieSecret);
        return new Association.Scope(allocator, scratch, cookieSecret, random);
    }

    private static IoHandlerFactory io(SocketMode sockets) {
        return sockets == SocketMode.NIO ? NioIoHandler.newFactory() : EpollIoHandler.newFactory();
    }

    /** Binds the sockets and starts ticking. */
    void open() {
        for (UdpEndpoint endpoint : endpoints) {
            endpoint.open(loop, this, allocator);
        }
        post(() -> load.begin(nowNanos));
    }

    /**
     * The way to another worker, made when it is first needed; on this worker only.
     *
     * @return packets written there leave at the end of the burst
     */
    RelayLink linkTo(Worker other) {
        return links.computeIfAbsent(
                other,
                to -> {
                    RelayLink link = new RelayLink(allocator, counters, to::post, to.relayed);
                    linkList.add(link);
                    return link;
                });
    }

    TcpHome tcp() {
        return tcp;
    }

    /**
     * @return the loop, for a further socket
     */
    EventLoopGroup group() {
        return group;
    }

    RelayReader relayed() {
        return relayed;
    }

    /**
     * @return peers on this worker, and those about to be; from any thread
     */
    long peerCount() {
        return created.get() - counters.get(Counter.PEERS_CLOSED);
    }

    /** A peer is about to be made here; from any thread. */
    void expectPeer() {
        created.incrementAndGet();
    }

    /** Runs a command on the loop; what it sends leaves at its end. */
    void post(Runnable command) {
        loop.execute(() -> {
            nowNanos = System.nanoTime();
            guarded(command);
            flush();
            arm();
            armHold();
        });
    }

    @Override
    public void onDatagram(UdpEndpoint endpoint, InetSocketAddress from, ByteBuf datagram) {
        burst++;
        if (newBurst) {
            newBurst = false;
            nowNanos = System.nanoTime();
            counters.add(Counter.BURSTS);
        }
        receive(endpoint, from, datagram);
    }

    private void receive(Endpoint endpoint, InetSocketAddress from, ByteBuf datagram) {
        try {
            receiver.onDatagram(nowNanos, endpoint, from, datagram);
        } catch (RuntimeException | OutOfMemoryError e) { // the latter of buffers, not of the heap
            onFault(e);
            receiver.closeFaulty(endpoint, from);
        }
    }

    @Override
    public void onBurstEnd(UdpEndpoint endpoint) {
        newBurst = true;
        load.onBurst(nowNanos, endpoint, burst, burst >= UdpEndpoint.BURST);
        burst = 0;
        flush();
        arm();
        armHold();
    }

    @Override
    public void onFlushAgain() {
        nowNanos = System.nanoTime();
        flush();
    }

    private void flushAll() {
        data.flush(nowNanos);
        egress.flush(nowNanos);
        tcp.flush(nowNanos);
        for (int i = 0; i < linkList.size(); i++) {
            linkList.get(i).flush();
        }
    }

    private void flush() {
        guarded(flushing);
    }

    private void tick(long dueNanos) {
        nowNanos = System.nanoTime();
        tickedAtNanos = nowNanos;
        load.onTick(nowNanos, dueNanos);
        guarded(runDue);
        flush();
        arm();
    }

    /** The rest of a frame stays away: what waited for it leaves. */
    private void releaseHeld(long dueNanos) {
        nowNanos = System.nanoTime();
        guarded(releaseDue);
        flush();
        armHold();
    }

    /** Nearly always the rest of a frame comes first, and this alarm never rings. */
    private void armHold() {
        holds.set(nowNanos, media.held().next());
    }

    /** Makes sure that the loop wakes up for the next deadline. */
    private void arm() {
        long next = Math.min(deadlines.next(), nowNanos + heartbeatNanos());
        long tick = Math.max(next, nowNanos + 1) + TICK_NANOS - 1;
        tick -= Math.floorMod(tick, TICK_NANOS);
        if (tick < ticks.atNanos()) {
            ticks.set(nowNanos, tick);
        }
    }

    /** Who sheds load looks often whether it still has to. */
    private long heartbeatNanos() {
        return load.level() == LoadLevel.NORMAL ? HEARTBEAT_NANOS : LoopLoad.SAMPLE_NANOS;
    }

    /** A bug must not stop the loop: it is logged and counted, the others go on. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | OutOfMemoryError e) {
            onFault(e);
        }
    }

    private void onFault(Throwable fault) {
        counters.add(Counter.PEER_FAULTS);
        counters.drop(DropReason.PEER_FAULT);
        LOG.error("worker {}: a bug met one peer", index, fault);
    }

    long nowNanos() {
        return nowNanos;
    }

    /**
     * @return whether the loop ticked within the last {@code millis}; from any thread
     */
    public boolean isResponsive(long millis) {
        return System.nanoTime() - tickedAtNanos < TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /**
     * @return how busy the loop is; from any thread
     */
    WorkerLoad load() {
        return load;
    }

    /**
     * @return whether the loop stands still; from any thread
     */
    boolean isStalled() {
        return !isResponsive(STALLED_MILLIS);
    }

    TransportScope transports() {
        return transports;
    }

    /**
     * @return whether the caller is on the loop
     */
    boolean isHere() {
        return loop.inEventLoop();
    }

    DataScope data() {
        return data;
    }

    MediaScope media() {
        return media;
    }

    /**
     * @return the worker's counters, to be read from any thread
     */
    public Counters counters() {
        return counters;
    }

    /**
     * @return the sockets; immutable once open
     */
    List<UdpEndpoint> endpoints() {
        return endpoints;
    }

    /**
     * @return timers in use; on the worker only
     */
    int timerCount() {
        return deadlines.size();
    }

    /** Frees what led to other workers; after all of them have ended. */
    void closeLinks() {
        linkList.forEach(RelayLink::close);
    }

    /** Waits until all is done that it was told up to now, unless it stands still; blocks. */
    void settle() {
        awake =
                awake
                        && loop.submit(() -> {})
                                .awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    }

    /** Closes the sockets; from now on it does what others tell it, and nothing by itself. */
    void quiet() {
        for (UdpEndpoint endpoint : endpoints) {
            awake &= endpoint.shut(awake ? SHUTDOWN_SECONDS : 0);
        }
        loop.execute(() -> {
            ticks.end();
            holds.end();
        });
    }

    /** Ends loop and memory; blocks. It must be quiet, and everything on it closed. */
    void close() {
        boolean ended =
                group.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS)
                        .awaitUninterruptibly(awake ? 2 * SHUTDOWN_SECONDS : 0, TimeUnit.SECONDS);
        if (ended && awake) {
            free();
        } else { // what it works with must not be taken from under it
            LOG.error("worker {} does not end; its memory is left to it until it does", index);
            group.terminationFuture().addListener(_ -> free());
        }
    }

    private void free() {
        endpoints.forEach(UdpEndpoint::close);
        ciphers.close();
        media.padding().close();
        scratch.release();
        rtcp.release();
    }
}
