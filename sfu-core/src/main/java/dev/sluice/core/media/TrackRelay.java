package dev.sluice.core.media;

import dev.sluice.rtp.RtpPacket;

/** Where a published track goes besides its subscribers here: another worker. */
public interface TrackRelay {
    /**
     * @return whether it goes by this link
     */
    boolean goesBy(Object link);

    /**
     * A plain packet came.
     *
     * @param resumed whether those before it were kept back though nothing is missing
     */
    void onRtp(int layer, RtpPacket packet, boolean recovered, boolean resumed);

    /** The publisher told the time of a stream. */
    void onSenderReport(int layer, long ntp, long timestamp);

    /** The track ended. */
    void close();
}
