package dev.sluice.signaling.selftest;

import dev.sluice.core.PeerHandle;
import dev.sluice.core.RoomHandle;
import dev.sluice.core.Sfu;
import dev.sluice.core.media.CodecParameters;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.SubscriptionParameters;
import dev.sluice.core.media.TrackParameters;
import dev.sluice.core.room.PeerEvents;
import dev.sluice.core.room.PeerParameters;
import dev.sluice.core.room.RoomEvents;
import dev.sluice.core.transport.CloseReason;
import dev.sluice.dtls.DtlsRole;
import dev.sluice.ice.Candidate;
import dev.sluice.ice.TransportProtocol;
import dev.sluice.rtp.ExtensionIds;
import dev.sluice.signaling.client.Answer;
import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.client.ClientPeer;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One call through one worker, as a client would make it: ICE, DTLS and SRTP to its public socket,
 * a second of speech through the forwarding path, and back. Its room is none that anybody can join
 * or that is counted. Blocks its thread.
 */
final class TestCall {
    private static final String TRACK = "self-test";
    private static final long TIMEOUT_MILLIS = 4_000;
    private static final long HEARD_SSRC = 0x0051_7E58L;
    private static final List<CodecParameters> CODECS =
            List.of(new CodecParameters(Speaker.OPUS, "opus", 48_000, "", -1));

    private final Sfu sfu;
    private final int worker;
    private final ClientLoop loop;
    private final boolean advertised;
    private String step = "worker";

    /**
     * @param advertised whether the first address is used that clients are told of, rather than the
     *     socket's own
     */
    TestCall(Sfu sfu, int worker, ClientLoop loop, boolean advertised) {
        this.sfu = sfu;
        this.worker = worker;
        this.loop = loop;
        this.advertised = advertised;
    }

    /** Makes the call. @return how it went, after four seconds at the latest */
    CallResult make() throws InterruptedException {
        long began = System.nanoTime();
        RoomHandle room = sfu.openRoom(worker, new Deaf());
        Speaker speaker = new Speaker(loop);
        Hearer hearer = new Hearer(loop);
        try {
            PeerHandle from = await(began, room.createPeer("self-test", new Quiet(), false));
            PeerHandle to = await(began, room.createPeer("self-test", new Quiet(), false));
            from.publish(spoken());
            to.subscribe(TRACK, heard());
            long opened = System.nanoTime();
            step = "connect";
            CompletableFuture<Void> up = connect(speaker, from);
            await(began, CompletableFuture.allOf(up, connect(hearer, to)));
            long connected = System.nanoTime();
            step = "media";
            loop.post(() -> speaker.begin(System.nanoTime()));
            await(began, hearer.heard());
            return CallResult.whole(
                    millis(began, opened),
                    millis(opened, connected),
                    millis(connected, System.nanoTime()));
        } catch (ExecutionException | TimeoutException e) {
            return CallResult.failed(step.equals("media") ? hearer.complaint() : step);
        } finally {
            speaker.close();
            hearer.close();
            room.close();
        }
    }

    private static <T> T await(long beganNanos, CompletableFuture<T> what)
            throws InterruptedException, ExecutionException, TimeoutException {
        long left = TIMEOUT_MILLIS - millis(beganNanos, System.nanoTime());
        return what.get(Math.max(1, left), TimeUnit.MILLISECONDS);
    }

    private static long millis(long fromNanos, long toNanos) {
        return (toNanos - fromNanos) / 1_000_000L;
    }

    private static TrackParameters spoken() {
        return new TrackParameters(
                TRACK,
                MediaKind.AUDIO,
                false,
                "0",
                CODECS,
                List.of(),
                List.of(new TrackParameters.SsrcPair(Speaker.SSRC, -1)),
                false,
                ExtensionIds.NONE,
                new TrackParameters.Feedback(false, false));
    }

    private static SubscriptionParameters heard() {
        return new SubscriptionParameters("0", HEARD_SSRC, -1, TRACK, CODECS, ExtensionIds.NONE);
    }

    private CompletableFuture<Void> connect(ClientPeer client, PeerHandle peer) {
        peer.remote(
                new PeerParameters(client.ufrag(), List.of(client.fingerprint()), DtlsRole.SERVER));
        return client.connect(
                new Answer(
                        peer.local().ufrag(),
                        peer.local().password(),
                        peer.fingerprint(),
                        reach(peer.candidates())));
    }

    private InetSocketAddress reach(List<Candidate> candidates) {
        List<InetSocketAddress> udp =
                candidates.stream()
                        .filter(each -> each.protocol() == TransportProtocol.UDP)
                        .map(Candidate::address)
                        .toList();
        // addresses that are only advertised come first, the sockets' own behind them
        return advertised ? udp.getFirst() : udp.getLast();
    }

    private static final class Deaf implements RoomEvents {
        @Override
        public void onLevels(List<Level> changed) {}
    }

    private static final class Quiet implements PeerEvents {
        @Override
        public void onConnected() {}

        @Override
        public void onClosed(CloseReason reason) {}
    }
}
