package dev.sluice.signaling.http;

import dev.sluice.signaling.livekit.Rooms;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What goes on inside, for who runs the server.
 *
 * <pre>
 *  GET /debug/rooms                                      all rooms
 *  GET /debug/rooms/{room}                               who is there, and the latest events
 *  GET /debug/rooms/{room}/participants/{identity}/why   what somebody gets of each picture, and why
 * </pre>
 */
final class DebugRoutes {
    private static final Pattern PATH =
            Pattern.compile("/debug/rooms(?:/([^/]+)(?:/participants/([^/]+)/why)?)?");

    private final Rooms rooms;

    DebugRoutes(Rooms rooms) {
        this.rooms = rooms;
    }

    /**
     * @return null when the path is not one of these; completes on the control loop
     */
    @Nullable CompletableFuture<Reply> answer(Request request) {
        Matcher path = PATH.matcher(request.path());
        if (!path.matches() || !request.isGet()) {
            return null;
        }
        String room = path.group(1);
        String identity = path.group(2);
        if (room == null) {
            return done(Reply.json(200, rooms.view() + "\n"));
        }
        if (identity != null) {
            CompletableFuture<String> json = rooms.why(room, identity);
            return json == null
                    ? done(Reply.problem(404, "no such participant in this room"))
                    : json.thenApply(text -> Reply.json(200, text + "\n"));
        }
        String json = rooms.view(room);
        return done(
                json == null ? Reply.problem(404, "no such room") : Reply.json(200, json + "\n"));
    }

    private static CompletableFuture<Reply> done(Reply reply) {
        return CompletableFuture.completedFuture(reply);
    }
}
