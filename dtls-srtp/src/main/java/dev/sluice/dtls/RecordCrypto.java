package dev.sluice.dtls;

import java.io.IOException;
import java.security.SecureRandom;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.TlsAEADCipher;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** BouncyCastle's cryptography, but for the records of data channels. */
final class RecordCrypto extends BcTlsCrypto {
    RecordCrypto(SecureRandom random) {
        super(random);
    }

    @Override
    @SuppressWarnings("MethodName") // BouncyCastle's name
    protected TlsAEADCipher createCipher_AES_GCM(
            TlsCryptoParameters parameters, int keySize, int macSize) throws IOException {
        return new TlsAEADCipher(
                parameters,
                new RecordCipher(true),
                new RecordCipher(false),
                keySize,
                macSize,
                TlsAEADCipher.AEAD_GCM,
                null);
    }
}
