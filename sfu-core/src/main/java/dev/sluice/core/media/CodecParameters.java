package dev.sluice.core.media;

/**
 * One payload type of a media section. Immutable.
 *
 * @param payloadType 0…127, not 64…95
 * @param name encoding name as in {@code a=rtpmap}, any case
 * @param clockRate Hz
 * @param format what has to be equal for two sides to mean the same, such as H.264's packetization
 *     mode and profile; empty when the name says it all
 * @param rtxPayloadType payload type of its retransmissions, −1 for none
 */
public record CodecParameters(
        int payloadType, String name, int clockRate, String format, int rtxPayloadType) {
    /**
     * @return whether packets of this payload type can be sent as {@code other}
     */
    public boolean isSameCodec(CodecParameters other) {
        return name.equalsIgnoreCase(other.name)
                && clockRate == other.clockRate
                && format.equalsIgnoreCase(other.format);
    }
}
