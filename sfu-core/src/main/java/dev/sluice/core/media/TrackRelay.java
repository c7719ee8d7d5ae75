package dev.sluice.core.media;

import dev.sluice.rtp.RtpPacket;

/** Where a published track goes besides its subscribers here: another worker. */
public interface TrackRelay {
    /**
     * @return whether it goes by this link
     */
    boolean goesBy(Object link);

    /** A plain packet came. */
    void onRtp(int layer, RtpPacket packet, boolean recovered);

    /** The publisher told the time of a stream. */
    void onSenderReport(int layer, long ntp, long timestamp);

    /** The track ended. */
    void close();
}
