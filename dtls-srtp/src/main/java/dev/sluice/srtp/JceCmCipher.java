package dev.sluice.srtp;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES counter mode with an HMAC-SHA1 tag of 80 bits through SunJCE (RFC 3711 §4.1.1, §4.2.1).
 *
 * <pre>
 *  IV = salt·2^16  xor  SSRC·2^64  xor  index·2^16
 *  tag = HMAC-SHA1(header | ciphertext | ROC, or E and index for RTCP), first 10 bytes
 * </pre>
 */
final class JceCmCipher implements SrtpCipher {
    private static final int TAG_LENGTH = 10;
    private static final int IV_LENGTH = 16;

    private final Cipher cipher;
    private final Mac mac;
    private final SecretKeySpec key;
    private final SessionKeys keys;
    private final JceScratch scratch;
    private final byte[] iv = new byte[IV_LENGTH];
    private final byte[] tag = new byte[20];

    JceCmCipher(SessionKeys keys, JceScratch scratch) throws GeneralSecurityException {
        this.keys = keys;
        this.scratch = scratch;
        this.key = new SecretKeySpec(keys.encryption(), "AES");
        this.cipher = Cipher.getInstance("AES/CTR/NoPadding");
        this.mac = Mac.getInstance("HmacSHA1");
        this.mac.init(new SecretKeySpec(keys.authentication(), "HmacSHA1"));
    }

    @Override
    public void seal(CipherJob job) {
        job.source.getBytes(job.sourceAt, scratch.in, 0, job.length);
        crypt(Cipher.ENCRYPT_MODE, job);
        job.destination.setBytes(job.destinationAt, scratch.out, 0, job.length);
        authenticate(job, scratch.out);
        job.destination.setBytes(job.tagAt, tag, 0, TAG_LENGTH);
    }

    @Override
    public boolean open(CipherJob job) {
        job.source.getBytes(job.sourceAt, scratch.in, 0, job.length);
        authenticate(job, scratch.in);
        int difference = 0;
        for (int i = 0; i < TAG_LENGTH; i++) { // constant time: no early end
            difference |= tag[i] ^ job.source.getByte(job.tagAt + i);
        }
        if (difference != 0) {
            return false;
        }
        crypt(Cipher.DECRYPT_MODE, job);
        job.destination.setBytes(job.destinationAt, scratch.out, 0, job.length);
        return true;
    }

    private void authenticate(CipherJob job, byte[] ciphertext) {
        job.header.getBytes(job.headerAt, scratch.aad, 0, job.headerLength);
        mac.update(scratch.aad, 0, job.headerLength);
        mac.update(ciphertext, 0, job.length);
        for (int shift = 24; shift >= 0; shift -= 8) {
            mac.update((byte) (job.trailer >>> shift));
        }
        try {
            mac.doFinal(tag, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA1 failed", e);
        }
    }

    private void crypt(int mode, CipherJob job) {
        byte[] salt = keys.salt();
        System.arraycopy(salt, 0, iv, 0, salt.length);
        iv[14] = 0;
        iv[15] = 0;
        for (int i = 0; i < 4; i++) {
            iv[4 + i] ^= (byte) (job.ssrc >>> (24 - 8 * i));
        }
        for (int i = 0; i < 6; i++) {
            iv[8 + i] ^= (byte) (job.index >>> (40 - 8 * i));
        }
        try {
            cipher.init(mode, key, new IvParameterSpec(iv));
            cipher.doFinal(scratch.in, 0, job.length, scratch.out, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-CM failed", e);
        }
    }

    @Override
    public void close() {
        keys.erase();
    }
}
