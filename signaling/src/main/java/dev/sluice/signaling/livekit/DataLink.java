package dev.sluice.signaling.livekit;

import dev.sluice.core.data.DataEvents;
import dev.sluice.sctp.Reliability;
import dev.sluice.sctp.SctpCloseReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.Map;

/** The data channels of one connection, as LiveKit names them: what comes goes to the room. */
final class DataLink implements DataEvents {
    static final String RELIABLE = "_reliable";
    static final String LOSSY = "_lossy";

    /** The channels that the server opens to receivers. */
    static final Map<String, Reliability> OURS =
            Map.of(RELIABLE, Reliability.RELIABLE, LOSSY, Reliability.LOSSY);

    private final SignalScope scope;
    private final Session session;
    private final SignalRoom room;

    DataLink(SignalScope scope, Session session, SignalRoom room) {
        this.scope = scope;
        this.session = session;
        this.room = room;
    }

    @Override
    public void onChannel(String label, Reliability reliability) {
        // both sides know what there is
    }

    @Override
    public void onMessage(String label, boolean text, ByteBuf message) {
        boolean reliable = label.equals(RELIABLE);
        if (!reliable && !label.equals(LOSSY)) {
            return; // data tracks and channels of other protocols
        }
        byte[] packet = ByteBufUtil.getBytes(message);
        scope.loop().execute(() -> DataRouter.route(room, session, reliable, packet));
    }

    @Override
    public void onChannelClosed(String label) {
        // who wants it back opens it anew
    }

    @Override
    public void onDataClosed(SctpCloseReason reason) {
        // media goes on; the connection's own end tells the session
    }
}
