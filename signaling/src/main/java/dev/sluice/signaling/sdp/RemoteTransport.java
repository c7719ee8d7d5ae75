package dev.sluice.signaling.sdp;

import dev.sluice.core.room.PeerParameters;
import dev.sluice.dtls.DtlsRole;
import dev.sluice.dtls.Fingerprint;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what a description says of the peer's transport, from the section that carries the bundle.
 */
final class RemoteTransport {
    private RemoteTransport() {}

    /**
     * @param offer whether the description is an offer: {@code actpass} then makes us passive
     * @throws SdpException when ICE, DTLS or multiplexing attributes are missing or unusable
     */
    static PeerParameters read(SessionDescription description, MediaSection section, boolean offer)
            throws SdpException {
        String ufrag = require(description, section, "ice-ufrag", 4);
        require(description, section, "ice-pwd", 22);
        if (section.value("rtcp-mux") == null && !section.media().equals("application")) {
            throw new SdpException("a=rtcp-mux is missing: RTCP needs it here");
        }
        List<Fingerprint> fingerprints = fingerprints(description, section);
        if (fingerprints.stream().noneMatch(Fingerprint::isAccepted)) {
            throw new SdpException("a=fingerprint with sha-256, sha-384 or sha-512 is missing");
        }
        String setup = description.inherited(section, "setup");
        boolean peerIsPassive = "passive".equals(setup);
        if (!offer && !peerIsPassive && !"active".equals(setup)) {
            throw new SdpException("a=setup of an answer must be active or passive");
        }
        return new PeerParameters(
                ufrag, fingerprints, peerIsPassive ? DtlsRole.CLIENT : DtlsRole.SERVER);
    }

    private static String require(
            SessionDescription description, MediaSection section, String name, int least)
            throws SdpException {
        String value = description.inherited(section, name);
        if (value == null || value.length() < least || value.length() > 256) {
            throw new SdpException("a=" + name + " of " + least + " to 256 characters is missing");
        }
        return value;
    }

    private static List<Fingerprint> fingerprints(
            SessionDescription description, MediaSection section) {
        List<String> lines = new ArrayList<>(section.values("fingerprint"));
        if (lines.isEmpty()) {
            description.attributes().stream()
                    .filter(attribute -> attribute.name().equals("fingerprint"))
                    .forEach(attribute -> lines.add(attribute.value()));
        }
        List<Fingerprint> fingerprints = new ArrayList<>();
        for (String line : lines) {
            String[] tokens = line.strip().split(" +", -1);
            if (tokens.length == 2) {
                fingerprints.add(new Fingerprint(tokens[0], tokens[1]));
            }
        }
        return fingerprints;
    }
}
