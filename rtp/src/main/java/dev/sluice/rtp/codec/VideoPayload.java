package dev.sluice.rtp.codec;

import dev.sluice.rtp.RtpPacket;

/**
 * What a forwarding unit asks of any video packet: does a key frame start here, on which layer is
 * it.
 */
public final class VideoPayload {
    private final Vp8Descriptor vp8 = new Vp8Descriptor();
    private final Vp9Descriptor vp9 = new Vp9Descriptor();

    /**
     * @param dependencyDescriptorId negotiated id of the dependency descriptor, 0 for none; it
     *     decides where it is present, since payloads may be encrypted end to end
     * @return whether this packet is the first of a key frame
     */
    public boolean isKeyFrame(VideoCodec codec, RtpPacket packet, int dependencyDescriptorId) {
        var buffer = packet.buffer();
        if (packet.extensions().has(dependencyDescriptorId)) {
            return Av1Payload.hasStructure(
                    buffer,
                    packet.extensions().offset(dependencyDescriptorId),
                    packet.extensions().length(dependencyDescriptorId));
        }
        int offset = packet.payloadOffset();
        int length = packet.payloadLength();
        return switch (codec) {
            case VP8 -> vp8.wrap(buffer, offset, length) && vp8.isKeyFrame();
            case VP9 -> vp9.wrap(buffer, offset, length) && vp9.isKeyFrame();
            case H264 -> H264Payload.isKeyFrame(buffer, offset, length);
            case H265 -> H264Payload.isH265KeyFrame(buffer, offset, length);
            case AV1 -> Av1Payload.isKeyFrame(buffer, offset, length);
        };
    }

    /**
     * @param dependencyDescriptorId as in {@link #isKeyFrame}
     * @return layers and switch points of this packet, as {@link FrameMark} packs them
     */
    public int mark(VideoCodec codec, RtpPacket packet, int dependencyDescriptorId) {
        int key = isKeyFrame(codec, packet, dependencyDescriptorId) ? FrameMark.KEY_FRAME : 0;
        var buffer = packet.buffer();
        int offset = packet.payloadOffset();
        int length = packet.payloadLength();
        return switch (codec) {
            case VP8 -> vp8.wrap(buffer, offset, length) ? markVp8() | key : key;
            case VP9 -> vp9.wrap(buffer, offset, length) ? markVp9() | key : key;
            default -> key;
        };
    }

    private int markVp8() {
        int mark = FrameMark.of(0, vp8.temporalId());
        mark |= vp8.isLayerSync() ? FrameMark.TEMPORAL_SYNC : 0;
        return mark | (vp8.isStartOfFrame() ? FrameMark.START : 0);
    }

    private int markVp9() {
        int mark = FrameMark.of(vp9.spatialId(), vp9.temporalId());
        mark |= vp9.isSwitchingUp() ? FrameMark.TEMPORAL_SYNC : 0;
        mark |= vp9.isInterPicturePredicted() ? 0 : FrameMark.SPATIAL_SYNC;
        mark |= vp9.isStartOfFrame() ? FrameMark.START : 0;
        return mark | (vp9.isEndOfFrame() ? FrameMark.END : 0);
    }
}
