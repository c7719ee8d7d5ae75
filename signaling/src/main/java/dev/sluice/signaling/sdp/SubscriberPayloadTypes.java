package dev.sluice.signaling.sdp;

import dev.sluice.core.media.CodecParameters;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The payload types of our offers to one subscriber: each codec and format keeps its number for the
 * life of the connection, since a bundle must not give one number two meanings.
 */
final class SubscriberPayloadTypes {
    private static final int OPUS = 111;
    private static final int RED = 63;
    private static final int FIRST = 96;
    private static final int LAST = 127;
    private static final int FIRST_LOW = 35;
    private static final int LAST_LOW = 62;

    private final Map<String, Integer> types = new HashMap<>();
    private int next = FIRST;
    private int nextLow = FIRST_LOW;

    /**
     * @return our codec for one of a publisher's; payload type −1 when all numbers are taken
     */
    CodecParameters of(CodecParameters codec, boolean video) {
        String key =
                codec.name().toUpperCase(Locale.ROOT)
                        + "/"
                        + codec.clockRate()
                        + "/"
                        + codec.format();
        int type =
                switch (codec.name().toLowerCase(Locale.ROOT)) {
                    case "opus" -> OPUS;
                    case "red" -> RED;
                    default -> types.computeIfAbsent(key, _ -> free());
                };
        int rtx = video && type >= 0 ? types.computeIfAbsent(key + "/rtx", _ -> free()) : -1;
        return new CodecParameters(type, codec.name(), codec.clockRate(), codec.format(), rtx);
    }

    private int free() {
        if (next == OPUS) {
            next++;
        }
        if (next <= LAST) {
            return next++;
        }
        return nextLow <= LAST_LOW ? nextLow++ : -1;
    }
}
