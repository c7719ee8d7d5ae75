package dev.sluice.signaling.livekit;

/** A viewer by WHEP (draft-ietf-wish-whep-04). */
public final class WhepSession extends DirectSession {
    WhepSession(Grants grants, String id) {
        super(grants, id);
    }

    void start(Session session, ViewerConnection viewer) {
        joined(session);
        viewer.start(answer());
    }
}
