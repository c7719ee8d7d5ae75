package dev.sluice.core.media;

import dev.sluice.core.feedback.RtcpSink;
import dev.sluice.core.loop.Timed;
import dev.sluice.core.stats.Counter;
import dev.sluice.core.stats.Counters;
import dev.sluice.rtp.rtcp.FullIntraRequest;
import dev.sluice.rtp.rtcp.PictureLoss;

/**
 * Asks a publisher for a key frame of one encoding on behalf of all subscribers: at most one
 * request per interval, repeated with growing pauses until a key frame came (RFC 4585 §6.3.1, RFC
 * 5104 §4.3.1).
 */
final class KeyFrameRequester implements Timed {
    private static final long MIN_INTERVAL_NANOS = 500_000_000L;

    /** Between key frames for those who see a lower layer meanwhile. */
    private static final long PATIENT_INTERVAL_NANOS = 2_500_000_000L;

    private static final long MAX_INTERVAL_NANOS = 4_000_000_000L;

    /** What an encoder needs on top of the round trip. */
    private static final long ENCODE_NANOS = 140_000_000L;

    /** How a request reaches the publisher. */
    interface Asker {
        /**
         * @param mediaSsrc of the encoding
         * @param firSequence number of the request, 8 bits; the same when it is repeated
         */
        void ask(long mediaSsrc, int firSequence);
    }

    private final Asker asker;
    private long mediaSsrc;
    private int firSequence;
    private long roundTripNanos = 100_000_000L;
    private long lastNanos = Long.MIN_VALUE;
    private long dueNanos = NEVER;
    private long repeatNanos;

    KeyFrameRequester(Asker asker) {
        this.asker = asker;
    }

    /** Asks by RTCP: a picture loss indication, or a full intra request for want of it. */
    static Asker byRtcp(RtcpSink rtcp, Counters counters, long senderSsrc, boolean pli) {
        return (mediaSsrc, firSequence) -> {
            int length =
                    pli
                            ? PictureLoss.write(rtcp.buffer(), 0, senderSsrc, mediaSsrc)
                            : FullIntraRequest.write(
                                    rtcp.buffer(), 0, senderSsrc, mediaSsrc, firSequence);
            rtcp.send(length);
            counters.add(Counter.PLI_OUT);
        };
    }

    void mediaSsrc(long ssrc) {
        mediaSsrc = ssrc;
    }

    void roundTrip(long nanos) {
        roundTripNanos = nanos;
    }

    /**
     * Somebody needs a key frame; the timer is to be updated afterwards.
     *
     * @param urgent whether that one sees nothing until it comes, rather than a lower layer
     */
    void request(long nowNanos, boolean urgent) {
        long rest = urgent ? interval() : PATIENT_INTERVAL_NANOS;
        long due = lastNanos == Long.MIN_VALUE ? nowNanos : Math.max(nowNanos, lastNanos + rest);
        if (dueNanos == NEVER) {
            repeatNanos = interval();
            firSequence = (firSequence + 1) & 0xFF;
            dueNanos = due;
        } else {
            dueNanos = Math.min(dueNanos, due);
        }
    }

    private long interval() {
        return Math.max(MIN_INTERVAL_NANOS, roundTripNanos + ENCODE_NANOS);
    }

    /** A key frame began: all wishes are fulfilled. */
    void onKeyFrame() {
        dueNanos = NEVER;
    }

    @Override
    public long nextTimeout() {
        return dueNanos;
    }

    @Override
    public void onTimeout(long nowNanos) {
        if (dueNanos > nowNanos) {
            return;
        }
        lastNanos = nowNanos;
        dueNanos = nowNanos + repeatNanos;
        repeatNanos = Math.min(2 * repeatNanos, MAX_INTERVAL_NANOS);
        asker.ask(mediaSsrc, firSequence);
    }
}
