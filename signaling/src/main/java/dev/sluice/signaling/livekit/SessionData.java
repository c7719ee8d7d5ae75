package dev.sluice.signaling.livekit;

import dev.sluice.core.PeerHandle;
import dev.sluice.core.RoomHandle;
import dev.sluice.core.data.DataMember;
import dev.sluice.core.data.DataMessage.Form;
import org.jspecify.annotations.Nullable;

/**
 * The data side of a session: who it is to others, and how far its messages have come. Changed on
 * the control loop, read by workers.
 */
final class SessionData {
    private final String sid;
    private final @Nullable RoomHandle room;
    private final DataMember member;
    private final DataMember plain;
    private volatile DataIdentity identity;
    private volatile int last; // written by the worker of the publisher
    private volatile boolean isPlain; // by the worker that sees the first channel
    private volatile boolean left;

    SessionData(String sid, Grants grants, @Nullable RoomHandle room) {
        this.sid = sid;
        this.room = room;
        this.identity = DataIdentity.of(sid, grants);
        this.member = new DataMember(sid, grants.identity(), Form.PACKET);
        this.plain = new DataMember(sid, grants.identity(), Form.PLAIN);
    }

    void grants(Grants changed) {
        identity = DataIdentity.of(sid, changed);
    }

    DataIdentity identity() {
        return identity;
    }

    /**
     * @return the session among the receivers of packets
     */
    DataMember member() {
        return member;
    }

    /** What others send from now on is for this one, too. */
    void join() {
        if (room != null) {
            room.joinData(member);
        }
    }

    /** The session opened a channel of its own: it reads messages as they are, and no packets. */
    void becomePlain(PeerHandle peer) {
        if (room != null && !isPlain && !left) {
            isPlain = true;
            room.leaveData(member);
            room.joinData(plain);
            peer.listen(plain);
        }
    }

    void leave() {
        left = true;
        if (room != null) {
            room.leaveData(member);
            room.leaveData(plain);
        }
    }

    /**
     * A reliable packet came. Clients repeat some when their signaling comes back.
     *
     * @param number of the packet; 0 is none
     * @return whether it came before
     */
    boolean isRepeated(int number) {
        boolean repeated = number > 0 && number <= last;
        last = Math.max(last, number);
        return repeated;
    }

    /**
     * @return number of the last reliable packet
     */
    int lastNumber() {
        return last;
    }
}
