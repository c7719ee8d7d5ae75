package dev.sluice.srtp;

/** Who encrypts: the library behind all ciphers of a process, best first. */
public enum SrtpProvider {
    IPSEC_MB("ipsec-mb"),
    LIBCRYPTO("libcrypto"),
    SUN_JCE("sunjce");

    private final String setting;

    SrtpProvider(String setting) {
        this.setting = setting;
    }

    /**
     * @return its name in the configuration
     */
    public String setting() {
        return setting;
    }
}
