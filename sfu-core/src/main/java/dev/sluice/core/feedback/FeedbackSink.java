package dev.sluice.core.feedback;

import dev.sluice.rtp.rtcp.RtcpCompound;

/** Owners of what incoming RTCP blocks speak about; SSRCs may be unknown to them. */
public interface FeedbackSink {
    void onSenderReport(long nowNanos, long ssrc, long ntp, long rtpTimestamp);

    /**
     * @param roundTripNanos −1 when the block does not tell
     */
    void onReport(long nowNanos, long ssrc, int fractionLost, long roundTripNanos);

    /**
     * @param lostMask bit i: {@code packetId + i + 1} is lost too
     */
    void onNack(long nowNanos, long ssrc, int packetId, int lostMask);

    void onKeyFrameRequest(long nowNanos, long ssrc, boolean fir);

    /** Transport-wide feedback, under the cursor. */
    void onTransportFeedback(long nowNanos, RtcpCompound packet);

    /** The peer says what it can receive in all, bits a second. */
    void onReceiverEstimate(long nowNanos, double bitsPerSecond);

    void onBye(long nowNanos, long ssrc);
}
