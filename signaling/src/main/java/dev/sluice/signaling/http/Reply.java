package dev.sluice.signaling.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer to a request. Immutable.
 *
 * @param status HTTP status
 * @param type media type
 * @param body whole body
 * @param headers further headers
 */
@SuppressWarnings("ArrayRecordComponent") // written once, never compared
public record Reply(int status, String type, byte[] body, Map<String, String> headers) {
    Reply(int status, String type, byte[] body) {
        this(status, type, body, Map.of());
    }

    static Reply text(int status, String text) {
        return new Reply(
                status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    static Reply json(int status, String text) {
        return new Reply(status, "application/json", text.getBytes(StandardCharsets.UTF_8));
    }

    /** An error as RFC 9457 wants it. */
    static Reply problem(int status, String detail) {
        String title = HttpResponseStatus.valueOf(status).reasonPhrase();
        String body =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("status", status)
                        .put("title", title)
                        .put("detail", detail)
                        .toString();
        return new Reply(status, "application/problem+json", body.getBytes(StandardCharsets.UTF_8));
    }

    Reply with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Reply(status, type, body, more);
    }

    /**
     * @param head whether the body is left out, as HEAD wants
     */
    FullHttpResponse toHttp(boolean head) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(status),
                        head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, type)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*")
                .set("x-content-type-options", "nosniff");
        headers.forEach((name, value) -> response.headers().set(name, value));
        if (status == 503) {
            response.headers().set(HttpHeaderNames.RETRY_AFTER, 5);
        }
        return response;
    }
}
