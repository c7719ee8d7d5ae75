package dev.sluice.signaling.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.sluice.signaling.livekit.AccessTokens;
import dev.sluice.signaling.livekit.Grants;
import dev.sluice.signaling.livekit.RoomService;
import dev.sluice.signaling.livekit.TwirpException;
import dev.sluice.signaling.livekit.TwirpException.Code;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /twirp/livekit.RoomService/METHOD}, in protobuf or in JSON (Twirp protocol v7). The
 * token is looked at before the body.
 */
final class TwirpRoutes {
    private static final String PREFIX = "/twirp/";
    private static final String SERVICE = PREFIX + "livekit.RoomService/";
    private static final String PROTOBUF = "application/protobuf";
    private static final String JSON = "application/json";

    private final RoomService service;
    private final AccessTokens tokens;
    private final JsonFormat.Parser parser = JsonFormat.parser().ignoringUnknownFields();
    private final JsonFormat.Printer printer =
            JsonFormat.printer().omittingInsignificantWhitespace();

    TwirpRoutes(RoomService service, AccessTokens tokens) {
        this.service = service;
        this.tokens = tokens;
    }

    /**
     * @return the answer, null for another path
     */
    @Nullable Reply answer(Request request) {
        if (!request.path().startsWith(PREFIX)) {
            return null;
        }
        if (request.method().equals("OPTIONS")) {
            return Reply.text(204, "")
                    .with("access-control-allow-methods", "POST")
                    .with("access-control-allow-headers", "authorization, content-type");
        }
        try {
            return call(request);
        } catch (TwirpException e) {
            return refusal(e);
        }
    }

    private Reply call(Request request) throws TwirpException {
        if (!request.method().equals("POST") || !request.path().startsWith(SERVICE)) {
            throw new TwirpException(Code.BAD_ROUTE, "expected POST " + SERVICE + "METHOD");
        }
        Grants grants = tokens.verify(request.token());
        if (grants == null) {
            throw new TwirpException(Code.UNAUTHENTICATED, "unauthorized");
        }
        String method = request.path().substring(SERVICE.length());
        Message.Builder empty = RoomService.request(method);
        boolean json = request.mediaType().equals(JSON);
        if (!json && !request.mediaType().equals(PROTOBUF)) {
            throw new TwirpException(
                    Code.BAD_ROUTE, "expected content-type " + JSON + " or " + PROTOBUF);
        }
        try {
            if (json) {
                parser.merge(request.text(), empty);
            } else {
                empty.mergeFrom(request.body());
            }
            Message answer = service.call(grants, method, empty.build());
            return json
                    ? Reply.json(200, printer.print(answer))
                    : new Reply(200, PROTOBUF, answer.toByteArray());
        } catch (InvalidProtocolBufferException e) {
            throw new TwirpException(Code.MALFORMED, "the request cannot be read");
        }
    }

    private static Reply refusal(TwirpException e) {
        String body =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("code", e.code().name().toLowerCase(Locale.ROOT))
                        .put("msg", e.getMessage())
                        .toString();
        return Reply.json(e.code().status(), body);
    }
}
