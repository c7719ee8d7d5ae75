package dev.sluice.dtls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.operator.DefaultDigestAlgorithmIdentifierFinder;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcECContentSignerBuilder;

/**
 * A self-signed P-256 certificate and its key, which never leaves memory. Immutable.
 *
 * <p>WebRTC trusts the fingerprint in the signaling, not a chain (RFC 8827 §6.5).
 */
public final class Certificate {
    private static final X500Name NAME = new X500Name("CN=sluice");
    private static final Duration BEFORE = Duration.ofDays(1); // peers with a slow clock
    private static final Duration VALIDITY = Duration.ofDays(365);

    private final byte[] encoded;
    private final AsymmetricKeyParameter privateKey;
    private final Fingerprint fingerprint;

    private Certificate(byte[] encoded, AsymmetricKeyParameter privateKey) {
        this.encoded = encoded;
        this.privateKey = privateKey;
        this.fingerprint = Fingerprint.of("sha-256", encoded);
    }

    /**
     * Makes a new key and certificate.
     *
     * @param now wall-clock time, for the validity
     */
    public static Certificate create(Instant now, SecureRandom random) {
        ECNamedDomainParameters curve =
                new ECNamedDomainParameters(
                        SECObjectIdentifiers.secp256r1,
                        ECNamedCurveTable.getByOID(SECObjectIdentifiers.secp256r1));
        ECKeyPairGenerator generator = new ECKeyPairGenerator();
        generator.init(new ECKeyGenerationParameters(curve, random));
        AsymmetricCipherKeyPair pair = generator.generateKeyPair();
        try {
            return new Certificate(encode(now, random, pair), pair.getPrivate());
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException("cannot make a certificate", e);
        }
    }

    private static byte[] encode(Instant now, SecureRandom random, AsymmetricCipherKeyPair pair)
            throws IOException, OperatorCreationException {
        X509v3CertificateBuilder builder =
                new X509v3CertificateBuilder(
                        NAME,
                        new BigInteger(64, random).add(BigInteger.ONE),
                        Date.from(now.minus(BEFORE)),
                        Date.from(now.plus(VALIDITY)),
                        NAME,
                        SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(pair.getPublic()));
        AlgorithmIdentifier signature =
                new DefaultSignatureAlgorithmIdentifierFinder().find("SHA256withECDSA");
        AlgorithmIdentifier digest = new DefaultDigestAlgorithmIdentifierFinder().find(signature);
        return builder.build(
                        new BcECContentSignerBuilder(signature, digest).build(pair.getPrivate()))
                .getEncoded();
    }

    /**
     * @return the SHA-256 fingerprint for {@code a=fingerprint}
     */
    public Fingerprint fingerprint() {
        return fingerprint;
    }

    byte[] encoded() {
        return encoded.clone();
    }

    AsymmetricKeyParameter privateKey() {
        return privateKey;
    }
}
