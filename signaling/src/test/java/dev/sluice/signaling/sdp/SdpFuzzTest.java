package dev.sluice.signaling.sdp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.sluice.dtls.Fingerprint;
import dev.sluice.ice.IceCredentials;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Descriptions are refused with a word, or answered with one that can be read. */
class SdpFuzzTest {
    private static final LocalTransport LOCAL =
            new LocalTransport(
                    new IceCredentials("ufragufr", "password-password-password-passw"),
                    new Fingerprint("sha-256", "00:11:22"),
                    List.of());

    @FuzzTest(maxDuration = "10m")
    void anyPublisher(@NotNull String sdp) {
        try {
            PublisherOffer offer = PublisherOffer.read(sdp);
            offer.takeData();
            offer.sections().forEach(Objects::requireNonNull);
            offer.receiving().forEach(Objects::requireNonNull);
            assertTrue(!offer.answer(LOCAL, 1, 1, Map.of()).isEmpty());
        } catch (SdpException e) {
            assertTrue(e.getMessage() != null && e.getMessage().length() < 1_000);
        }
    }

    @FuzzTest(maxDuration = "10m")
    void anyViewer(@NotNull String sdp) {
        try {
            ViewerOffer offer = ViewerOffer.read(sdp);
            offer.takeData();
            offer.sections().forEach(Objects::requireNonNull);
            assertTrue(!offer.answer(LOCAL, 1, Map.of()).isEmpty());
        } catch (SdpException e) {
            assertTrue(e.getMessage() != null && e.getMessage().length() < 1_000);
        }
    }

    @FuzzTest(maxDuration = "10m")
    void anyAnswer(@NotNull String sdp) {
        try {
            SubscriberOffer offer = new SubscriberOffer().withData();
            offer.write(LOCAL, 1, 1);
            assertTrue(offer.read(sdp).accepted().isEmpty(), "nothing was offered to send");
        } catch (SdpException e) {
            assertTrue(e.getMessage() != null && e.getMessage().length() < 1_000);
        }
    }

    @FuzzTest(maxDuration = "10m")
    void anyFragment(@NotNull String text) {
        SdpFragment fragment = SdpFragment.read(text);
        if (fragment != null) {
            assertTrue(!fragment.ufrag().isEmpty());
            assertTrue(!fragment.answer(LOCAL).isEmpty());
        }
    }
}
