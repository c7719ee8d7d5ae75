package dev.sluice.signaling.livekit;

import dev.sluice.core.Sfu;
import dev.sluice.signaling.config.Settings;
import dev.sluice.signaling.sdp.PublisherOffer;
import dev.sluice.signaling.sdp.ViewerOffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitRtc.LeaveRequest;
import org.jspecify.annotations.Nullable;

/** All rooms by name, and the way in to them. */
public final class Rooms {
    /** Why a join was refused, with the HTTP status that says so. */
    public enum Refusal {
        NO_IDENTITY(400, "the token has no identity or room"),
        NAME_TOO_LONG(400, "room and identity may have 256 characters"),
        BAD_PROTOCOL(400, "this protocol version is not supported"),
        NO_ROOM(404, "requested room does not exist"),
        FULL(503, "the room or the server is full"),
        DRAINING(503, "the server is shutting down"),
        OVERLOADED(503, "the server has too much to do");

        private final int status;
        private final String text;

        Refusal(int status, String text) {
            this.status = status;
            this.text = text;
        }

        public int status() {
            return status;
        }

        public String text() {
            return text;
        }
    }

    /** Characters of a name. */
    static final int MAX_NAME = 256;

    private final SignalScope scope;
    private final Map<String, SignalRoom> rooms = new HashMap<>();
    private final Map<SignalRoom, Future<?>> closing = new HashMap<>();
    private boolean draining;

    /**
     * @param loop the one control loop; all methods run on it
     */
    public Rooms(
            Sfu sfu,
            Settings settings,
            AccessTokens tokens,
            ScheduledExecutorService loop,
            Clock clock,
            RoomEvent.Listener events,
            String version) {
        scope =
                new SignalScope(
                        sfu,
                        settings,
                        tokens,
                        loop,
                        clock,
                        new Sids(),
                        new RememberedEstimates(clock),
                        new TurnServers(settings, clock),
                        events,
                        version);
    }

    /**
     * @return why this token's holder may not come in now, null when it may
     */
    public @Nullable Refusal refusal(Grants grants, ClientSettings client) {
        Refusal misfit = misfit(grants, client);
        if (misfit != null) {
            return misfit;
        }
        SignalRoom room = rooms.get(grants.room());
        if (draining && room == null) {
            return Refusal.DRAINING;
        }
        if (room == null && !scope.config().room().autoCreate()) {
            return Refusal.NO_ROOM;
        }
        if (isFull(room, grants.identity())) {
            return Refusal.FULL;
        }
        return isOverloaded(room, grants, client) ? Refusal.OVERLOADED : null;
    }

    /** What no server would take. */
    private static @Nullable Refusal misfit(Grants grants, ClientSettings client) {
        if (grants.identity().isEmpty() || grants.room().isEmpty()) {
            return Refusal.NO_IDENTITY;
        }
        if (grants.identity().length() > MAX_NAME || grants.room().length() > MAX_NAME) {
            return Refusal.NAME_TOO_LONG;
        }
        return client.protocol() < ClientSettings.OLDEST_PROTOCOL ? Refusal.BAD_PROTOCOL : null;
    }

    /** Who was here before may come back. */
    private boolean isOverloaded(@Nullable SignalRoom room, Grants grants, ClientSettings client) {
        if (room == null) {
            return !client.resume() && !scope.sfu().takesRooms();
        }
        return !client.resume() && !room.has(grants.identity()) && !room.takesMore();
    }

    private boolean isFull(@Nullable SignalRoom room, String identity) {
        int roomLimit = room == null ? 0 : room.options().maxParticipants();
        int limit = scope.config().limit().participants();
        int roomsLimit = scope.config().limit().rooms();
        if (room == null && roomsLimit > 0 && rooms.size() >= roomsLimit) {
            return true;
        }
        boolean replaces = room != null && room.has(identity);
        boolean roomFull = room != null && roomLimit > 0 && room.size() >= roomLimit;
        return !replaces && (roomFull || (limit > 0 && participantCount() >= limit));
    }

    /** Lets a client in, whom {@link #refusal} did not refuse; its first message is sent. */
    public Session join(Grants grants, ClientSettings client, SignalSink sink) {
        if (client.resume()) {
            return resume(grants, client, sink);
        }
        SignalRoom room = open(grants.room(), RoomOptions.of(scope.config().room()));
        Future<?> pending = closing.remove(room);
        if (pending != null) {
            pending.cancel(false);
        }
        Session session = new Session(scope, grants, client, sink, room);
        room.join(session);
        session.onFirst(client.first());
        return session;
    }

    private SignalRoom open(String name, RoomOptions options) {
        return rooms.computeIfAbsent(
                name, _ -> new SignalRoom(scope, name, options, this::onEmpty));
    }

    /**
     * Makes a room before anybody comes, or describes the one there is.
     *
     * @return the room
     */
    SignalRoom create(String name, RoomOptions options) {
        SignalRoom room = rooms.get(name);
        if (room == null) {
            room = open(name, options);
            closeLater(room, options.emptyTimeout());
        } else {
            room.options(options);
        }
        return room;
    }

    /** Ends a room and everybody's session in it. */
    void delete(SignalRoom room) {
        room.leaveAll(DisconnectReason.ROOM_DELETED, LeaveRequest.Action.DISCONNECT);
        Future<?> pending = closing.remove(room);
        if (pending != null) {
            pending.cancel(false);
        }
        if (rooms.remove(room.name(), room)) {
            room.close();
        }
    }

    @Nullable SignalRoom find(String name) {
        return rooms.get(name);
    }

    List<SignalRoom> all() {
        return List.copyOf(rooms.values());
    }

