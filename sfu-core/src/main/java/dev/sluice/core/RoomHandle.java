package dev.sluice.core;

import dev.sluice.core.room.Peer;
import dev.sluice.core.room.PeerEvents;
import dev.sluice.core.room.Room;
import dev.sluice.core.room.RoomEvents;
import dev.sluice.ice.IceCredentials;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** A room on its home worker, from any thread. */
public final class RoomHandle {
    private final Sfu sfu;
    private final Worker worker;
    private final CompletableFuture<Room> room = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    RoomHandle(Sfu sfu, Worker worker, RoomEvents events) {
        this.sfu = sfu;
        this.worker = worker;
        worker.post(() ->
                room.complete(
                        new Room(worker.nowNanos(), worker.transports(), worker.media(), events)));
    }

    /**
     * Makes a peer connection.
     *
     * @param name for thread names and logs
     * @return completes once the worker accepts its connectivity checks: tell the peer only then
     */
    public CompletableFuture<PeerHandle> createPeer(String name, PeerEvents events) {
        IceCredentials local = IceCredentials.create(sfu.random());
        CompletableFuture<PeerHandle> made = new CompletableFuture<>();
        worker.post(() -> {
            Peer peer = new Peer(worker.nowNanos(), room.join(), name, local, events);
            made.complete(
                    new PeerHandle(
                            worker,
                            peer,
                            sfu.random(),
                            local,
                            sfu.fingerprint(),
                            sfu.candidates(worker)));
        });
        return made;
    }

    /** Ends the room and all its peers; idempotent. */
    public void close() {
        if (closed.compareAndSet(false, true)) {
            worker.post(() -> room.join().close());
            sfu.onRoomClosed(this);
        }
    }

    Worker worker() {
        return worker;
    }
}
