package dev.sluice.signaling;

import dev.sluice.core.Sfu;
import dev.sluice.core.SfuConfig;
import dev.sluice.signaling.config.ServerConfig;
import dev.sluice.signaling.config.Settings;
import dev.sluice.signaling.livekit.AccessTokens;
import dev.sluice.signaling.livekit.ClientSettings;
import dev.sluice.signaling.livekit.DirectSession;
import dev.sluice.signaling.livekit.Grants;
import dev.sluice.signaling.livekit.Rooms;
import dev.sluice.signaling.livekit.ViewerConnection.Filter;
import dev.sluice.signaling.sdp.PublisherOffer;
import dev.sluice.signaling.sdp.SdpException;
import dev.sluice.signaling.sdp.ViewerOffer;
import java.net.InetAddress;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A media server inside another program, without HTTP: offers in, answers out. Who is let in is the
 * program's own business. All methods may be called on any thread; answers complete on the control
 * thread, which must not be blocked.
 */
public final class EmbeddedSfu implements AutoCloseable {
    private static final int ATTEMPTS = 100;
    private static final long ATTEMPT_MILLIS = 100;

    private final Sfu sfu;
    private final Rooms rooms;
    private final ScheduledExecutorService loop =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "sluice-embedded"));

    private EmbeddedSfu(SfuConfig media) {
        sfu = Sfu.start(media);
        // nobody is ever asked for a token here
        Map<String, String> keys = Map.of("embedded", "no token is signed or taken with this one");
        AccessTokens tokens = new AccessTokens(keys, Clock.systemUTC());
        Settings settings = new Settings(ServerConfig.defaults());
        rooms = new Rooms(sfu, settings, tokens, loop, Clock.systemUTC(), _ -> {}, "embedded");
    }

    /**
     * Starts one worker on a free UDP port of an address, which clients must be able to reach.
     *
     * @throws IllegalStateException when no port can be bound
     */
    public static EmbeddedSfu start(InetAddress address) {
        return start(SfuConfig.onAnyPort(address));
    }

    /**
     * Starts with more to say about media.
     *
     * @throws IllegalStateException when a port cannot be bound
     */
    public static EmbeddedSfu start(SfuConfig media) {
        return new EmbeddedSfu(media);
    }

    /**
     * Lets somebody publish: at most one audio and one video track, simulcast if offered.
     *
     * @param identity unique in the room; an older participant of that name leaves
     * @param offer SDP that sends
     * @return our answer, with all candidates; fails with an {@link IllegalArgumentException} when
     *     the offer cannot be answered
     */
    public CompletableFuture<String> publish(String room, String identity, String offer) {
        return onLoop(() -> {
            Grants grants = AccessTokens.participant(room, identity, identity, true, false);
            require(grants);
            return rooms.whip(grants, PublisherOffer.read(offer), offer).answer();
        });
    }

    /**
     * Lets somebody watch and hear all others, as many as the offer has sections for; waits up to
     * ten seconds for somebody who publishes.
     *
     * @param identity unique in the room
     * @param offer SDP that receives
     * @return our answer, with all candidates; fails as {@link #publish} does, or with an {@link
     *     IllegalStateException} when nobody publishes
     */
    public CompletableFuture<String> watch(String room, String identity, String offer) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        loop.execute(() -> tryToWatch(room, identity, offer, answer, ATTEMPTS));
        return answer;
    }

    private void tryToWatch(
            String room, String identity, String offer, CompletableFuture<String> into, int left) {
        try {
            Grants grants = AccessTokens.participant(room, identity, identity, false, true);
            require(grants);
            DirectSession session =
                    rooms.whep(grants, ViewerOffer.read(offer), new Filter(null, identity));
            if (session != null) {
                pass(session.answer(), into);
            } else if (left == 0) {
                into.completeExceptionally(new IllegalStateException("nobody publishes here"));
            } else {
                Future<?> again =
                        loop.schedule(
                                () -> tryToWatch(room, identity, offer, into, left - 1),
                                ATTEMPT_MILLIS,
                                TimeUnit.MILLISECONDS);
                assert !again.isCancelled();
            }
        } catch (SdpException | IllegalArgumentException e) {
            into.completeExceptionally(new IllegalArgumentException(e.getMessage()));
        }
    }

    /** Ends somebody's session; who is not there is ignored. */
    public void remove(String room, String identity) {
        loop.execute(() -> rooms.remove(room, identity));
    }

    private void require(Grants grants) {
        Rooms.Refusal refusal = rooms.refusal(grants, ClientSettings.of(Map.of(), ""));
        if (refusal != null) {
            throw new IllegalArgumentException(refusal.text());
        }
    }

    /** Something that answers an offer. */
    private interface Negotiation {
        CompletableFuture<String> begin() throws SdpException;
    }

    private CompletableFuture<String> onLoop(Negotiation negotiation) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                pass(negotiation.begin(), answer);
            } catch (SdpException | IllegalArgumentException e) {
                answer.completeExceptionally(new IllegalArgumentException(e.getMessage()));
            }
        });
        return answer;
    }

    private static void pass(CompletableFuture<String> from, CompletableFuture<String> into) {
        CompletableFuture<?> passed =
                from.whenComplete((@Nullable String sdp, @Nullable Throwable failure) -> {
                    if (failure == null) {
                        into.complete(sdp);
                    } else {
                        into.completeExceptionally(
                                new IllegalArgumentException(failure.getMessage()));
                    }
                });
        assert passed != null;
    }

    /** Ends all sessions and frees everything; blocks. */
    @Override
    public void close() {
        loop.execute(rooms::shutDown);
        sfu.close();
        loop.close();
    }
}
