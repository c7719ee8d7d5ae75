package dev.sluice.rtp.codec;

import dev.sluice.rtp.RtpPacket;

/** What a forwarding unit asks of any video packet: does a key frame start here, on which layer. */
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
}
