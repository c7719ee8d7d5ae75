package dev.sluice.signaling.livekit;

import dev.sluice.core.PeerHandle;
import dev.sluice.core.RoomHandle;
import dev.sluice.core.data.DataEvents;
import dev.sluice.core.data.DataMessage;
import dev.sluice.core.data.DataMessage.Form;
import dev.sluice.core.data.DataSender;
import dev.sluice.sctp.Reliability;
import dev.sluice.sctp.SctpCloseReason;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The data channels of one connection: what comes goes to the room. Those that LiveKit names carry
 * its packets; on others an application's own messages go as they are, and to clients of LiveKit as
 * messages whose topic is the channel's label. Called on the connection's worker.
 */
final class DataLink implements DataEvents {
    static final String RELIABLE = "_reliable";
    static final String LOSSY = "_lossy";

    /** The channels that the server opens to receivers. */
    static final Map<String, Reliability> OURS =
            Map.of(RELIABLE, Reliability.RELIABLE, LOSSY, Reliability.LOSSY);

    private final SessionData session;
    private final RoomHandle room;
    private final PeerHandle peer;
    private final boolean receives;
    private final DataSender sender;
    private final DataPacketRewriter rewriter = new DataPacketRewriter();
    private final Map<String, Boolean> plain = new HashMap<>(); // label: may messages be lost
    private boolean receiving;

    /**
     * @param receives whether packets for the session go to this connection
     */
    DataLink(SessionData session, RoomHandle room, PeerHandle peer, boolean receives) {
        this.session = session;
        this.room = room;
        this.peer = peer;
        this.receives = receives;
        this.sender = new DataSender(peer::resumeData);
    }

    @Override
    public void onChannel(String label, Reliability reliability) {
        if (label.equals(RELIABLE) && receives && !receiving) {
            receiving = true; // what was kept for it may go now
            peer.listen(session.member());
        }
        if (!label.startsWith("_")) {
            plain.put(label, reliability.isPartial() || !reliability.ordered());
            session.becomePlain(peer);
        }
    }

    @Override
    public Answer onMessage(String label, boolean text, ByteBuf message) {
        DataIdentity who = session.identity();
        boolean packet = label.equals(RELIABLE) || label.equals(LOSSY);
        boolean taken =
                who.mayPublish()
                        && (packet
                                ? onPacket(who, label.equals(RELIABLE), message)
                                : onPlain(who, label, text, message));
        return !taken ? Answer.REFUSED : sender.mayGoOn() ? Answer.TAKEN : Answer.FULL;
    }

    private boolean onPacket(DataIdentity who, boolean reliable, ByteBuf message) {
        if (!rewriter.read(message) || (rewriter.isTranscription() && !who.agent())) {
            return false;
        }
        if (reliable && session.isRepeated(rewriter.sequence())) {
            return true;
        }
        Set<String> to = rewriter.destinations();
        ByteBuf packet = rewriter.write(message, reliable, who.identity(), who.visibleSid());
        String label = reliable ? RELIABLE : LOSSY;
        send(new DataMessage(Form.PACKET, label, false, reliable, packet, who.sid(), to));
        if (rewriter.isUser() && room.readsData(Form.PLAIN)) {
            ByteBuf payload = rewriter.payload(message);
            String topic = rewriter.topic();
            send(new DataMessage(Form.PLAIN, topic, false, reliable, payload, who.sid(), to));
        }
        return true;
    }

    private boolean onPlain(DataIdentity who, String label, boolean text, ByteBuf message) {
        Boolean lossy = plain.get(label);
        if (lossy == null) {
            return false; // data tracks, which nobody here understands
        }
        if (room.readsData(Form.PACKET)) {
            ByteBuf packet =
                    UserPackets.write(message, lossy, label, who.identity(), who.visibleSid());
            String to = lossy ? LOSSY : RELIABLE;
            send(new DataMessage(Form.PACKET, to, false, !lossy, packet, who.sid(), Set.of()));
        }
        ByteBuf same = message.retainedSlice();
        send(new DataMessage(Form.PLAIN, label, text, !lossy, same, who.sid(), Set.of()));
        return true;
    }

    private void send(DataMessage message) {
        room.sendData(sender, message);
    }

    @Override
    public void onChannelClosed(String label) {
        plain.remove(label);
    }

    @Override
    public void onDataClosed(SctpCloseReason reason) {
        // media goes on; the connection's own end tells the session
    }
}
