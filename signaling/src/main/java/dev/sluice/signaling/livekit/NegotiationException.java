package dev.sluice.signaling.livekit;

/** A client's description cannot be answered; the message says why, in words for the client. */
public final class NegotiationException extends Exception {
    private static final long serialVersionUID = 1;

    NegotiationException(String why) {
        super(why);
    }
}
