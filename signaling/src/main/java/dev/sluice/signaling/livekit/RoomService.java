package dev.sluice.signaling.livekit;

import com.google.protobuf.Message;
import dev.sluice.signaling.livekit.TwirpException.Code;
import java.time.Clock;
import java.util.List;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.Room;
import livekit.LivekitRoom.CreateRoomRequest;
import livekit.LivekitRoom.DeleteRoomRequest;
import livekit.LivekitRoom.DeleteRoomResponse;
import livekit.LivekitRoom.ListParticipantsRequest;
import livekit.LivekitRoom.ListParticipantsResponse;
import livekit.LivekitRoom.ListRoomsRequest;
import livekit.LivekitRoom.ListRoomsResponse;
import livekit.LivekitRoom.MuteRoomTrackRequest;
import livekit.LivekitRoom.MuteRoomTrackResponse;
import livekit.LivekitRoom.RemoveParticipantResponse;
import livekit.LivekitRoom.RoomParticipantIdentity;
import livekit.LivekitRoom.SendDataRequest;
import livekit.LivekitRoom.SendDataResponse;
import livekit.LivekitRoom.UpdateParticipantRequest;
import livekit.LivekitRoom.UpdateRoomMetadataRequest;
import livekit.LivekitRoom.UpdateSubscriptionsRequest;
import livekit.LivekitRoom.UpdateSubscriptionsResponse;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.MuteTrackRequest;
import livekit.LivekitRtc.SignalResponse;

/**
 * LiveKit's RoomService: looks after rooms and participants from outside. Every call needs a token
 * with the right to it. Runs on the control loop.
 */
public final class RoomService {
    private final Rooms rooms;
    private final Clock clock;
    private final ServerMessages messages = new ServerMessages();

    public RoomService(Rooms rooms, Clock clock) {
        this.clock = clock;
        this.rooms = rooms;
    }

    /**
     * @return an empty request of a method, to be filled by whatever encoding it comes in
     */
    public static Message.Builder request(String method) throws TwirpException {
        return switch (method) {
            case "CreateRoom" -> CreateRoomRequest.newBuilder();
            case "ListRooms" -> ListRoomsRequest.newBuilder();
            case "DeleteRoom" -> DeleteRoomRequest.newBuilder();
            case "ListParticipants" -> ListParticipantsRequest.newBuilder();
            case "GetParticipant", "RemoveParticipant" -> RoomParticipantIdentity.newBuilder();
            case "MutePublishedTrack" -> MuteRoomTrackRequest.newBuilder();
            case "UpdateParticipant" -> UpdateParticipantRequest.newBuilder();
            case "UpdateSubscriptions" -> UpdateSubscriptionsRequest.newBuilder();
            case "UpdateRoomMetadata" -> UpdateRoomMetadataRequest.newBuilder();
            case "SendData" -> SendDataRequest.newBuilder();
            case "ForwardParticipant", "MoveParticipant", "PerformRpc" ->
                    throw new TwirpException(Code.UNIMPLEMENTED, method + " is not supported yet");
            default -> throw new TwirpException(Code.BAD_ROUTE, "no such method: " + method);
        };
    }

    /**
     * Does what is asked.
     *
     * @param grants what the caller's token allows
     * @param request as {@link #request} made it
     */
    public Message call(Grants grants, String method, Message request) throws TwirpException {
        return switch (request) {
            case CreateRoomRequest create -> create(grants, create);
            case ListRoomsRequest list -> list(grants, list);
            case DeleteRoomRequest delete -> delete(grants, delete);
            case ListParticipantsRequest list -> participants(administered(grants, list.getRoom()));
            case RoomParticipantIdentity one ->
                    method.equals("RemoveParticipant")
                            ? remove(participant(grants, one.getRoom(), one.getIdentity()))
                            : participant(grants, one.getRoom(), one.getIdentity()).info();
            case MuteRoomTrackRequest mute -> mute(grants, mute);
            case UpdateParticipantRequest update -> update(grants, update);
            case UpdateSubscriptionsRequest update -> subscribe(grants, update);
            case UpdateRoomMetadataRequest update -> describe(grants, update);
            case SendDataRequest send -> send(grants, send);
            default -> throw new TwirpException(Code.INTERNAL, "no such request");
        };
    }

    private static void require(boolean allowed, String right) throws TwirpException {
        if (!allowed) {
            throw new TwirpException(Code.PERMISSION_DENIED, "the token lacks " + right);
        }
    }

    private static void check(boolean fine, String what) throws TwirpException {
        if (!fine) {
            throw new TwirpException(Code.INVALID_ARGUMENT, what);
        }
    }

    private Message send(Grants grants, SendDataRequest request) throws TwirpException {
        SignalRoom room = administered(grants, request.getRoom());
        messages.send(clock.millis(), room, request);
        return SendDataResponse.getDefaultInstance();
    }

