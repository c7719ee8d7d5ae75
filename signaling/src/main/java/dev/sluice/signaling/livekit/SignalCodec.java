package dev.sluice.signaling.livekit;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import org.jspecify.annotations.Nullable;

/** Frames to messages and back: protobuf in binary frames, proto3 JSON in text frames. */
public final class SignalCodec {
    /** Bytes of a frame without a session description. */
    public static final int MAX_FRAME = 64 * 1024;

    /** Bytes of a frame with one. */
    public static final int MAX_SDP_FRAME = 1024 * 1024;

    private SignalResponse latest = SignalResponse.getDefaultInstance();
    private byte[] latestBytes = {};
    private SignalResponse latestPrinted = SignalResponse.getDefaultInstance();
    private String latestText = "{}";
    private final JsonGuard guard = new JsonGuard();
    private final JsonFormat.Parser parser = JsonFormat.parser().ignoringUnknownFields();
    private final JsonFormat.Printer printer =
            JsonFormat.printer().omittingInsignificantWhitespace();

    /**
     * @return the message, null when the bytes are none or it is too large for its kind
     */
    public @Nullable SignalRequest decode(byte[] frame) {
        try {
            return bounded(SignalRequest.parseFrom(frame), frame.length);
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    /**
     * @return the message, null when the text is none or it is too large for its kind
     */
    public @Nullable SignalRequest decode(String frame) {
        if (!guard.accepts(frame)) {
            return null;
        }
        try {
            SignalRequest.Builder builder = SignalRequest.newBuilder();
            parser.merge(frame, builder);
            return bounded(builder.build(), frame.length());
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            return null; // the parser throws what its JSON library throws
        }
    }

    private static @Nullable SignalRequest bounded(SignalRequest request, int length) {
        boolean sdp =
                switch (request.getMessageCase()) {
                    case OFFER, ANSWER, SYNC_STATE -> true;
                    default -> false;
                };
        return length <= MAX_FRAME || sdp ? request : null;
    }

    /**
     * @return the message as protobuf; not to be changed, since a room's news are the same bytes
     *     for all
     */
    @SuppressWarnings("ReferenceEquality") // the same message is meant
    public byte[] encode(SignalResponse response) {
        if (response != latest) {
            latest = response;
            latestBytes = response.toByteArray();
        }
        return latestBytes;
    }

    /**
     * @return the message as proto3 JSON
     */
    @SuppressWarnings("ReferenceEquality") // as above
    public String encodeJson(SignalResponse response) {
        if (response != latestPrinted) {
            latestText = print(response);
            latestPrinted = response;
        }
        return latestText;
    }

    private String print(SignalResponse response) {
        try {
            return printer.print(response);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("cannot print a message", e);
        }
    }
}
