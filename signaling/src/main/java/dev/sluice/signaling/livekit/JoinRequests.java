package dev.sluice.signaling.livekit;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.zip.GZIPInputStream;
import livekit.LivekitRtc.JoinRequest;
import livekit.LivekitRtc.WrappedJoinRequest;
import org.jspecify.annotations.Nullable;

/**
 * The request in the query of {@code /rtc/v1}: base64url of a message that holds, compressed or
 * not, what the client asks for.
 */
public final class JoinRequests {
    /** Bytes of a request at most, inflated. */
    private static final int MAX = 1024 * 1024;

    private JoinRequests() {}

    /**
     * @param text base64url, padded or not; null when there is none
     * @param json whether the first frame is to be JSON
     * @return what the client says of itself, null when it cannot be read
     */
    public static @Nullable ClientSettings read(@Nullable String text, boolean json) {
        if (text == null || text.length() > 2 * MAX) {
            return null;
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            WrappedJoinRequest wrapped = WrappedJoinRequest.parseFrom(bytes);
            ByteString inner = wrapped.getJoinRequest();
            byte[] request =
                    switch (wrapped.getCompression()) {
                        case NONE -> inner.toByteArray();
                        case GZIP -> inflate(inner);
                        case UNRECOGNIZED -> null;
                    };
            return request == null ? null : ClientSettings.of(JoinRequest.parseFrom(request), json);
        } catch (IllegalArgumentException | InvalidProtocolBufferException e) {
            return null;
        }
    }

    /** Does what a client asked for with its joining. */
    static void apply(JoinRequest first, SignalScope scope, Session session, SignalRoom room) {
        if (session.grants().video().canUpdateOwnMetadata()) {
            ParticipantHandler.describe(
                    session, room, "", first.getMetadata(), first.getParticipantAttributesMap());
        }
        first.getAddTrackRequestsList()
                .forEach(request -> TrackHandler.onAddTrack(scope, session, request));
        if (first.hasPublisherOffer()) {
            session.publisher().onOffer(first.getPublisherOffer());
        }
    }

    /** Stops at the limit, however much more there would be. */
    private static byte @Nullable [] inflate(ByteString compressed) {
        try (InputStream in = new GZIPInputStream(compressed.newInput())) {
            byte[] bytes = in.readNBytes(MAX + 1);
            return bytes.length > MAX ? null : bytes;
        } catch (IOException e) {
            return null;
        }
    }
}