    private Room create(Grants grants, CreateRoomRequest request) throws TwirpException {
        if (rooms.isDraining() && rooms.find(request.getName()) == null) {
            throw new TwirpException(Code.UNAVAILABLE, "the server is shutting down");
        }
        require(grants.admin().roomCreate(), "roomCreate");
        String name = request.getName();
        check(
                !name.isEmpty() && name.length() <= Rooms.MAX_NAME,
                "name: expected 1 to 256 characters");
        check(
                request.getMetadata().length() <= ParticipantHandler.MAX_METADATA,
                "metadata: at most 64 KiB");
        SignalRoom before = rooms.find(name);
        RoomOptions base =
                before == null ? RoomOptions.of(rooms.scope().config().room()) : before.options();
        int most = request.getMaxParticipants();
        int empty = request.getEmptyTimeout();
        int departure = request.getDepartureTimeout();
        check(most >= 0 && empty >= 0 && departure >= 0, "numbers: expected none below 0");
        String metadata = request.getMetadata();
        RoomOptions options =
                new RoomOptions(
                        metadata.isEmpty() ? base.metadata() : metadata,
                        most == 0 ? base.maxParticipants() : most,
                        empty == 0 ? base.emptyTimeout() : empty,
                        departure == 0 ? base.departureTimeout() : departure);
        return rooms.create(name, options).info();
    }

    private ListRoomsResponse list(Grants grants, ListRoomsRequest request) throws TwirpException {
        require(grants.admin().roomList(), "roomList");
        List<String> names = request.getNamesList();
        ListRoomsResponse.Builder found = ListRoomsResponse.newBuilder();
        for (SignalRoom room : rooms.all()) {
            if (names.isEmpty() || names.contains(room.name())) {
                found.addRooms(room.info());
            }
        }
        return found.build();
    }

    private DeleteRoomResponse delete(Grants grants, DeleteRoomRequest request)
            throws TwirpException {
        require(grants.admin().roomCreate(), "roomCreate");
        SignalRoom room = rooms.find(request.getRoom());
        if (room == null) {
            throw new TwirpException(Code.NOT_FOUND, "requested room does not exist");
        }
        rooms.delete(room);
        return DeleteRoomResponse.getDefaultInstance();
    }

    private SignalRoom administered(Grants grants, String name) throws TwirpException {
        require(grants.admin().roomAdmin() && grants.room().equals(name), "roomAdmin of this room");
        SignalRoom room = rooms.find(name);
        if (room == null) {
            throw new TwirpException(Code.NOT_FOUND, "requested room does not exist");
        }
        return room;
    }

    private Session participant(Grants grants, String room, String identity) throws TwirpException {
        Session session = administered(grants, room).find(identity);
        if (session == null) {
            throw new TwirpException(Code.NOT_FOUND, "participant does not exist");
        }
        return session;
    }

    private static ListParticipantsResponse participants(SignalRoom room) {
        ListParticipantsResponse.Builder found = ListParticipantsResponse.newBuilder();
        room.sessions().forEach(session -> found.addParticipants(session.info()));
        return found.build();
    }

    private static RemoveParticipantResponse remove(Session session) {
        session.end(DisconnectReason.PARTICIPANT_REMOVED, LeaveRequest.Action.DISCONNECT);
        return RemoveParticipantResponse.getDefaultInstance();
    }

    private MuteRoomTrackResponse mute(Grants grants, MuteRoomTrackRequest request)
            throws TwirpException {
        Session session = participant(grants, request.getRoom(), request.getIdentity());
        Track track = session.tracks().find(request.getTrackSid());
        if (track == null) {
            throw new TwirpException(Code.NOT_FOUND, "track does not exist");
        }
        boolean unmutes = !request.getMuted() && track.info().getMuted();
        if (unmutes && !rooms.scope().config().room().enableRemoteUnmute()) {
            throw new TwirpException(Code.FAILED_PRECONDITION, "remote unmute is not enabled");
        }
        session.send(
                SignalResponse.newBuilder()
                        .setMute(
                                MuteTrackRequest.newBuilder()
                                        .setSid(track.sid())
                                        .setMuted(request.getMuted()))
                        .build());
        SignalRoom room = administered(grants, request.getRoom());
        TrackHandler.mute(session, room, track, request.getMuted());
        return MuteRoomTrackResponse.newBuilder().setTrack(track.info()).build();
    }

    private ParticipantInfo update(Grants grants, UpdateParticipantRequest request)
            throws TwirpException {
        Session session = participant(grants, request.getRoom(), request.getIdentity());
        SignalRoom room = administered(grants, request.getRoom());
        check(
                ParticipantHandler.describe(
                        session,
                        room,
                        request.getName(),
                        request.getMetadata(),
                        request.getAttributesMap()),
                "name, metadata or attributes are too long");
        if (request.hasPermission()) {
            Grants.Video before = session.grants().video();
            Grants.Video allowed = ParticipantInfos.video(before, request.getPermission());
            ParticipantHandler.permit(session, room, allowed);
        }
        return session.info();
    }

    private UpdateSubscriptionsResponse subscribe(Grants grants, UpdateSubscriptionsRequest request)
            throws TwirpException {
        Session session = participant(grants, request.getRoom(), request.getIdentity());
        SignalRoom room = administered(grants, request.getRoom());
        SubscriptionHandler.set(
                session,
                room,
                request.getTrackSidsList(),
                request.getParticipantTracksList(),
                request.getSubscribe());
        return UpdateSubscriptionsResponse.getDefaultInstance();
    }

    private Room describe(Grants grants, UpdateRoomMetadataRequest request) throws TwirpException {
        SignalRoom room = administered(grants, request.getRoom());
        check(
                request.getMetadata().length() <= ParticipantHandler.MAX_METADATA,
                "metadata: at most 64 KiB");
        room.options(room.options().withMetadata(request.getMetadata()));
        return room.info();
    }
}
