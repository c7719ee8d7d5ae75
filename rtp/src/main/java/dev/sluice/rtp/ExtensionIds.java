package dev.sluice.rtp;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The negotiated header extension ids of one media section. Immutable. An id of 0 means "not
 * negotiated"; {@link HeaderExtensions#has} answers false for it.
 */
public final class ExtensionIds {
    /** Nothing negotiated. */
    public static final ExtensionIds NONE = new ExtensionIds(Map.of());

    private final Map<ExtensionUri, Integer> ids = new EnumMap<>(ExtensionUri.class);
    private final int mid;
    private final int rtpStreamId;
    private final int repairedRtpStreamId;
    private final int transportWideCc;
    private final int audioLevel;
    private final int dependencyDescriptor;

    /**
     * @param ids extension to id, 1…{@link HeaderExtensions#MAX_ID}; others are left out
     */
    public ExtensionIds(Map<ExtensionUri, Integer> ids) {
        ids.forEach((uri, id) -> {
            if (id > 0 && id <= HeaderExtensions.MAX_ID) {
                this.ids.put(uri, id);
            }
        });
        mid = id(ExtensionUri.MID);
        rtpStreamId = id(ExtensionUri.RTP_STREAM_ID);
        repairedRtpStreamId = id(ExtensionUri.REPAIRED_RTP_STREAM_ID);
        transportWideCc = id(ExtensionUri.TRANSPORT_WIDE_CC);
        audioLevel = id(ExtensionUri.AUDIO_LEVEL);
        dependencyDescriptor = id(ExtensionUri.DEPENDENCY_DESCRIPTOR);
    }

    /**
     * @return the id, or 0
     */
    public int id(ExtensionUri uri) {
        return ids.getOrDefault(uri, 0);
    }

    /**
     * @return the same but for this extension
     */
    public ExtensionIds without(ExtensionUri uri) {
        Map<ExtensionUri, Integer> others = new EnumMap<>(ExtensionUri.class);
        others.putAll(ids);
        others.remove(uri);
        return new ExtensionIds(others);
    }

    public int mid() {
        return mid;
    }

    public int rtpStreamId() {
        return rtpStreamId;
    }

    public int repairedRtpStreamId() {
        return repairedRtpStreamId;
    }

    public int transportWideCc() {
        return transportWideCc;
    }

    public int audioLevel() {
        return audioLevel;
    }

    public int dependencyDescriptor() {
        return dependencyDescriptor;
    }

    /** Equal when every extension has the same id. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ExtensionIds that && ids.equals(that.ids);
    }

    @Override
    public int hashCode() {
        return ids.hashCode();
    }
}
