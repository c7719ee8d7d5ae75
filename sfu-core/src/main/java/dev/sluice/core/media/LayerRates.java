package dev.sluice.core.media;

import dev.sluice.rtp.codec.FrameMark;
import java.util.Arrays;

/**
 * Bits a second of each layer of one encoding: over the last second, and smoothed over five. A
 * layer is a spatial one inside the stream (0 with simulcast, where each encoding is a stream) and
 * a temporal one. Headers of the datagram and the tag are counted.
 */
final class LayerRates {
    static final int SPATIAL = 4;
    static final int TEMPORAL = 4;

    /** Layers from here on are those that higher spatial layers do without. */
    private static final int LEAVES = SPATIAL * TEMPORAL;

    private static final int BUCKETS = 20;
    private static final long BUCKET_NANOS = 50_000_000L;
    private static final double SMOOTHING = 0.01; // of a bucket in five seconds
    private static final int OVERHEAD = 44;
    private static final int SETTLED_BUCKETS = 5;

    private int[] bytes = new int[BUCKETS];
    private final int[] pictures = new int[TEMPORAL * BUCKETS];
    private double[] smoothed = new double[1];
    private int layers = 1;
    private int highestSpatial;
    private long bucket = -1;
    private long firstBucket;

    /**
     * A packet came.
     *
     * @param mark its layers, and whether higher ones do without it
     * @param last whether it is the last of its picture
     */
    void add(long nowNanos, int mark, boolean last, int length) {
        int spatial = Math.min(FrameMark.spatial(mark), SPATIAL - 1);
        int temporal = Math.min(FrameMark.temporal(mark), TEMPORAL - 1);
        highestSpatial = Math.max(highestSpatial, spatial);
        int layer = spatial * TEMPORAL + temporal;
        layer += FrameMark.has(mark, FrameMark.SPATIAL_LEAF) ? LEAVES : 0;
        if (layer >= layers) {
            layers = layer + 1;
            bytes = Arrays.copyOf(bytes, layers * BUCKETS);
            smoothed = Arrays.copyOf(smoothed, layers);
        }
        roll(nowNanos);
        int current = (int) (bucket % BUCKETS);
        bytes[layer * BUCKETS + current] += length + OVERHEAD;
        pictures[temporal * BUCKETS + current] += last ? 1 : 0;
    }

    private void roll(long nowNanos) {
        long now = Math.floorDiv(nowNanos, BUCKET_NANOS);
        if (bucket < 0 || now - bucket > 2 * BUCKETS) { // first packet, or after a pause
            Arrays.fill(bytes, 0);
            Arrays.fill(pictures, 0);
            Arrays.fill(smoothed, 0);
            bucket = now;
            firstBucket = now;
        }
        while (bucket < now) {
            int ended = (int) (bucket % BUCKETS);
            bucket++;
            int next = (int) (bucket % BUCKETS);
            for (int temporal = 0; temporal < TEMPORAL; temporal++) {
                pictures[temporal * BUCKETS + next] = 0;
            }
            for (int layer = 0; layer < layers; layer++) {
                double bits = bytes[layer * BUCKETS + ended] * 8e9 / BUCKET_NANOS;
                double share = Math.max(SMOOTHING, 1.0 / (bucket - firstBucket));
                smoothed[layer] += share * (bits - smoothed[layer]);
                bytes[layer * BUCKETS + next] = 0;
            }
        }
    }

    /**
     * @return bits a second of a layer with all that it depends on
     */
    double bits(long nowNanos, int spatial, int temporal) {
        if (bucket < 0) {
            return 0;
        }
        roll(nowNanos);
        long measured = Math.clamp(bucket - firstBucket, SETTLED_BUCKETS, BUCKETS);
        double window = 0;
        double smooth = 0;
        for (int layer = 0; layer < layers; layer++) {
            if (!needs(spatial, temporal, layer)) {
                continue;
            }
            smooth += smoothed[layer];
            for (int i = 0; i < BUCKETS; i++) {
                window += bytes[layer * BUCKETS + i];
            }
        }
        return Math.max(smooth, window * 8e9 / (measured * BUCKET_NANOS));
    }

    /**
     * @return pictures a second up to a temporal layer
     */
    double framesPerSecond(long nowNanos, int temporal) {
        if (bucket < 0) {
            return 0;
        }
        roll(nowNanos);
        int count = 0;
        for (int i = 0; i < (temporal + 1) * BUCKETS; i++) {
            count += pictures[i];
        }
        long measured = Math.clamp(bucket - firstBucket, SETTLED_BUCKETS, BUCKETS);
        return count * 1e9 / (measured * BUCKET_NANOS);
    }

    private static boolean needs(int spatial, int temporal, int layer) {
        int of = layer % LEAVES / TEMPORAL;
        return layer % TEMPORAL <= temporal && (layer < LEAVES ? of <= spatial : of == spatial);
    }

    /**
     * @return whether packets of this very layer came within the last second
     */
    boolean isSent(int spatial, int temporal) {
        int layer = spatial * TEMPORAL + temporal;
        return hasBytes(layer) || hasBytes(layer + LEAVES);
    }

    private boolean hasBytes(int layer) {
        if (layer >= layers) {
            return false;
        }
        for (int i = 0; i < BUCKETS; i++) {
            if (bytes[layer * BUCKETS + i] > 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * @return the highest spatial layer seen inside the stream
     */
    int highestSpatial() {
        return highestSpatial;
    }

    /**
     * @return the highest temporal layer of which pictures came within the last second
     */
    int highestTemporal() {
        int highest = 0;
        for (int i = 0; i < pictures.length; i++) {
            highest = pictures[i] > 0 ? i / BUCKETS : highest;
        }
        return highest;
    }

    /**
     * @return how long it has been measured, ns
     */
    long measuredNanos() {
        return bucket < 0 ? 0 : (bucket - firstBucket) * BUCKET_NANOS;
    }
}
