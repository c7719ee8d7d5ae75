package dev.sluice.dtls;

import dev.sluice.srtp.SrtpKeys;
import dev.sluice.srtp.SrtpProfile;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsFatalAlert;
import org.jspecify.annotations.Nullable;

/** What both roles check and collect during one handshake: fail closed, in one place. */
final class HandshakeState {
    private final List<Fingerprint> expected;
    private boolean fingerprintMatched;
    private boolean fingerprintMismatched;
    private @Nullable SrtpProfile profile;
    private @Nullable SrtpKeys keys;

    HandshakeState(List<Fingerprint> expected) {
        this.expected = List.copyOf(expected);
    }

    void profile(SrtpProfile profile) {
        this.profile = profile;
    }

    /** Checks the peer's certificate against its signaled fingerprints (RFC 8122 §6). */
    void onCertificate(Certificate certificate) throws IOException {
        fingerprintMismatched =
                certificate.isEmpty()
                        || !Fingerprint.anyMatches(
                                expected, certificate.getCertificateAt(0).getEncoded());
        if (fingerprintMismatched) {
            throw new TlsFatalAlert(AlertDescription.bad_certificate);
        }
        fingerprintMatched = true;
    }

    /** Exports the keys; later the secrets are gone. */
    void onComplete(TlsContext context) throws IOException {
        SrtpProfile chosen = profile;
        if (!fingerprintMatched
                || chosen == null
                || !context.getSecurityParametersConnection().isExtendedMasterSecret()) {
            throw new TlsFatalAlert(AlertDescription.internal_error);
        }
        byte[] exported =
                context.exportKeyingMaterial(ExporterLabel.dtls_srtp, null, chosen.exportLength());
        keys = new SrtpKeys(chosen, exported);
        Arrays.fill(exported, (byte) 0);
    }

    boolean isFingerprintMismatched() {
        return fingerprintMismatched;
    }

    /**
     * @return the keys, null unless the handshake completed
     */
    @Nullable SrtpKeys keys() {
        return keys;
    }
}