    SignalScope scope() {
        return scope;
    }

    /** Somebody wants to go on with a session: only its own, in its own room. */
    private Session resume(Grants grants, ClientSettings client, SignalSink sink) {
        SignalRoom room = rooms.get(grants.room());
        Session session = room == null ? null : room.find(grants.identity());
        if (session == null || !session.sid().equals(client.participantSid())) {
            return Session.ofUnknownResume(scope, grants, client, sink);
        }
        session.resume(sink);
        session.onFirst(client.first());
        return session;
    }

    /**
     * Lets a WHIP client in, whom {@link #refusal} did not refuse.
     *
     * @return completes with the answer, or fails with a {@link NegotiationException}
     */
    public WhipSession whip(Grants grants, PublisherOffer offer, String sdp) {
        WhipSession whip = new WhipSession(grants, scope.sids().secret());
        ClientSettings client = ClientSettings.of(ClientSettings.Flow.SEND, "whip");
        whip.start(join(grants, client, whip), offer, sdp);
        return whip;
    }

    /**
     * Lets a WHEP client in, whom {@link #refusal} did not refuse.
     *
     * @param filter whom it wants to see
     * @return its session, null when there is nothing to see now
     */
    public @Nullable WhepSession whep(
            Grants grants, ViewerOffer offer, ViewerConnection.Filter filter) {
        SignalRoom room = rooms.get(grants.room());
        if (room == null || !room.isLive(filter)) {
            return null;
        }
        WhepSession whep = new WhepSession(grants, scope.sids().secret());
        ClientSettings client = ClientSettings.of(ClientSettings.Flow.RECEIVE, "whep");
        Session session = new Session(scope, grants, client, whep, room);
        ViewerConnection viewer = new ViewerConnection(scope, session, room, offer, filter);
        session.view(viewer);
        room.join(session);
        whep.start(session, viewer);
        return whep;
    }

    /** Ends a participant's session, if it is there. */
    public void remove(String roomName, String identity) {
        SignalRoom room = rooms.get(roomName);
        Session session = room == null ? null : room.find(identity);
        if (session != null) {
            session.end(DisconnectReason.PARTICIPANT_REMOVED, LeaveRequest.Action.DISCONNECT);
        }
    }

    /**
     * @return relays for a client without signaling, as the value of a Link header; may be empty
     */
    public String iceServerLinks(DirectSession session) {
        return scope.turn().links(session.id());
    }

    /**
     * @return what is in all rooms, as JSON
     */
    public String view() {
        return RoomView.all(this);
    }

    /**
     * @return what is in a room and what happened there, as JSON; null when there is no such room
     */
    public @Nullable String view(String roomName) {
        SignalRoom room = rooms.get(roomName);
        return room == null ? null : RoomView.of(room);
    }

    /**
     * Why a participant sees what it sees.
     *
     * @return completes on the control loop with JSON; null when there is no such participant
     */
    public @Nullable CompletableFuture<String> why(String roomName, String identity) {
        SignalRoom room = rooms.get(roomName);
        Session session = room == null ? null : room.find(identity);
        return room == null || session == null
                ? null
                : Why.of(scope, room, session, session.receiving());
    }

    private void onEmpty(SignalRoom room) {
        closeLater(room, room.options().departureTimeout());
    }

    private void closeLater(SignalRoom room, int seconds) {
        closing.put(
                room, scope.loop().schedule(() -> closeIfEmpty(room), seconds, TimeUnit.SECONDS));
    }

    private void closeIfEmpty(SignalRoom room) {
        if (room.size() == 0 && rooms.remove(room.name(), room)) {
            closing.remove(room);
            room.close();
        }
    }

    /** No more rooms; those that live here go on, and may be joined. */
    public void drain() {
        draining = true;
    }

    /**
     * @return whether no room is made any more
     */
    boolean isDraining() {
        return draining;
    }

    /**
     * Tells everybody to come back elsewhere, one after the other, so that not all knock there at
     * once.
     *
     * @return completes when all have been told
     */
    public CompletableFuture<Void> sendAway(long overMillis) {
        List<Session> all = new ArrayList<>();
        rooms.values().forEach(room -> all.addAll(room.sessions()));
        List<CompletableFuture<Void>> told = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Session session = all.get(i);
            CompletableFuture<Void> done = new CompletableFuture<>();
            told.add(done);
            Future<?> later =
                    scope.loop()
                            .schedule(
                                    () -> {
                                        session.end(
                                                DisconnectReason.SERVER_SHUTDOWN,
                                                LeaveRequest.Action.RECONNECT);
                                        done.complete(null);
                                    },
                                    overMillis * i / all.size(),
                                    TimeUnit.MILLISECONDS);
            assert !later.isCancelled();
        }
        return CompletableFuture.allOf(told.toArray(CompletableFuture<?>[]::new));
    }

    /** Tells everybody to come back elsewhere, and ends all rooms. */
    public void shutDown() {
        draining = true;
        for (SignalRoom room : List.copyOf(rooms.values())) {
            room.leaveAll(DisconnectReason.SERVER_SHUTDOWN, LeaveRequest.Action.RECONNECT);
            room.close();
        }
        closing.values().forEach(pending -> pending.cancel(false));
        closing.clear();
        rooms.clear();
    }

    public int roomCount() {
        return rooms.size();
    }

    public int participantCount() {
        return rooms.values().stream().mapToInt(SignalRoom::size).sum();
    }

    /**
     * @return published tracks, or subscriptions, of all participants
     */
    public int trackCount(boolean published) {
        return rooms.values().stream().mapToInt(room -> room.trackCount(published)).sum();
    }
}
