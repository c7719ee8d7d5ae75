package dev.sluice.core.room;

import dev.sluice.dtls.DtlsRole;
import dev.sluice.dtls.Fingerprint;
import java.util.List;

/**
 * What a peer's description says of its transport. Immutable.
 *
 * @param iceUfrag user name fragment of the newest generation
 * @param fingerprints all of them; at least one of accepted strength
 * @param role our DTLS role: {@code SERVER} unless the peer insists on being passive
 */
public record PeerParameters(String iceUfrag, List<Fingerprint> fingerprints, DtlsRole role) {
    /** Copies the list. */
    public PeerParameters {
        fingerprints = List.copyOf(fingerprints);
    }
}
