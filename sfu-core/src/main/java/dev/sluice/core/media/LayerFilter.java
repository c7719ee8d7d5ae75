package dev.sluice.core.media;

import dev.sluice.rtp.codec.FrameMark;
import org.jspecify.annotations.Nullable;

/**
 * Which spatial and temporal layers of one stream a subscriber gets. Down at any frame; up where
 * the codec says that nothing before is needed. Streams whose frames are described go by what each
 * frame depends on.
 */
final class LayerFilter {
    private int targetSpatial = Integer.MAX_VALUE;
    private int targetTemporal = Integer.MAX_VALUE;
    private int spatial = Integer.MAX_VALUE;
    private int temporal = Integer.MAX_VALUE;
    private @Nullable DependencyFilter described;

    /** Sets the highest layers wanted. */
    void target(int spatialLayer, int temporalLayer) {
        targetSpatial = spatialLayer;
        targetTemporal = temporalLayer;
    }

    /** The stream begins, at a key frame: everything wanted may pass. */
    void restart() {
        spatial = targetSpatial;
        temporal = targetTemporal;
    }

    /** The packets that follow are of another stream, which begins at a key frame. */
    void switchSource() {
        restart();
        if (described != null) {
            described.restart();
        }
    }

    /**
     * @param frames what the stream's frames depend on, null when that is not described
     * @return whether the packet with these marks is to be forwarded
     */
    boolean passes(int mark, @Nullable FrameDependencies frames) {
        if (frames != null && FrameMark.has(mark, FrameMark.DESCRIBED)) {
            return passesDescribed(mark, frames);
        }
        int ofSpatial = FrameMark.spatial(mark);
        int ofTemporal = FrameMark.temporal(mark);
        if (FrameMark.has(mark, FrameMark.START)) {
            adapt(mark, ofSpatial, ofTemporal);
        }
        return ofSpatial <= spatial && ofTemporal <= temporal;
    }

    private boolean passesDescribed(int mark, FrameDependencies frames) {
        DependencyFilter filter = described;
        if (filter == null) {
            filter = new DependencyFilter();
            described = filter;
        }
        int place = FrameMark.frame(mark);
        boolean passes = filter.passes(frames, place, targetSpatial, targetTemporal);
        spatial = filter.spatial();
        temporal = filter.temporal();
        return passes;
    }

    private void adapt(int mark, int ofSpatial, int ofTemporal) {
        if (FrameMark.isKeyFrame(mark)) {
            restart();
            return;
        }
        // a picture's spatial layers are let go together: when its lowest begins
        spatial = ofSpatial == 0 ? Math.min(spatial, targetSpatial) : spatial;
        temporal = Math.min(temporal, targetTemporal);
        boolean spatialSync = FrameMark.has(mark, FrameMark.SPATIAL_SYNC);
        if (ofSpatial == spatial + 1 && ofSpatial <= targetSpatial && spatialSync) {
            spatial = ofSpatial;
        }
        boolean temporalSync = FrameMark.has(mark, FrameMark.TEMPORAL_SYNC);
        if (ofTemporal > temporal && ofTemporal <= targetTemporal && temporalSync) {
            temporal = ofTemporal;
        }
    }

    /**
     * @param highest spatial layer that is sent
     * @return whether another spatial layer is wanted than passes: codecs that predict from one
     *     layer to the next only in key frames need one
     */
    boolean waitsForKeyFrame(int highest) {
        boolean stuck = described != null && described.isStuck();
        return stuck || spatial < Math.min(targetSpatial, highest);
    }

    /**
     * @return whether this packet is the last of its picture for this subscriber, though more of
     *     the picture follows on layers that it does not get
     */
    boolean endsPicture(int mark) {
        return FrameMark.has(mark, FrameMark.END) && FrameMark.spatial(mark) == spatial;
    }

    /**
     * @return highest spatial layer that passes now
     */
    int spatial() {
        return spatial;
    }

    int temporal() {
        return temporal;
    }
}
