package dev.sluice.signaling.livekit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import livekit.LivekitModels.TrackInfo;

/** Says in JSON what is in the rooms and what happened there, for who runs the server. */
final class RoomView {
    private RoomView() {}

    static String all(Rooms rooms) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode list = json.putArray("rooms");
        for (SignalRoom room : rooms.all()) {
            list.addObject()
                    .put("name", room.name())
                    .put("sid", room.info().getSid())
                    .put("participants", room.size())
                    .put("tracks", room.trackCount(true))
                    .put("subscriptions", room.trackCount(false));
        }
        return json.toPrettyString();
    }

    static String of(SignalRoom room) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", room.name()).put("sid", room.info().getSid());
        json.put("createdAtUnixMillis", room.info().getCreationTimeMs());
        ArrayNode participants = json.putArray("participants");
        room.sessions().forEach(session -> participants.add(participant(session)));
        ArrayNode events = json.putArray("events");
        for (RoomEvent event : room.log().latest()) {
            ObjectNode line = events.addObject();
            line.put("number", event.number()).put("atUnixMillis", event.atMillis());
            line.put("event", event.kind().name().toLowerCase(Locale.ROOT));
            if (event.participant() != null) {
                line.put("participant", event.participant().getIdentity());
            }
            if (event.track() != null) {
                line.put("track", event.track().getSid());
            }
        }
        return json.toPrettyString();
    }

    private static ObjectNode participant(Session session) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("identity", session.identity()).put("sid", session.sid());
        json.put("state", session.state().name()).put("signalLost", session.isSignalLost());
        json.put("flow", session.client().flow().name()).put("sdk", session.client().sdk());
        json.put("subscriptions", session.subscriptionCount());
        ArrayNode tracks = json.putArray("publishes");
        for (Track each : session.tracks().published()) {
            TrackInfo info = each.info();
            tracks.addObject()
                    .put("sid", info.getSid())
                    .put("type", info.getType().name())
                    .put("source", info.getSource().name())
                    .put("codec", info.getMimeType())
                    .put("muted", info.getMuted());
        }
        return json;
    }
}
