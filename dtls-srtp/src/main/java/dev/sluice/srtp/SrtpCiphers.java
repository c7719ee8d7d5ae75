package dev.sluice.srtp;

import java.security.GeneralSecurityException;

/**
 * Makes the ciphers of one worker. There is one provider so far, SunJCE, which every JVM has;
 * native providers will stand beside it behind the same interface.
 */
public final class SrtpCiphers {
    private final JceScratch scratch = new JceScratch();

    /**
     * @return the provider's name, for the log
     */
    public String provider() {
        return "SunJCE";
    }

    SrtpCipher create(SrtpProfile profile, SessionKeys keys) {
        try {
            return profile.isAead()
                    ? new JceGcmCipher(keys, scratch)
                    : new JceCmCipher(keys, scratch);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM lacks " + profile, e);
        }
    }
}
