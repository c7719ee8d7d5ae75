package dev.sluice.srtp;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-GCM through SunJCE (RFC 7714).
 *
 * <pre>
 *  IV, RTP:   0(2) SSRC(4) ROC(4) SEQ(2)          xor salt   (§8.1)
 *  IV, RTCP:  0(2) SSRC(4) 0(2)  0 + index(31)    xor salt   (§9.1)
 *  AAD:       RTP: the header.  RTCP: the first 8 bytes, then E and index (§9.2)
 * </pre>
 */
final class JceGcmCipher implements SrtpCipher {
    private static final int TAG_LENGTH = 16;
    private static final int IV_LENGTH = 12;

    private Cipher cipher;
    private final SecretKeySpec key;
    private final SessionKeys keys;
    private final JceScratch scratch;
    private final byte[] iv = new byte[IV_LENGTH];
    private int sealedSsrc;
    private long sealedIndex = -1;

    JceGcmCipher(SessionKeys keys, JceScratch scratch) throws GeneralSecurityException {
        this.keys = keys;
        this.scratch = scratch;
        this.key = new SecretKeySpec(keys.encryption(), "AES");
        this.cipher = create();
    }

    private static Cipher create() throws GeneralSecurityException {
        return Cipher.getInstance("AES/GCM/NoPadding");
    }

    @Override
    public void seal(CipherJob job) {
        job.source.getBytes(job.sourceAt, scratch.in, 0, job.length);
        try {
            if (job.ssrc == sealedSsrc && job.index == sealedIndex) {
                cipher = create(); // the very same again (SrtpProtector): it refuses its last IV
            }
            sealedSsrc = job.ssrc;
            sealedIndex = job.index;
            start(Cipher.ENCRYPT_MODE, job);
            cipher.doFinal(scratch.in, 0, job.length, scratch.out, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM refused to seal", e);
        }
        job.destination.setBytes(job.destinationAt, scratch.out, 0, job.length);
        job.destination.setBytes(job.tagAt, scratch.out, job.length, TAG_LENGTH);
    }

    @Override
    public boolean open(CipherJob job) {
        job.source.getBytes(job.sourceAt, scratch.in, 0, job.length);
        job.source.getBytes(job.tagAt, scratch.in, job.length, TAG_LENGTH);
        try {
            start(Cipher.DECRYPT_MODE, job);
            cipher.doFinal(scratch.in, 0, job.length + TAG_LENGTH, scratch.out, 0);
        } catch (AEADBadTagException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM refused to open", e);
        }
        job.destination.setBytes(job.destinationAt, scratch.out, 0, job.length);
        return true;
    }

    private void start(int mode, CipherJob job) throws GeneralSecurityException {
        byte[] salt = keys.salt();
        System.arraycopy(salt, 0, iv, 0, IV_LENGTH);
        xor(2, job.ssrc);
        if (job.rtcp) {
            xor(8, (int) job.index);
        } else {
            xor(6, (int) (job.index >>> 16));
            iv[10] ^= (byte) (job.index >>> 8);
            iv[11] ^= (byte) job.index;
        }
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_LENGTH, iv));
        job.header.getBytes(job.headerAt, scratch.aad, 0, job.headerLength);
        int aad = job.headerLength;
        if (job.rtcp) {
            for (int shift = 24; shift >= 0; shift -= 8) {
                scratch.aad[aad++] = (byte) (job.trailer >>> shift);
            }
        }
        cipher.updateAAD(scratch.aad, 0, aad);
    }

    private void xor(int at, int word) {
        iv[at] ^= (byte) (word >>> 24);
        iv[at + 1] ^= (byte) (word >>> 16);
        iv[at + 2] ^= (byte) (word >>> 8);
        iv[at + 3] ^= (byte) word;
    }

    @Override
    public void close() {
        keys.erase();
    }
}
