package dev.sluice.core.feedback;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.core.congestion.ArrivedPackets;
import dev.sluice.core.congestion.SendSideEstimator;
import dev.sluice.rtp.rtcp.RtcpCompound;
import dev.sluice.rtp.rtcp.TransportFeedback;
import io.netty.buffer.Unpooled;

/** What receivers say of what they get, true or not. */
class FeedbackFuzzTest {
    private static final class Sink implements FeedbackSink {
        private final SendSideEstimator estimator = new SendSideEstimator(0, 300_000);
        private final long[] arrivals = new long[4_096];
        private final ArrivedPackets scratch = new ArrivedPackets();

        @Override
        public void onSenderReport(long nowNanos, long ssrc, long ntp, long rtpTimestamp) {}

        @Override
        public void onReport(long nowNanos, long ssrc, int fractionLost, long roundTripNanos) {
            assertTrue(fractionLost >= 0 && fractionLost <= 255);
            if (roundTripNanos >= 0) {
                estimator.onRoundTrip(roundTripNanos);
            }
        }

        @Override
        public void onNack(long nowNanos, long ssrc, int packetId, int lostMask) {
            assertTrue(packetId >= 0 && packetId <= 0xFFFF);
        }

        @Override
        public void onKeyFrameRequest(long nowNanos, long ssrc, boolean fir) {}

        @Override
        public void onTransportFeedback(long nowNanos, RtcpCompound packet) {
            int count = TransportFeedback.parse(packet, arrivals);
            if (count > 0) {
                estimator.onFeedback(
                        nowNanos,
                        TransportFeedback.baseSequence(packet),
                        arrivals,
                        count,
                        TransportFeedback.referenceNanos(packet),
                        scratch);
            }
        }

        @Override
        public void onReceiverEstimate(long nowNanos, double bitsPerSecond) {
            estimator.onRemb(bitsPerSecond);
        }

        @Override
        public void onBye(long nowNanos, long ssrc) {}
    }

    /** Lies cannot drive the estimate out of its bounds, nor make anything grow. */
    @FuzzTest(maxDuration = "10m")
    void anySequence(FuzzedDataProvider data) {
        Sink sink = new Sink();
        FeedbackDispatcher dispatcher = new FeedbackDispatcher(0);
        long nowNanos = 0;
        for (int i = 0; i < 200 && data.remainingBytes() > 0; i++) {
            nowNanos += data.consumeLong(0, 200_000_000L);
            for (int packets = data.consumeInt(0, 20); packets > 0; packets--) {
                sink.estimator.onPacketSent(nowNanos, data.consumeInt(50, 1_500));
            }
            byte[] bytes = data.consumeBytes(data.consumeInt(0, 300));
            dispatcher.dispatch(nowNanos, Unpooled.wrappedBuffer(bytes), 0, bytes.length, sink);
            sink.estimator.onTimeout(nowNanos);
            double bits = sink.estimator.bitsPerSecond();
            assertTrue(bits > 0 && bits <= 20_000_000, () -> "an estimate of " + bits);
            assertTrue(sink.estimator.queueDelayMs() >= 0);
        }
    }
}
