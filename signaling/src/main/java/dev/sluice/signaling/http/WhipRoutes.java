package dev.sluice.signaling.http;

import dev.sluice.signaling.livekit.AccessTokens;
import dev.sluice.signaling.livekit.ClientSettings;
import dev.sluice.signaling.livekit.DirectSession;
import dev.sluice.signaling.livekit.Grants;
import dev.sluice.signaling.livekit.NegotiationException;
import dev.sluice.signaling.livekit.Rooms;
import dev.sluice.signaling.livekit.ViewerConnection.Filter;
import dev.sluice.signaling.sdp.LocalTransport;
import dev.sluice.signaling.sdp.PublisherOffer;
import dev.sluice.signaling.sdp.SdpException;
import dev.sluice.signaling.sdp.SdpFragment;
import dev.sluice.signaling.sdp.ViewerOffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep-04): one request with an offer brings a publisher
 * or a viewer into a room, another ends it. The answer carries all candidates.
 *
 * <pre>
 *  POST /whip, /whep?publisher=…                         bearer token
 *  POST /dev/whip/{room}/{identity}                      development only, no token
 *  POST /dev/whep/{room}/{publisher}
 *  POST /dev/whep-room/{room}/{identity}                 everybody but that identity
 *  DELETE, PATCH /whip/{id}, /whep/{id}, /dev/sessions/{id}
 * </pre>
 */
final class WhipRoutes {
    private static final String SDP = "application/sdp";
    private static final String FRAGMENT = "application/trickle-ice-sdpfrag";
    private static final String RETRY_SECONDS = "2";

    private static final Pattern ENDPOINT = Pattern.compile("/(whip|whep)");
    private static final Pattern SESSION = Pattern.compile("/(whip|whep|dev/sessions)/([^/]+)");
    private static final Pattern DEVELOPMENT =
            Pattern.compile("/dev/(whip|whep|whep-room)/([^/]+)/([^/]+)");
    private static final Pattern UFRAG = Pattern.compile("a=ice-ufrag:([^\\r\\n]+)");

    /** Where a request leads. */
    private record Target(boolean publishes, Filter filter, Grants grants, String base) {}

    private record Live(DirectSession session, String base, String tag) {
        Live with(String newTag) {
            return new Live(session, base, newTag);
        }
    }

    private final Rooms rooms;
    private final AccessTokens tokens;
    private final JoinRates rates;
    private final boolean development;
    private final Map<String, Live> sessions = new HashMap<>();
    private long viewers;

    WhipRoutes(Rooms rooms, AccessTokens tokens, JoinRates rates, boolean development) {
        this.rates = rates;
        this.rooms = rooms;
        this.tokens = tokens;
        this.development = development;
    }

    /**
     * @return null when the path is not one of these
     */
    @Nullable CompletableFuture<Reply> answer(long nowNanos, Request request) {
        Matcher session = SESSION.matcher(request.path());
        if (session.matches()) {
            return onSession(request, session.group(2));
        }
        Matcher dev = DEVELOPMENT.matcher(request.path());
        boolean isDev = development && dev.matches();
        if (!isDev && !ENDPOINT.matcher(request.path()).matches()) {
            return null;
        }
        return switch (request.method()) {
            case "POST" -> {
                if (!rates.admits(nowNanos, request.from())) {
                    yield done(JoinRates.TOO_OFTEN);
                }
                Target target = isDev ? target(dev) : target(request);
                yield target == null ? unauthorized() : post(request, target);
            }
            case "GET", "HEAD" -> done(Reply.text(204, ""));
            case "OPTIONS" -> done(preflight());
            default ->
                    done(
                            Reply.problem(405, "expected POST")
                                    .with("Allow", "POST, GET, HEAD, OPTIONS"));
        };
    }

    private static CompletableFuture<Reply> done(Reply reply) {
        return CompletableFuture.completedFuture(reply);
    }

    private static CompletableFuture<Reply> unauthorized() {
        return done(
                Reply.problem(401, "a valid bearer token is needed")
                        .with("WWW-Authenticate", "Bearer"));
    }

    private static Reply preflight() {
        return Reply.text(204, "")
                .with("Accept-Post", SDP)
                .with("Access-Control-Allow-Methods", "POST, GET, HEAD, OPTIONS, PATCH, DELETE")
                .with("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match, ETag")
                .with("Access-Control-Max-Age", "86400");
    }

    private @Nullable Target target(Request request) {
        Grants grants = tokens.verify(request.token());
        if (grants == null || !grants.video().roomJoin()) {
            return null;
        }
        boolean publishes = request.path().equals("/whip");
        String only = request.parameter("publisher");
        return new Target(publishes, new Filter(only, grants.identity()), grants, request.path());
    }

    private Target target(Matcher dev) {
        boolean publishes = dev.group(1).equals("whip");
        boolean one = dev.group(1).equals("whep");
        String room = dev.group(2);
        String name = dev.group(3);
        String identity = publishes ? name : "viewer-" + ++viewers;
        Grants grants = AccessTokens.participant(room, identity, identity, publishes, !publishes);
        Filter filter = new Filter(one ? name : null, one || publishes ? null : name);
        return new Target(publishes, filter, publishes ? grants : grants.hidden(), "/dev/sessions");
    }

    private CompletableFuture<Reply> post(Request request, Target target) {
        if (!request.mediaType().equals(SDP)) {
            return done(Reply.problem(415, "expected " + SDP).with("Accept-Post", SDP));
        }
        boolean allowed =
                target.publishes
                        ? target.grants.video().canPublish()
                        : target.grants.video().canSubscribe();
        if (!allowed) {
            return done(Reply.problem(403, "the token does not allow it"));
        }
        ClientSettings client = ClientSettings.of(Map.of(), "");
        Rooms.Refusal refusal = rooms.refusal(target.grants, client);
        if (refusal != null) {
            return done(Reply.problem(refusal.status(), refusal.text()));
        }
        try {
            return target.publishes ? publish(request, target) : view(request, target);
        } catch (SdpException e) {
            return done(Reply.problem(400, String.valueOf(e.getMessage())));
        }
    }

