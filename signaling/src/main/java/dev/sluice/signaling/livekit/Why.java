package dev.sluice.signaling.livekit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.core.PeerHandle;
import dev.sluice.core.congestion.LayerReason;
import dev.sluice.core.media.Decision;
import dev.sluice.core.media.TrackExplanation;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Says in JSON why a participant sees what it sees. */
final class Why {
    private Why() {}

    /**
     * @param peer that the participant receives by, null while it has none
     * @return completes on the control loop
     */
    static CompletableFuture<String> of(
            SignalScope scope, SignalRoom room, Session session, @Nullable PeerHandle peer) {
        if (peer == null) {
            return CompletableFuture.completedFuture(
                    json(room, session, List.of(), List.of()).toPrettyString());
        }
        return peer.explain()
                .thenCombineAsync(
                        peer.decisions(),
                        (tracks, decisions) ->
                                json(room, session, tracks, decisions).toPrettyString(),
                        scope.loop());
    }

    private static ObjectNode json(
            SignalRoom room,
            Session session,
            List<TrackExplanation> tracks,
            List<Decision> decisions) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("room", room.name()).put("identity", session.identity());
        if (!tracks.isEmpty()) {
            TrackExplanation any = tracks.get(0);
            json.put("estimateBitsPerSecond", any.estimate());
            json.put("estimateLimitedBy", any.limitedBy().name());
            json.put("lossRatio", Math.round(any.lossRatio() * 10_000) / 10_000.0);
            json.put("roundTripMillis", Math.round(any.roundTripMillis()));
            json.put("nextProbeMillis", any.nextProbeMillis());
        }
        ArrayNode all = json.putArray("tracks");
        tracks.forEach(track -> all.add(track(room, track)));
        ArrayNode changes = json.putArray("decisions");
        for (Decision each : decisions) {
            changes.addObject()
                    .put("atUnixMillis", each.unixMillis())
                    .put("track", each.trackId())
                    .put("layer", each.layer())
                    .put("estimateBitsPerSecond", each.estimate())
                    .put("reason", each.reason().name());
        }
        return json;
    }

    private static ObjectNode track(SignalRoom room, TrackExplanation track) {
        Session publisher = room.publisherOf(track.trackId());
        Track published = publisher == null ? null : publisher.tracks().find(track.trackId());
        return JsonNodeFactory.instance
                .objectNode()
                .put("track", track.trackId())
                .put("publisher", publisher == null ? "" : publisher.identity())
                .put("fullLayer", track.fullLayer())
                .put("wantedLayer", track.wantedLayer())
                .put("grantedLayer", track.grantedLayer())
                .put("layer", track.layer())
                .put("temporalLayer", track.temporalLayer())
                .put("paused", track.paused())
                .put("reason", reason(track, published).name())
                .put("allocatedBitsPerSecond", track.allocated())
                .put("neededBitsPerSecond", track.needed());
    }

    /** What only signaling knows comes first. */
    private static LayerReason reason(TrackExplanation track, @Nullable Track published) {
        if (published == null) {
            return LayerReason.PUBLISHER_GONE;
        }
        return published.info().getMuted() ? LayerReason.PUBLISHER_MUTED : track.reason();
    }
}
