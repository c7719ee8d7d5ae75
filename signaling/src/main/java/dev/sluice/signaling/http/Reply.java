package dev.sluice.signaling.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/**
 * An answer to a request. Immutable.
 *
 * @param status HTTP status
 * @param type media type
 * @param body whole body
 */
@SuppressWarnings("ArrayRecordComponent") // written once, never compared
public record Reply(int status, String type, byte[] body) {
    static Reply text(int status, String text) {
        return new Reply(
                status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    static Reply json(int status, String text) {
        return new Reply(status, "application/json", text.getBytes(StandardCharsets.UTF_8));
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
        if (status == 503) {
            response.headers().set(HttpHeaderNames.RETRY_AFTER, 5);
        }
        return response;
    }
}
