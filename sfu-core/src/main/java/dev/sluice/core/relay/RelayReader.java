package dev.sluice.core.relay;

import dev.sluice.core.media.MediaScope;
import dev.sluice.core.media.RelayedTrack;
import dev.sluice.core.stats.Counter;
import io.netty.buffer.ByteBuf;
import io.netty.util.collection.IntObjectHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The tracks that come to one worker from others, by their keys. */
public final class RelayReader {
    private final MediaScope scope;
    private final LongSupplier clock;
    private final IntObjectHashMap<RelayedTrack> tracks = new IntObjectHashMap<>();

    public RelayReader(MediaScope scope, LongSupplier clock) {
        this.scope = scope;
        this.clock = clock;
    }

    /**
     * @return whether a track is open under this key
     */
    public boolean has(int key) {
        return tracks.containsKey(key);
    }

    /** Makes room for a track that will come under this key. */
    public void open(int key, RelayedTrack track) {
        tracks.put(key, track);
    }

    /**
     * @return the track that came under this key, null when there was none; to be closed
     */
    public @Nullable RelayedTrack remove(int key) {
        return tracks.remove(key);
    }

    /** Takes a batch of records. */
    void read(ByteBuf batch) {
        long nowNanos = clock.getAsLong();
        while (batch.isReadable()) {
            int key = batch.readInt();
            int kind = batch.readByte();
            int layer = batch.readByte();
            int flags = batch.readByte();
            int length = batch.readUnsignedShort();
            int at = batch.readerIndex();
            RelayedTrack track = tracks.get(key);
            if (track != null) {
                if (kind == RelayLink.REPORT) {
                    track.onSenderReport(nowNanos, layer, batch.getLong(at), batch.getLong(at + 8));
                } else {
                    scope.counters().add(Counter.RELAYED_IN);
                    if ((flags & RelayLink.RESUMED) != 0) {
                        track.resumes();
                    }
                    boolean recovered = (flags & RelayLink.RECOVERED) != 0;
                    track.onRtp(nowNanos, layer, batch, at, length, recovered);
                }
            }
            batch.readerIndex(at + length);
        }
    }
}
