package dev.sluice.core.media;

import dev.sluice.rtp.codec.VideoCodec;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The payload types of a media section, found by number. Immutable. */
final class CodecTable {
    private static final int SIZE = 128;

    private final @Nullable CodecParameters[] codecs = new CodecParameters[SIZE];
    private final @Nullable VideoCodec[] video = new VideoCodec[SIZE];
    private final int[] repairs = new int[SIZE]; // RTX payload type → what it repairs, plus one

    CodecTable(List<CodecParameters> parameters) {
        for (CodecParameters codec : parameters) {
            codecs[codec.payloadType()] = codec;
            video[codec.payloadType()] = VideoCodec.of(codec.name());
            if (codec.rtxPayloadType() >= 0) {
                repairs[codec.rtxPayloadType()] = codec.payloadType() + 1;
            }
        }
    }

    @Nullable CodecParameters byPayloadType(int payloadType) {
        return codecs[payloadType];
    }

    @Nullable VideoCodec video(int payloadType) {
        return video[payloadType];
    }

    /**
     * @return the payload type that this RTX payload type repairs, −1 when it is none
     */
    int repairedBy(int payloadType) {
        return repairs[payloadType] - 1;
    }

    /**
     * @return for each payload type of {@code from} its number here, −1 where there is none
     */
    int[] mapFrom(List<CodecParameters> from) {
        int[] map = new int[SIZE];
        Arrays.fill(map, -1);
        for (CodecParameters source : from) {
            for (CodecParameters own : codecs) {
                if (own != null && own.isSameCodec(source)) {
                    map[source.payloadType()] = own.payloadType();
                    break;
                }
            }
        }
        return map;
    }

    /**
     * Lets a subscriber without redundant audio have the Opus inside it (RFC 2198): such payload
     * types are mapped to Opus.
     *
     * @param map from {@link #mapFrom}; changed
     * @return for each payload type of {@code from} whether redundancy is to be taken off
     */
    boolean[] stripsRed(List<CodecParameters> from, int[] map) {
        boolean[] strips = new boolean[SIZE];
        for (CodecParameters red : from) {
            if (red.name().equalsIgnoreCase("red") && map[red.payloadType()] < 0) {
                for (CodecParameters own : codecs) {
                    if (own != null && own.name().equalsIgnoreCase("opus")) {
                        map[red.payloadType()] = own.payloadType();
                        strips[red.payloadType()] = true;
                    }
                }
            }
        }
        return strips;
    }

    /**
     * @return for each payload type its RTX payload type, −1 where there is none
     */
    int[] rtxTypes() {
        int[] map = new int[SIZE];
        for (int i = 0; i < SIZE; i++) {
            CodecParameters codec = codecs[i];
            map[i] = codec == null ? -1 : codec.rtxPayloadType();
        }
        return map;
    }
}
