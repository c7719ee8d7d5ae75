package dev.sluice.core.media;

import dev.sluice.core.loop.Timed;
import dev.sluice.rtp.RtpPacket;
import java.util.ArrayList;
import java.util.List;

/**
 * The encodings of one worker with a {@link FrameHold} that is not empty, longest waiting first.
 */
public final class HeldFrames {
    private final List<Encoding> waiting = new ArrayList<>();
    private final RtpPacket[] views = new RtpPacket[FrameHold.CAPACITY];

    public HeldFrames() {
        for (int i = 0; i < views.length; i++) {
            views[i] = new RtpPacket();
        }
    }

    /**
     * @return a view for the packet at this place of a frame that is being released
     */
    RtpPacket view(int place) {
        return views[place];
    }

    void add(Encoding encoding) {
        waiting.add(encoding);
    }

    void remove(Encoding encoding) {
        waiting.remove(encoding);
    }

    /**
     * @return when the longest waiting is to leave, {@link Timed#NEVER} when nothing waits
     */
    public long next() {
        return waiting.isEmpty() ? Timed.NEVER : waiting.get(0).hold().deadlineNanos();
    }

    /** Forwards what has waited long enough. */
    public void releaseDue(long nowNanos) {
        while (!waiting.isEmpty() && waiting.get(0).hold().deadlineNanos() <= nowNanos) {
            Encoding encoding = waiting.get(0);
            encoding.track().release(nowNanos, encoding);
        }
    }
}
