package dev.sluice.signaling.sdp;

/** A description that cannot be used; the message says why, in words fit for the client. */
public final class SdpException extends Exception {
    private static final long serialVersionUID = 1L;

    public SdpException(String message) {
        super(message);
    }
}
