package dev.sluice.core.relay;

import dev.sluice.core.media.PublishedTrack;
import dev.sluice.core.media.TrackRelay;
import dev.sluice.rtp.RtpPacket;
import io.netty.buffer.ByteBuf;

/**
 * A published track's way to one other worker, for as long as somebody uses it there. The home
 * worker alone decides when it opens and closes.
 */
public final class RelayWriter implements TrackRelay {
    private final RelayLink link;
    private final int key;
    private final PublishedTrack track;
    private final Runnable closeThere;
    private int users;
    private boolean closed;

    /**
     * @param key of the track on this link
     * @param closeThere ends the track on the other worker
     */
    public RelayWriter(RelayLink link, int key, PublishedTrack track, Runnable closeThere) {
        this.link = link;
        this.key = key;
        this.track = track;
        this.closeThere = closeThere;
    }

    /** One more subscriber on the other worker. */
    public void use() {
        users++;
    }

    /** One fewer; the last one ends the relay. */
    public void release(long nowNanos) {
        users--;
        if (users == 0 && !closed) {
            track.remove(nowNanos, this);
            close();
        }
    }

    public int key() {
        return key;
    }

    @Override
    public boolean goesBy(Object other) {
        return link == other;
    }

    @Override
    public void onRtp(int layer, RtpPacket packet, boolean recovered, boolean resumed) {
        int flags = (recovered ? RelayLink.RECOVERED : 0) | (resumed ? RelayLink.RESUMED : 0);
        ByteBuf to = link.record(key, RelayLink.PACKET, layer, flags, packet.length());
        if (to != null) {
            to.writeBytes(packet.buffer(), packet.offset(), packet.length());
        }
    }

    @Override
    public void onSenderReport(int layer, long ntp, long timestamp) {
        ByteBuf to = link.record(key, RelayLink.REPORT, layer, 0, 16);
        if (to != null) {
            to.writeLong(ntp).writeLong(timestamp);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            closeThere.run();
        }
    }
}
