package dev.sluice.signaling.http;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request, apart from the buffers it came in.
 *
 * @param method upper case
 * @param path without the query
 * @param query names and values
 * @param headers of the request
 * @param body whole body
 * @param from who asks
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record Request(
        String method,
        String path,
        Map<String, List<String>> query,
        HttpHeaders headers,
        byte[] body,
        InetAddress from) {
    static Request of(FullHttpRequest request, InetAddress from) {
        QueryStringDecoder uri = new QueryStringDecoder(request.uri());
        return new Request(
                request.method().name(),
                path(uri),
                uri.parameters(),
                request.headers(),
                ByteBufUtil.getBytes(request.content()),
                from);
    }

    /** Clients append their path to a base that may end in a slash. */
    static String path(QueryStringDecoder uri) {
        String path = uri.path();
        return path.startsWith("//") ? path.substring(1) : path;
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    String header(CharSequence name) {
        return headers.get(name, "");
    }

    /**
     * @return the media type without its parameters, lower case
     */
    String mediaType() {
        String type = header(HttpHeaderNames.CONTENT_TYPE);
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    @Nullable String parameter(String name) {
        List<String> values = query.get(name);
        return values == null || values.isEmpty() ? null : values.get(0);
    }

    /**
     * @return the bearer token, or the one in the query for clients that cannot set headers
     */
    @Nullable String token() {
        String inQuery = parameter("access_token");
        if (inQuery != null) {
            return inQuery;
        }
        String header = header(HttpHeaderNames.AUTHORIZATION);
        return header.startsWith("Bearer ") ? header.substring(7) : null;
    }

    boolean isGet() {
        return method.equals("GET") || method.equals("HEAD");
    }
}