    private CompletableFuture<Reply> publish(Request request, Target target) throws SdpException {
        PublisherOffer offer = PublisherOffer.read(request.text());
        List<PublisherOffer.Section> sections = offer.sections();
        long kinds = sections.stream().map(PublisherOffer.Section::kind).distinct().count();
        boolean something = !sections.isEmpty() || offer.isOnlyData();
        if (!something || kinds != sections.size()) {
            return done(Reply.problem(422, "expected one audio or video section to send, or both"));
        }
        return answer(rooms.whip(target.grants, offer, request.text()), target);
    }

    private CompletableFuture<Reply> view(Request request, Target target) throws SdpException {
        ViewerOffer offer = ViewerOffer.read(request.text());
        DirectSession session = rooms.whep(target.grants, offer, target.filter);
        return session == null
                ? done(
                        Reply.problem(409, "there is nothing to see yet")
                                .with("Retry-After", RETRY_SECONDS))
                : answer(session, target);
    }

    private CompletableFuture<Reply> answer(DirectSession session, Target target) {
        return session.answer()
                .handle((sdp, failure) -> {
                    if (failure == null) {
                        return created(session, target, sdp);
                    }
                    session.end();
                    Throwable cause =
                            failure instanceof CompletionException && failure.getCause() != null
                                    ? failure.getCause()
                                    : failure;
                    return cause instanceof NegotiationException
                            ? Reply.problem(422, String.valueOf(cause.getMessage()))
                            : Reply.problem(500, "the offer could not be answered");
                });
    }

    private Reply created(DirectSession session, Target target, String sdp) {
        Matcher ufrag = UFRAG.matcher(sdp);
        String tag = tag(ufrag.find() ? ufrag.group(1) : session.id());
        sessions.put(session.id(), new Live(session, target.base, tag));
        session.onEnd(() -> sessions.remove(session.id()));
        Reply created =
                new Reply(201, SDP, sdp.getBytes(StandardCharsets.UTF_8))
                        .with("Location", target.base + "/" + session.id())
                        .with("ETag", tag)
                        .with("Access-Control-Expose-Headers", "Location, ETag, Link");
        String links = rooms.iceServerLinks(session);
        return links.isEmpty() ? created : created.with("Link", links);
    }

    /** The entity tag of an ICE session (RFC 9725 §4.3.1). */
    private static String tag(String ufrag) {
        return "\"" + ufrag + "\"";
    }

    private CompletableFuture<Reply> onSession(Request request, String id) {
        if (request.method().equals("OPTIONS")) {
            return done(preflight());
        }
        boolean isOpen = request.path().startsWith("/dev/");
        Grants grants = isOpen ? null : tokens.verify(request.token());
        if (!isOpen && grants == null) {
            return done(
                    Reply.problem(401, "the session's own token is needed")
                            .with("WWW-Authenticate", "Bearer"));
        }
        Live live = sessions.get(id);
        if (live == null
                || !request.path().startsWith(live.base + "/")
                || (grants != null && !isOwner(grants, live.session))) {
            return done(Reply.problem(404, "no such session")); // another's looks like none
        }
        return switch (request.method()) {
            case "DELETE" -> {
                live.session.end();
                yield done(Reply.text(200, ""));
            }
            case "PATCH" -> patch(request, id, live);
            case "GET", "HEAD" -> done(Reply.text(204, ""));
            default ->
                    done(
                            Reply.problem(405, "expected DELETE or PATCH")
                                    .with("Allow", "DELETE, PATCH, GET, HEAD, OPTIONS"));
        };
    }

    private static boolean isOwner(Grants grants, DirectSession session) {
        return grants.room().equals(session.grants().room())
                && grants.identity().equals(session.grants().identity());
    }

    /**
     * Candidates of the client are learned from its checks: they are accepted and not needed. New
     * credentials begin an ICE restart (RFC 9725 §4.3.3).
     */
    private CompletableFuture<Reply> patch(Request request, String id, Live live) {
        if (!request.mediaType().equals(FRAGMENT)) {
            return done(Reply.problem(415, "expected " + FRAGMENT).with("Accept-Patch", FRAGMENT));
        }
        String match = request.header("If-Match");
        if (match.isEmpty()) {
            return done(Reply.problem(428, "If-Match with the session's ETag is needed"));
        }
        if (match.equals("*")) {
            return restart(request.text(), id, live);
        }
        return done(
                match.equals(live.tag)
                        ? Reply.text(204, "")
                        : Reply.problem(412, "If-Match is not the session's ETag"));
    }

    private CompletableFuture<Reply> restart(String fragment, String id, Live live) {
        SdpFragment offered = SdpFragment.read(fragment);
        if (offered == null) {
            return done(Reply.problem(400, "expected one a=ice-ufrag, a=ice-pwd and a=mid"));
        }
        CompletableFuture<LocalTransport> restarted = live.session.restart(offered.ufrag());
        if (restarted == null) {
            return done(Reply.problem(409, "there is no connection yet"));
        }
        return restarted.thenApply(local -> {
            String tag = tag(local.ice().ufrag());
            sessions.replace(id, live.with(tag));
            byte[] answer = offered.answer(local).getBytes(StandardCharsets.UTF_8);
            return new Reply(200, FRAGMENT, answer)
                    .with("ETag", tag)
                    .with("Access-Control-Expose-Headers", "ETag");
        });
    }
}
