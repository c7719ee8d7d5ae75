package dev.sluice.signaling.livekit;

import java.util.HashMap;
import java.util.Map;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.RequestResponse;
import livekit.LivekitRtc.SimulateScenario;
import livekit.LivekitRtc.SubscriptionPermission;
import livekit.LivekitRtc.UpdateLocalAudioTrack;
import livekit.LivekitRtc.UpdateLocalVideoTrack;
import livekit.LivekitRtc.UpdateParticipantMetadata;

/** Messages in which a participant describes itself and its tracks, and says who may have them. */
final class ParticipantHandler {
    /** Characters of metadata, of a participant or a room, and of all attributes together. */
    static final int MAX_METADATA = 64 * 1024;

    private static final int LOST = 1011;

    private ParticipantHandler() {}

    static void onUpdate(Session session, SignalRoom room, UpdateParticipantMetadata request) {
        RequestResponse.Reason refusal = RequestResponse.Reason.OK;
        if (!session.grants().video().canUpdateOwnMetadata()) {
            refusal = RequestResponse.Reason.NOT_ALLOWED;
        } else if (!describe(
                session,
                room,
                request.getName(),
                request.getMetadata(),
                request.getAttributesMap())) {
            refusal = RequestResponse.Reason.LIMIT_EXCEEDED;
        }
        String message =
                switch (refusal) {
                    case NOT_ALLOWED -> "the token does not allow it";
                    case LIMIT_EXCEEDED -> "name, metadata or attributes are too long";
                    default -> "";
                };
        session.send(Messages.refused(request.getRequestId(), refusal, message));
    }

    /**
     * Describes a participant anew: empty texts change nothing, an attribute without a value ends.
     *
     * @return false when something is too long; nothing changes then
     */
    static boolean describe(
            Session session,
            SignalRoom room,
            String name,
            String metadata,
            Map<String, String> attributes) {
        Grants before = session.grants();
        Map<String, String> merged = new HashMap<>(before.attributes());
        attributes.forEach((key, value) -> {
            if (value.isEmpty()) {
                merged.remove(key);
            } else {
                merged.put(key, value);
            }
        });
        int length =
                merged.entrySet().stream()
                        .mapToInt(each -> each.getKey().length() + each.getValue().length())
                        .sum();
        if (name.length() > Rooms.MAX_NAME
                || metadata.length() > MAX_METADATA
                || length > MAX_METADATA) {
            return false;
        }
        Grants after =
                before.with(
                        name.isEmpty() ? before.name() : name,
                        metadata.isEmpty() ? before.metadata() : metadata,
                        merged);
        if (!after.equals(before)) {
            session.grants(after);
            room.onChanged(session);
        }
        return true;
    }

    /** What a participant may do changed: it keeps no more than that. */
    static void permit(Session session, SignalRoom room, Grants.Video allowed) {
        boolean couldReceive = session.grants().video().canSubscribe();
        session.grants(session.grants().with(allowed));
        for (Track track : session.tracks().published()) {
            if (!allowed.maySend(TrackHandler.sourceName(track.info().getSource()))) {
                session.publisher().revoke(track);
            }
        }
        if (couldReceive != allowed.canSubscribe()) {
            room.offerAll(session);
        }
        room.onChanged(session);
    }

    static void onPermission(Session session, SignalRoom room, SubscriptionPermission rules) {
        session.rules().set(rules);
        room.onRulesChanged(session);
    }

    static void onAudioTrack(Session session, SignalRoom room, UpdateLocalAudioTrack request) {
        Track track = session.tracks().find(request.getTrackSid());
        if (track != null) {
            track.features(request.getFeaturesList());
            room.onChanged(session);
        }
    }

    static void onVideoTrack(Session session, SignalRoom room, UpdateLocalVideoTrack request) {
        Track track = session.tracks().find(request.getTrackSid());
        if (track != null) {
            track.size(request.getWidth(), request.getHeight());
            room.onChanged(session);
        }
    }

    /** Plays a fault, for tests of clients; in development only. */
    static void onSimulate(Session session, SimulateScenario request) {
        switch (request.getScenarioCase()) {
            case NODE_FAILURE, MIGRATION, SERVER_LEAVE, LEAVE_REQUEST_FULL_RECONNECT -> {
                boolean back = !request.hasServerLeave();
                session.end(
                        DisconnectReason.SERVER_SHUTDOWN,
                        back ? LeaveRequest.Action.RECONNECT : LeaveRequest.Action.DISCONNECT);
            }
            case DISCONNECT_SIGNAL_ON_RESUME -> session.cutSocket(LOST);
            default -> {
                // bandwidth and candidates are better tried with a real network
            }
        }
    }
}
