package dev.sluice.signaling.livekit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitRtc.SignalResponse;

/**
 * A session's way to its client: a socket that may be lost and replaced. While it is lost, nothing
 * is kept but who left; all else is told anew when the client is back.
 */
final class SignalLink {
    /** Who left meanwhile is told of up to so many; the client learns of the others by absence. */
    private static final int MAX_MISSED = 1000;

    private SignalSink sink;
    private boolean lost;
    private final Map<String, ParticipantInfo> left = new LinkedHashMap<>();

    SignalLink(SignalSink sink) {
        this.sink = sink;
    }

    void send(SignalResponse message) {
        if (!lost) {
            sink.send(message);
        } else if (message.hasUpdate()) {
            for (ParticipantInfo each : message.getUpdate().getParticipantsList()) {
                boolean gone = each.getState() == ParticipantInfo.State.DISCONNECTED;
                if (gone && left.size() < MAX_MISSED) {
                    left.put(each.getSid(), each);
                }
            }
        }
    }

    void close(int code) {
        sink.close(code);
    }

    /**
     * A socket closed.
     *
     * @return whether it was the one in use
     */
    boolean onClosed(SignalSink socket) {
        boolean current = socket.equals(sink) && !lost;
        lost |= current;
        return current;
    }

    /**
     * The client is back on another socket; the older one, if any, is closed.
     *
     * @param code of that closing
     * @return who left meanwhile
     */
    List<ParticipantInfo> replace(SignalSink newer, int code) {
        if (!lost) {
            sink.close(code);
        }
        sink = newer;
        lost = false;
        List<ParticipantInfo> gone = new ArrayList<>(left.values());
        left.clear();
        return gone;
    }

    boolean isLost() {
        return lost;
    }
}
