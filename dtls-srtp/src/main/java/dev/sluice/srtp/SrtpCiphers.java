package dev.sluice.srtp;

import dev.sluice.srtp.ffi.NativeProbe;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/** Makes the ciphers of one worker, and holds what they share. */
public final class SrtpCiphers {
    private final SrtpProvider provider;
    private final JceScratch scratch = new JceScratch();
    private final @Nullable NativeJob job;
    private final @Nullable IpsecWorker ipsec;
    private final boolean libCrypto;

    /**
     * @param provider one that {@link SrtpProviders} found usable
     */
    public SrtpCiphers(SrtpProvider provider) {
        this.provider = provider;
        libCrypto = provider != SrtpProvider.SUN_JCE && NativeProbe.libCrypto().isUsable();
        job = provider == SrtpProvider.SUN_JCE ? null : new NativeJob();
        ipsec = job != null && provider == SrtpProvider.IPSEC_MB ? new IpsecWorker(job) : null;
    }

    public SrtpProvider provider() {
        return provider;
    }

    /**
     * @param keys the cipher's from now on, which erases them
     * @param seals whether it will seal or open; never both
     */
    SrtpCipher create(SrtpProfile profile, SessionKeys keys, boolean seals) {
        if (ipsec != null && profile.isAead()) {
            return new IpsecGcmCipher(keys, ipsec);
        }
        if (ipsec != null && seals) {
            SessionKeys copy = keys.copy();
            return new IpsecCmCipher(keys, ipsec, withoutBursts(profile, copy, true));
        }
        return withoutBursts(profile, keys, seals);
    }

    private SrtpCipher withoutBursts(SrtpProfile profile, SessionKeys keys, boolean seals) {
        if (job != null && libCrypto) {
            return profile.isAead()
                    ? new EvpGcmCipher(keys, seals, job)
                    : new EvpCmCipher(keys, job);
        }
        try {
            return profile.isAead()
                    ? new JceGcmCipher(keys, scratch)
                    : new JceCmCipher(keys, scratch);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM lacks " + profile, e);
        }
    }

    /**
     * Completes all packets whose protector {@link SrtpProtector#defers}.
     *
     * @return false when one could not be encrypted: nothing sealed since the last call may be sent
     */
    public boolean finish() {
        return ipsec == null || ipsec.burst().finish();
    }

    /** Frees what the ciphers share; they must be closed before. */
    public void close() {
        if (ipsec != null) {
            ipsec.close();
        }
        if (job != null) {
            job.close();
        }
    }
}
