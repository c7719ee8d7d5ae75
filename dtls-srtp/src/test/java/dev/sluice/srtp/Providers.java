package dev.sluice.srtp;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The cipher providers that this machine has; CI installs them all. */
final class Providers {
    private Providers() {}

    static Stream<SrtpProvider> usable() {
        return Arrays.stream(SrtpProvider.values())
                .filter(provider -> SrtpProviders.probe(provider).isUsable());
    }

    /** Every usable provider with every profile. */
    static Stream<Arguments> andProfiles() {
        return usable().flatMap(provider ->
                Arrays.stream(SrtpProfile.values())
                        .map(profile -> Arguments.of(provider, profile)));
    }

    /** Ciphers that are freed at the end of a test. */
    record Ciphers(SrtpCiphers get) implements AutoCloseable {
        Ciphers(SrtpProvider provider) {
            this(new SrtpCiphers(provider));
        }

        @Override
        public void close() {
            get.close();
        }
    }
}
