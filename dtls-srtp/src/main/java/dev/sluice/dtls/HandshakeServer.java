package dev.sluice.dtls;

import dev.sluice.srtp.SrtpProfile;
import java.io.IOException;
import java.util.Hashtable;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.jspecify.annotations.Nullable;

/** The server role ({@code a=setup:passive}): DTLS 1.2, GCM suites, use_srtp by our preference. */
final class HandshakeServer extends DefaultTlsServer {
    private final DtlsSettings settings;
    private final HandshakeState state;
    private @Nullable SrtpProfile profile;

    HandshakeServer(DtlsSettings settings, HandshakeState state) {
        super(settings.crypto());
        this.settings = settings;
        this.state = state;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return ProtocolVersion.DTLSv12.only();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return new int[] {
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
        };
    }

    @Override
    public int[] getSupportedGroups() {
        return DtlsSettings.groups();
    }

    @Override
    public int getHandshakeTimeoutMillis() {
        return DtlsSettings.HANDSHAKE_TIMEOUT_MILLIS;
    }

    @Override
    public int getHandshakeResendTimeMillis() {
        return DtlsSettings.RESEND_MILLIS;
    }

    @Override
    public int getMaxHandshakeMessageSize() {
        return DtlsSettings.MAX_HANDSHAKE_MESSAGE;
    }

    @Override
    public boolean requiresExtendedMasterSecret() {
        return true;
    }

    @Override
    protected TlsCredentialedSigner getECDSASignerCredentials() {
        return settings.credentials(context);
    }

    @Override
    public CertificateRequest getCertificateRequest() {
        return DtlsSettings.certificateRequest();
    }

    @Override
    @SuppressWarnings({"rawtypes", "JdkObsolete"}) // BouncyCastle's signature
    public void processClientExtensions(Hashtable clientExtensions) throws IOException {
        super.processClientExtensions(clientExtensions);
        UseSRTPData offered = TlsSRTPUtils.getUseSRTPExtension(clientExtensions);
        if (offered == null) {
            throw new TlsFatalAlert(AlertDescription.handshake_failure);
        }
        SrtpProfile chosen = settings.choose(offered.getProtectionProfiles());
        profile = chosen;
        state.profile(chosen);
    }

    @Override
    @SuppressWarnings("JdkObsolete") // BouncyCastle's type
    public Hashtable<Integer, byte[]> getServerExtensions() throws IOException {
        @SuppressWarnings({"unchecked", "JdkObsolete"}) // BouncyCastle's map is raw
        Hashtable<Integer, byte[]> extensions = super.getServerExtensions();
        SrtpProfile chosen = profile;
        if (chosen != null) {
            TlsSRTPUtils.addUseSRTPExtension(
                    extensions, new UseSRTPData(new int[] {chosen.id()}, TlsUtils.EMPTY_BYTES));
        }
        return extensions;
    }

    @Override
    public void notifyClientCertificate(Certificate clientCertificate) throws IOException {
        state.onCertificate(clientCertificate);
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        state.onComplete(context);
    }
}
