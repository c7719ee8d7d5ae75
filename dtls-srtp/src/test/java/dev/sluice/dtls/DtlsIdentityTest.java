package dev.sluice.dtls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.sluice.srtp.SrtpProfile;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.x509.Certificate;
import org.junit.jupiter.api.Test;

class DtlsIdentityTest {
    private static final Instant START = Instant.parse("2030-01-01T12:00:00Z");
    private static final long DAY = Duration.ofDays(1).toNanos();

    private final SecureRandom random = new SecureRandom();
    private final List<Runnable> background = new ArrayList<>();
    private final DtlsSettings first =
            new DtlsSettings(
                    random,
                    dev.sluice.dtls.Certificate.create(START, random),
                    List.of(SrtpProfile.values()));
    private Instant wall = START;
    private final DtlsIdentity identity =
            new DtlsIdentity(first, random, () -> wall, background::add);

    private static Instant notBefore(DtlsSettings settings) {
        return Certificate.getInstance(settings.certificate().encoded())
                .getStartDate()
                .getDate()
                .toInstant();
    }

    @Test
    void aNewCertificateEveryDay() {
        assertSame(first, identity.apply(7));
        assertSame(first, identity.apply(7 + DAY - 1));
        assertEquals(List.of(), background);

        wall = START.plus(Duration.ofDays(1));
        assertSame(first, identity.apply(7 + DAY), "nobody waits for the new one");
        assertSame(first, identity.apply(8 + DAY));
        assertEquals(1, background.size(), "it is made once");
        background.removeFirst().run();

        DtlsSettings second = identity.apply(9 + DAY);
        assertNotEquals(first.certificate().fingerprint(), second.certificate().fingerprint());
        assertEquals(wall.minus(Duration.ofDays(1)), notBefore(second), "for slow clocks");
        assertSame(second, identity.apply(6 + 2 * DAY));
        assertEquals(List.of(), background);
        identity.apply(7 + 2 * DAY);
        assertEquals(1, background.size());
    }

    @Test
    void aClockOnTheWallThatJumpsChangesNothing() {
        assertSame(first, identity.apply(7));
        wall = START.plus(Duration.ofHours(100));
        assertSame(first, identity.apply(7 + DAY / 2));
        wall = START.minus(Duration.ofHours(100));
        assertSame(first, identity.apply(8 + DAY / 2));
        assertEquals(List.of(), background);
    }

    @Test
    void permitsAndCryptoStayTheProcesss() {
        identity.apply(7);
        identity.apply(7 + DAY);
        background.removeFirst().run();

        DtlsSettings second = identity.apply(7 + DAY);
        assertSame(first.permits(), second.permits());
        assertSame(first.crypto(), second.crypto());
    }
}
