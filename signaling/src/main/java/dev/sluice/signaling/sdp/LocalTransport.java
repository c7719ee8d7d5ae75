package dev.sluice.signaling.sdp;

import dev.sluice.dtls.Fingerprint;
import dev.sluice.ice.Candidate;
import dev.sluice.ice.IceCredentials;
import java.util.List;

/**
 * Our side of a peer's transport, as every description repeats it. Immutable.
 *
 * @param ice credentials of the newest generation
 * @param fingerprint of our certificate
 * @param candidates where we can be reached
 */
public record LocalTransport(
        IceCredentials ice, Fingerprint fingerprint, List<Candidate> candidates) {
    /** Copies the list. */
    public LocalTransport {
        candidates = List.copyOf(candidates);
    }
}
