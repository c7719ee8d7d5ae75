package dev.sluice.signaling.ops;

import com.sun.management.ThreadMXBean;
import dev.sluice.core.Sfu;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.DropReason;
import dev.sluice.signaling.selftest.CallResult;
import dev.sluice.signaling.selftest.SelfTest;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * Prometheus metrics under the prefix {@code sluice_}. They read counters when scraped; the media
 * path never sees a registry. Labels come from closed sets: no room, participant or address is ever
 * one.
 */
public final class Metrics {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Sfu sfu;
    private final Health health;

    public Metrics(Sfu sfu, Gauges gauges, Health health, String version) {
        this.sfu = sfu;
        this.health = health;
        Gauge.builder("sluice.build.info", () -> 1).tags("version", version).register(registry);
        Gauge.builder("sluice.rooms", gauges::rooms).register(registry);
        Gauge.builder("sluice.participants", gauges::participants).register(registry);
        Gauge.builder("sluice.websocket.connections", gauges::webSockets).register(registry);
        Gauge.builder("sluice.tracks", gauges::publishedTracks)
                .tags("direction", "in")
                .register(registry);
        Gauge.builder("sluice.tracks", gauges::subscribedTracks)
                .tags("direction", "out")
                .register(registry);
        FunctionCounter.builder("sluice.heap.allocated.bytes", THREADS, Metrics::allocated)
                .register(registry);
        Gauge.builder("sluice.compiled.code.bytes", Metrics::compiledCode).register(registry);
        for (String result : List.of("DELIVERED", "RETRIED", "DROPPED")) {
            FunctionCounter.builder("sluice.webhook.deliveries", gauges, g -> g.webhooks(result))
                    .tags("result", result.toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        Gauge.builder("sluice.buffers.active", sfu, Sfu::activeBuffers).register(registry);
        Gauge.builder("sluice.buffers.bytes", sfu, Sfu::directBytes).register(registry);
        bindMedia();
        bindTransport();
        bindWorkers();
        bindSelfTest();
        for (DropReason reason : DropReason.values()) {
            FunctionCounter.builder("sluice.rtp.dropped.packets", sfu, s -> s.count(reason))
                    .tags("direction", reason.isInbound() ? "in" : "out")
                    .tags("reason", reason.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }

    /** What the compiler has made of the program: it grows for hours, ever slower. */
    private static double compiledCode() {
        double bytes = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            bytes += pool.getName().startsWith("Code") ? pool.getUsage().getUsed() : 0;
        }
        return bytes;
    }

    private void bindMedia() {
        media("packets", "in", "audio", Counter.AUDIO_PACKETS_IN);
        media("packets", "out", "audio", Counter.AUDIO_PACKETS_OUT);
        media("packets", "in", "video", Counter.VIDEO_PACKETS_IN);
        media("packets", "out", "video", Counter.VIDEO_PACKETS_OUT);
        media("bytes", "in", "audio", Counter.AUDIO_BYTES_IN);
        media("bytes", "out", "audio", Counter.AUDIO_BYTES_OUT);
        media("bytes", "in", "video", Counter.VIDEO_BYTES_IN);
        media("bytes", "out", "video", Counter.VIDEO_BYTES_OUT);
        media("lost.packets", "in", "audio", Counter.AUDIO_LOST_IN);
        media("lost.packets", "in", "video", Counter.VIDEO_LOST_IN);
        count("sluice.retransmitted.packets", Counter.RETRANSMITTED_OUT, "result", "sent");
        count("sluice.retransmitted.packets", Counter.RETRANSMIT_MISSING, "result", "missing");
        count("sluice.retransmitted.packets", Counter.RETRANSMITTED_IN, "result", "received");
        count("sluice.retransmitted.packets", Counter.RETRANSMIT_REFUSED, "result", "refused");
        count("sluice.probes", Counter.PROBES_STARTED, "event", "started");
        count("sluice.probe.bytes", Counter.PROBE_BYTES, "direction", "out");
        count("sluice.tracks.paused", Counter.TRACKS_PAUSED, "cause", "bandwidth");
        count("sluice.tracks.paused", Counter.TRACKS_SHED, "cause", "overload");
        count("sluice.load.level.changes", Counter.LOAD_LEVEL_UP, "direction", "up");
        count("sluice.load.level.changes", Counter.LOAD_LEVEL_DOWN, "direction", "down");
        count("sluice.key.frames", Counter.KEY_FRAMES_REPLAYED, "source", "cache");
        count("sluice.layer.switches", Counter.LAYER_UP, "direction", "up");
        count("sluice.layer.switches", Counter.LAYER_DOWN, "direction", "down");
    }

    private void bindWorkers() {
        for (int i = 0; i < sfu.workerCount(); i++) {
            int worker = i;
            String tag = Integer.toString(i);
            Gauge.builder("sluice.worker.peers", sfu, s -> s.peerCount(worker))
                    .tags("worker", tag)
                    .register(registry);
            Gauge.builder("sluice.worker.load", sfu, s -> s.load(worker))
                    .tags("worker", tag)
                    .register(registry);
            Gauge.builder("sluice.worker.lag", sfu, s -> s.lag(worker))
                    .tags("worker", tag)
                    .register(registry);
            Gauge.builder("sluice.worker.load.level", sfu, s -> s.level(worker).number())
                    .tags("worker", tag)
                    .register(registry);
            FunctionCounter.builder("sluice.worker.stalls", sfu, s -> s.stallCount(worker))
                    .tags("worker", tag)
                    .register(registry);
            FunctionCounter.builder("sluice.worker.packets", sfu, s -> sent(s, worker))
                    .tags("worker", tag, "direction", "out")
                    .register(registry);
            FunctionCounter.builder(
                            "sluice.worker.packets", sfu, s -> s.count(worker, Counter.RELAYED_IN))
                    .tags("worker", tag, "direction", "relayed")
                    .register(registry);
        }
    }

    private void bindSelfTest() {
        Gauge.builder("sluice.ready", health, h -> h.readiness().equals("ready") ? 1 : 0)
                .register(registry);
        for (CallResult.Outcome outcome : CallResult.Outcome.values()) {
            FunctionCounter.builder("sluice.self.test.calls", health, h -> calls(h, outcome))
                    .tags("result", outcome.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        phase("open", CallResult::openMillis);
        phase("connect", CallResult::connectMillis);
        phase("media", CallResult::mediaMillis);
    }

    private static double calls(Health health, CallResult.Outcome outcome) {
        SelfTest calls = health.selfTest();
        return calls == null ? 0 : calls.count(outcome);
    }

    private void phase(String name, ToLongFunction<CallResult> millis) {
        for (int i = 0; i < sfu.workerCount(); i++) {
            int worker = i;
            Gauge.builder("sluice.self.test.seconds", health, h -> seconds(h, worker, millis))
                    .tags("worker", Integer.toString(i), "phase", name)
                    .register(registry);
        }
    }

    private static double seconds(Health health, int worker, ToLongFunction<CallResult> millis) {
        SelfTest calls = health.selfTest();
        CallResult latest = calls == null ? null : calls.latest(worker);
        return latest == null ? 0 : millis.applyAsLong(latest) / 1e3;
    }

    private static double sent(Sfu sfu, int worker) {
        return sfu.count(worker, Counter.AUDIO_PACKETS_OUT)
                + sfu.count(worker, Counter.VIDEO_PACKETS_OUT);
    }

    private static double allocated(ThreadMXBean threads) {
        return threads.getTotalThreadAllocatedBytes();
    }

    private void bindData() {
        count("sluice.data.messages", Counter.DATA_MESSAGES_IN, "direction", "in");
        count("sluice.data.messages", Counter.DATA_MESSAGES_OUT, "direction", "out");
        count("sluice.data.bytes", Counter.DATA_BYTES_IN, "direction", "in");
        count("sluice.data.bytes", Counter.DATA_BYTES_OUT, "direction", "out");
        count("sluice.data.retransmissions", Counter.DATA_RETRANSMITTED, "direction", "out");
        count("sluice.data.events", Counter.DATA_HELD, "event", "sender_held");
        count("sluice.data.events", Counter.DATA_SLOW_RECEIVERS, "event", "slow_receiver");
        count("sluice.data.closed", Counter.SCTP_NEVER_CONNECTED, "reason", "never_connected");
        count("sluice.data.closed", Counter.SCTP_ABORTED, "reason", "aborted_by_peer");
        count("sluice.data.closed", Counter.SCTP_VIOLATED, "reason", "protocol_violation");
        count("sluice.data.closed", Counter.SCTP_SHUT_DOWN, "reason", "shutdown");
        count("sluice.data.closed", Counter.SCTP_TIMED_OUT, "reason", "timed_out");
    }

    private void bindTransport() {
        count("sluice.udp.send.calls", Counter.SEND_CALLS, "result", "sent");
        count("sluice.udp.runs", Counter.RUNS_OUT, "result", "sent");
        count("sluice.udp.runs", Counter.RUNS_REFUSED, "result", "refused");
        bindData();
        count("sluice.rtcp.nack", Counter.NACK_IN, "direction", "in");
        count("sluice.rtcp.nack", Counter.NACK_OUT, "direction", "out");
        count("sluice.rtcp.pli", Counter.PLI_IN, "direction", "in");
        count("sluice.rtcp.pli", Counter.PLI_OUT, "direction", "out");
        count("sluice.rtcp.fir", Counter.FIR_IN, "direction", "in");
        count("sluice.rtcp.packets", Counter.RTCP_IN, "direction", "in");
        count("sluice.rtcp.packets", Counter.RTCP_OUT, "direction", "out");
        connections(Counter.ICE_CONNECTED, "connected", "udp");
        connections(Counter.ICE_CONNECTED_TCP, "connected", "tcp");
        connections(Counter.ICE_FAILED, "failed", "none");
        count("sluice.dtls.handshakes", Counter.HANDSHAKES_DONE, "result", "done");
        count("sluice.dtls.handshakes", Counter.HANDSHAKES_FAILED, "result", "failed");
        count("sluice.peers", Counter.PEERS_OPENED, "event", "opened");
        count("sluice.peers", Counter.PEERS_CLOSED, "event", "closed");
        count("sluice.peers", Counter.PEER_FAULTS, "event", "fault");
        FunctionTimer.builder(
                        "sluice.dtls.handshake",
                        sfu,
                        s -> s.count(Counter.HANDSHAKES_DONE),
                        s -> s.count(Counter.HANDSHAKE_MICROS),
                        TimeUnit.MICROSECONDS)
                .register(registry);
    }

    private void connections(Counter counter, String result, String transport) {
        FunctionCounter.builder("sluice.ice.connections", sfu, s -> s.count(counter))
                .tags(Tags.of("result", result, "transport", transport))
                .register(registry);
    }

    private void media(String what, String direction, String kind, Counter counter) {
        FunctionCounter.builder("sluice.rtp." + what, sfu, s -> s.count(counter))
                .tags(Tags.of("direction", direction, "kind", kind))
                .register(registry);
    }

    private void count(String name, Counter counter, String tag, String value) {
        FunctionCounter.builder(name, sfu, s -> s.count(counter))
                .tags(tag, value)
                .register(registry);
    }

    /**
     * @return the text exposition format 0.0.4
     */
    public String scrape() {
        return registry.scrape();
    }

    /** Stops the registry. */
    public void close() {
        registry.close();
    }
}
