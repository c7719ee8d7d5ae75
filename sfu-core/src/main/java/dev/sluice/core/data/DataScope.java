package dev.sluice.core.data;

import dev.sluice.sctp.Association;
import java.util.ArrayList;
import java.util.List;

/** What the data channels of one worker share. */
public final class DataScope {
    private static final int MAX_RECORD = 1452;

    private final Association.Scope sctp;
    private final int bytesPerSecond;
    private final byte[] record = new byte[MAX_RECORD];
    private final List<DataTransport> waiting = new ArrayList<>();

    /**
     * @param bytesPerSecond that each peer may send
     */
    public DataScope(Association.Scope sctp, int bytesPerSecond) {
        this.sctp = sctp;
        this.bytesPerSecond = bytesPerSecond;
    }

    /**
     * @return where a packet is made a record
     */
    byte[] record() {
        return record;
    }

    Association.Scope sctp() {
        return sctp;
    }

    int bytesPerSecond() {
        return bytesPerSecond;
    }

    /** Lets what a transport has leave at the end of the burst, so that messages share packets. */
    void flushLater(DataTransport transport) {
        waiting.add(transport);
    }

    /** The burst ends. */
    public void flush(long nowNanos) {
        for (int i = 0; i < waiting.size(); i++) { // it may grow meanwhile
            waiting.get(i).flush(nowNanos);
        }
        waiting.clear();
    }
}
