package dev.sluice.ice;

/** What an {@link IceSession} does to the world. A sink never calls back into its session. */
public interface IceSink {
    /** A STUN message is to be sent; the array is the callee's. */
    void onSend(CandidatePair via, byte[] message);

    /** DTLS and SRTP from this address belong to the session from now on. */
    void onAdmitted(CandidatePair pair);

    /** The address is forgotten. */
    void onForgotten(CandidatePair pair);

    /** Media goes to this address from now on. */
    void onSelected(CandidatePair pair);

    /** {@link IceState#QUIET} began ({@code true}) or ended. */
    void onQuiet(boolean quiet);

    /** Never connected, or consent is gone: the owner closes the peer. */
    void onExpired(boolean connectedOnce);
}
