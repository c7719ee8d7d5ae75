package dev.sluice.dtls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A certificate fingerprint as in {@code a=fingerprint} (RFC 8122 §5). Immutable.
 *
 * @param algorithm lower case, such as {@code sha-256}
 * @param value upper-case hex pairs with colons
 */
public record Fingerprint(String algorithm, String value) {
    private static final Set<String> ACCEPTED = Set.of("sha-256", "sha-384", "sha-512");

    /** Normalises the case of both parts. */
    public Fingerprint {
        algorithm = algorithm.toLowerCase(Locale.ROOT);
        value = value.toUpperCase(Locale.ROOT);
    }

    /**
     * @return whether the hash is strong enough to be trusted
     */
    public boolean isAccepted() {
        return ACCEPTED.contains(algorithm);
    }

    /**
     * @return the fingerprint of a DER certificate under an accepted algorithm
     */
    static Fingerprint of(String algorithm, byte[] certificate) {
        try {
            byte[] hash = MessageDigest.getInstance(algorithm).digest(certificate);
            return new Fingerprint(
                    algorithm, HexFormat.ofDelimiter(":").withUpperCase().formatHex(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM lacks " + algorithm, e);
        }
    }

    /**
     * @return whether one of {@code expected}, all of accepted strength, is the certificate's
     */
    static boolean anyMatches(List<Fingerprint> expected, byte[] certificate) {
        for (Fingerprint fingerprint : expected) {
            if (fingerprint.isAccepted()
                    && of(fingerprint.algorithm, certificate).equals(fingerprint)) {
                return true;
            }
        }
        return false;
    }
}
