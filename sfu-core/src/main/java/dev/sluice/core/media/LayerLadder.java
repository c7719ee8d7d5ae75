package dev.sluice.core.media;

import dev.sluice.core.congestion.TrackDemand;
import java.util.List;

/** The layers that a track's publisher sends now and what each costs, as rungs from low to high. */
final class LayerLadder {
    private static final long SETTLED_NANOS = 500_000_000L;

    /** A little less than was wished is enough. */
    private static final double NEARLY = 0.8;

    private final List<Encoding> encodings;

    LayerLadder(List<Encoding> encodings) {
        this.encodings = encodings;
    }

    /** Adds the rungs up to what is wished. */
    void describe(long nowNanos, TrackDemand demand, Wish wish) {
        boolean simulcast = encodings.size() > 1;
        for (int i = 0; i < encodings.size(); i++) {
            Encoding encoding = encodings.get(i);
            if (!encoding.isAlive(nowNanos)) {
                continue;
            }
            if (!simulcast) {
                int most = Math.min(wish.layer(), LayerRates.SPATIAL - 1);
                for (int spatial = 0; spatial <= most; spatial++) {
                    int top = top(nowNanos, encoding.rates(), spatial, wish.framesPerSecond());
                    describe(nowNanos, demand, encoding.rates(), spatial, spatial, top);
                }
            } else if (!hasLower(nowNanos, i) || (i <= wish.layer() && isSettled(encoding))) {
                int top = top(nowNanos, encoding.rates(), 0, wish.framesPerSecond());
                describe(nowNanos, demand, encoding.rates(), i, 0, top);
            }
        }
    }

    /** What has just begun is not known well enough to choose it. */
    private static boolean isSettled(Encoding encoding) {
        return encoding.rates().measuredNanos() >= SETTLED_NANOS;
    }

    private static void describe(
            long nowNanos, TrackDemand demand, LayerRates rates, int layer, int spatial, int top) {
        boolean granted = demand.spatial() == layer;
        // a larger picture with half the frames is no improvement: only the smallest goes by fewer
        for (int temporal = demand.isOffered() ? top : 0;
                temporal >= 0 && temporal <= top;
                temporal++) {
            boolean last = temporal == top && demand.temporal() > top;
            boolean current = granted && (demand.temporal() == temporal || last);
            demand.rung(layer, temporal, rates.bits(nowNanos, spatial, temporal), current);
        }
    }

    /**
     * @return the highest layer up to {@code most} that is sent now, −1 for none
     */
    int top(long nowNanos, int most) {
        boolean simulcast = encodings.size() > 1;
        for (int i = Math.min(most, TrackDemand.MAX_RUNGS); i >= 0; i--) {
            Encoding encoding = encodings.get(simulcast ? Math.min(i, encodings.size() - 1) : 0);
            boolean sent = simulcast || top(encoding.rates(), i) >= 0;
            if (encoding.isAlive(nowNanos) && sent) {
                return simulcast ? encoding.layer() : i;
            }
        }
        return -1;
    }

    private boolean hasLower(long nowNanos, int above) {
        for (int i = 0; i < above; i++) {
            if (encodings.get(i).isAlive(nowNanos)) {
                return true;
            }
        }
        return false;
    }

    /**
     * @return the temporal layer that brings as many frames as are wished
     */
    int temporal(long nowNanos, Wish wish) {
        if (wish.framesPerSecond() == 0) {
            return Integer.MAX_VALUE;
        }
        for (int i = encodings.size() - 1; i >= 0; i--) {
            Encoding encoding = encodings.get(i);
            if (encoding.isAlive(nowNanos) && i <= wish.layer()) {
                LayerRates rates = encoding.rates();
                return top(nowNanos, rates, rates.highestSpatial(), wish.framesPerSecond());
            }
        }
        return Integer.MAX_VALUE;
    }

    /** The highest temporal layer that is sent, or the lowest with as many frames as are enough. */
    private static int top(long nowNanos, LayerRates rates, int spatial, int enough) {
        int top = top(rates, spatial);
        for (int temporal = 0; enough > 0 && temporal < top; temporal++) {
            if (rates.framesPerSecond(nowNanos, temporal) >= NEARLY * enough) {
                return temporal;
            }
        }
        return top;
    }

    private static int top(LayerRates rates, int spatial) {
        int top = -1;
        for (int temporal = 0; temporal < LayerRates.TEMPORAL; temporal++) {
            if (rates.isSent(spatial, temporal)) {
                top = temporal;
            }
        }
        return top;
    }
}
