package dev.sluice.core;

import dev.sluice.core.data.DataMember;
import dev.sluice.core.data.DataMessage;
import dev.sluice.core.data.DataSender;
import dev.sluice.core.load.LoadLevel;
import dev.sluice.core.room.Peer;
import dev.sluice.core.room.PeerEvents;
import dev.sluice.core.room.Room;
import dev.sluice.core.room.RoomEvents;
import dev.sluice.ice.IceCredentials;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A room on its home worker, from any thread. */
public final class RoomHandle {
    private final Sfu sfu;
    private final Worker worker;
    private final CompletableFuture<Room> room = new CompletableFuture<>();
    private final Map<Worker, GuestSeat> guests = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    RoomHandle(Sfu sfu, Worker worker, RoomEvents events) {
        this.sfu = sfu;
        this.worker = worker;
        worker.post(() ->
                room.complete(
                        new Room(
                                worker.nowNanos(),
                                worker.transports(),
                                worker.media(),
                                worker.data(),
                                events)));
    }

    /**
     * Makes a peer connection.
     *
     * @param name for thread names and logs
     * @param receivesOnly whether it will never publish: then it may live on another worker
     * @return completes once the worker accepts its connectivity checks: tell the peer only then
     */
    public CompletableFuture<PeerHandle> createPeer(
            String name, PeerEvents events, boolean receivesOnly) {
        Worker place = receivesOnly ? sfu.placeSubscriber(worker) : worker;
        GuestSeat seat =
                place == worker
                        ? null
                        : guests.computeIfAbsent(
                                place, there -> new GuestSeat(sfu, worker, room, there));
        place.expectPeer();
        IceCredentials local = IceCredentials.create(sfu.random());
        CompletableFuture<PeerHandle> made = new CompletableFuture<>();
        place.post(() -> {
            Room here = seat == null ? room.join() : seat.room();
            Peer peer = new Peer(place.nowNanos(), here, name, local, events);
            made.complete(
                    new PeerHandle(
                            place,
                            seat,
                            peer,
                            sfu.random(),
                            local,
                            peer.fingerprint(),
                            sfu.candidates(place)));
        });
        return made;
    }

    /** Somebody gets the room's messages from now on; {@link PeerHandle#listen} says where. */
    public void joinData(DataMember member) {
        worker.post(() -> room.join().data().join(worker.nowNanos(), member));
    }

    /** Somebody gets no more messages; idempotent. */
    public void leaveData(DataMember member) {
        worker.post(() -> room.join().data().leave(member));
    }

    /**
     * Gives a message to members of the room.
     *
     * @param from who waits while a receiver is full, null when nobody can
     * @param message its bytes are released
     */
    public void sendData(@Nullable DataSender from, DataMessage message) {
        if (worker.isHere()) { // as for nearly all: their messages come in here
            room.join().data().send(worker.nowNanos(), from, message);
        } else {
            worker.post(() -> room.join().data().send(worker.nowNanos(), from, message));
        }
    }

    /**
     * @return whether there are members that read messages of this form
     */
    public boolean readsData(DataMessage.Form form) {
        Room there = room.getNow(null);
        return there != null && there.data().reads(form);
    }

    /** Ends the room and all its peers; idempotent. */
    public void close() {
        if (closed.compareAndSet(false, true)) {
            guests.values().forEach(GuestSeat::close);
            worker.post(() -> room.join().close());
            sfu.onRoomClosed(this);
        }
    }

    /**
     * @return whether its worker lets more people in, and more tracks
     */
    public boolean takesMore() {
        boolean busy = worker.load().level().compareTo(LoadLevel.NO_JOINS) >= 0;
        return !busy && !worker.isStalled() && sfu.hasMemory();
    }

    Worker worker() {
        return worker;
    }
}
