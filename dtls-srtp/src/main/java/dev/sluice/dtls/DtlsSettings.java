package dev.sluice.dtls;

import dev.sluice.srtp.SrtpProfile;
import java.security.SecureRandom;
import java.util.List;
import java.util.Vector;
import java.util.concurrent.Semaphore;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/**
 * What all handshakes of a process share: the crypto object, our certificate, the profiles we offer
 * or accept, and the permits that bound how many compute at once. Safe from any thread.
 */
public final class DtlsSettings {
    static final int HANDSHAKE_TIMEOUT_MILLIS = 15_000;

    /** The first resend; each waits twice as long. Where much is lost, early ones count. */
    static final int RESEND_MILLIS = 100;

    static final int MAX_HANDSHAKE_MESSAGE = 16_384;

    private final RecordCrypto crypto;
    private final Certificate certificate;
    private final List<SrtpProfile> profiles;
    private final Semaphore permits;

    /**
     * @param profiles accepted profiles, best first; not empty
     */
    public DtlsSettings(SecureRandom random, Certificate certificate, List<SrtpProfile> profiles) {
        if (profiles.isEmpty()) {
            throw new IllegalArgumentException("at least one SRTP profile is needed");
        }
        this.crypto = new RecordCrypto(random);
        this.certificate = certificate;
        this.profiles = List.copyOf(profiles);
        this.permits = new Semaphore(2 * Runtime.getRuntime().availableProcessors());
    }

    private DtlsSettings(DtlsSettings others, Certificate certificate) {
        this.crypto = others.crypto;
        this.certificate = certificate;
        this.profiles = others.profiles;
        this.permits = others.permits;
    }

    /**
     * @return the same with another certificate
     */
    DtlsSettings with(Certificate other) {
        return new DtlsSettings(this, other);
    }

    public Certificate certificate() {
        return certificate;
    }

    BcTlsCrypto crypto() {
        return crypto;
    }

    List<SrtpProfile> profiles() {
        return profiles;
    }

    Semaphore permits() {
        return permits;
    }

    int[] profileIds() {
        return profiles.stream().mapToInt(SrtpProfile::id).toArray();
    }

    static int[] groups() {
        return new int[] {NamedGroup.secp256r1, NamedGroup.x25519};
    }

    static SignatureAndHashAlgorithm ecdsaSha256() {
        return new SignatureAndHashAlgorithm(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa);
    }

    /**
     * @return what the server asks of the client's certificate
     */
    @SuppressWarnings("JdkObsolete") // BouncyCastle's type
    static CertificateRequest certificateRequest() {
        Vector<SignatureAndHashAlgorithm> algorithms = new Vector<>();
        algorithms.add(ecdsaSha256());
        algorithms.add(new SignatureAndHashAlgorithm(HashAlgorithm.sha256, SignatureAlgorithm.rsa));
        return new CertificateRequest(
                new short[] {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign},
                algorithms,
                null);
    }

    TlsCredentialedSigner credentials(TlsContext context) {
        TlsCertificate own =
                new BcTlsCertificate(
                        crypto,
                        org.bouncycastle.asn1.x509.Certificate.getInstance(certificate.encoded()));
        return new BcDefaultTlsCredentialedSigner(
                new TlsCryptoParameters(context),
                crypto,
                certificate.privateKey(),
                new org.bouncycastle.tls.Certificate(new TlsCertificate[] {own}),
                ecdsaSha256());
    }

    /**
     * @return the first of our profiles that the peer named; an alert when there is none
     */
    SrtpProfile choose(int[] offered) throws TlsFatalAlert {
        for (SrtpProfile profile : profiles) {
            for (int id : offered) {
                if (id == profile.id()) {
                    return profile;
                }
            }
        }
        throw new TlsFatalAlert(AlertDescription.illegal_parameter);
    }
}
