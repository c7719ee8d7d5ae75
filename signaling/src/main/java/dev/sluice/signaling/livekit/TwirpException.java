package dev.sluice.signaling.livekit;

/** A call of the API that is refused, as Twirp says it (Twirp protocol v7, "Errors"). */
public final class TwirpException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why, with the HTTP status that goes with it. */
    public enum Code {
        INVALID_ARGUMENT(400),
        MALFORMED(400),
        UNAUTHENTICATED(401),
        PERMISSION_DENIED(403),
        NOT_FOUND(404),
        BAD_ROUTE(404),
        FAILED_PRECONDITION(412),
        RESOURCE_EXHAUSTED(429),
        INTERNAL(500),
        UNIMPLEMENTED(501),
        UNAVAILABLE(503);

        private final int status;

        Code(int status) {
            this.status = status;
        }

        public int status() {
            return status;
        }
    }

    private final Code code;

    public TwirpException(Code code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
