package dev.sluice.core;

import dev.sluice.core.data.DataMember;
import dev.sluice.core.data.DataRelay;
import dev.sluice.core.data.DataSeat;
import dev.sluice.core.media.PublishedTrack;
import dev.sluice.core.media.RelayedTrack;
import dev.sluice.core.media.SubscriptionParameters;
import dev.sluice.core.media.TrackParameters;
import dev.sluice.core.relay.RelayLink;
import dev.sluice.core.relay.RelayReader;
import dev.sluice.core.relay.RelayWriter;
import dev.sluice.core.room.Peer;
import dev.sluice.core.room.Room;
import java.util.concurrent.CompletableFuture;

/**
 * A room's subscribers on another than its home worker. A track comes here once, whatever their
 * number; the home worker counts who uses it, and alone opens and closes its relay.
 */
final class GuestSeat {
    private final Sfu sfu;
    private final Worker home;
    private final CompletableFuture<Room> homeRoom;
    private final Worker worker;
    private final DataRelay relayed;
    private final CompletableFuture<Room> here = new CompletableFuture<>();

    GuestSeat(Sfu sfu, Worker home, CompletableFuture<Room> homeRoom, Worker worker) {
        this.sfu = sfu;
        this.home = home;
        this.homeRoom = homeRoom;
        this.worker = worker;
        this.relayed = new DataRelay(worker::post, worker::nowNanos);
        worker.post(
                () -> here.complete(new Room(worker.transports(), worker.media(), worker.data())));
        home.post(() -> homeRoom.join().data().add(relayed));
    }

    /**
     * @return the part of the room here; complete for commands posted to {@link #worker}
     */
    Room room() {
        return here.join();
    }

    /** Runs a command here after those of the home worker: all commands of a guest go this way. */
    void post(Runnable command) {
        home.post(() -> worker.post(command));
    }

    /** Lets a guest receive a track, which comes here from now on if it did not yet. */
    void subscribe(Peer peer, String trackId, SubscriptionParameters parameters) {
        home.post(() -> {
            PublishedTrack track = homeRoom.join().track(trackId);
            if (track == null) {
                return; // gone meanwhile
            }
            RelayWriter relay = relay(track);
            relay.use();
            TrackParameters described = track.parameters();
            worker.post(() -> {
                open(relay, track, described);
                if (!peer.subscribe(worker.nowNanos(), trackId, parameters)) {
                    home.post(() -> relay.release(home.nowNanos()));
                }
            });
        });
    }

    /** Gives a guest the room's messages from now on. */
    void listen(Peer peer, DataMember member) {
        DataSeat there =
                new DataSeat() {
                    @Override
                    public void onFull(boolean full) {
                        home.post(() -> member.onFull(full));
                    }

                    @Override
                    public void onLeft() {
                        home.post(member::onLeft);
                    }
                };
        home.post(() -> {
            worker.post(() -> peer.listen(there));
            member.attach(home.nowNanos(), peer, relayed);
        });
    }

    /** On the home worker. */
    private RelayWriter relay(PublishedTrack track) {
        RelayLink link = home.linkTo(worker);
        if (track.relay(link) instanceof RelayWriter existing) {
            return existing;
        }
        int key = sfu.nextRelayKey();
        RelayWriter relay = new RelayWriter(link, key, track, () -> worker.post(() -> close(key)));
        track.add(home.nowNanos(), relay);
        return relay;
    }

    /** On the guest worker: makes the track that the relay feeds. */
    private void open(RelayWriter relay, PublishedTrack source, TrackParameters parameters) {
        RelayReader reader = worker.relayed();
        if (reader.has(relay.key())) {
            return;
        }
        RelayedTrack track =
                new RelayedTrack(
                        worker.nowNanos(),
                        worker.media(),
                        parameters,
                        layer -> home.post(() -> source.requestKeyFrame(home.nowNanos(), layer)),
                        () -> home.post(() -> relay.release(home.nowNanos())));
        reader.open(relay.key(), track);
        room().add(track.track());
    }

    /** On the guest worker: the relay has ended. */
    private void close(int key) {
        RelayedTrack track = worker.relayed().remove(key);
        if (track != null) {
            room().remove(track.track());
            track.close();
        }
    }

    /** Ends all guests. */
    void close() {
        worker.post(() -> room().close());
    }
}
